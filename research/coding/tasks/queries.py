"""Reads of coding tasks."""

from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from research.coding.models import CodedPassage, CodingTask
from research.coding.policies import can_assign
from research.observations.models import Observation
from research.observations.policies import what_is_readable


def tasks_for(user: Any) -> QuerySet[CodingTask]:
    """Tasks on observations that the person may read, the open ones first: a lead's are everybody's, another's their
    own. `own_passages`: how many passages its coder has coded; another coder's number says nothing of the codes."""
    readable = Observation.objects.filter(what_is_readable(user)).order_by().values("pk")
    rows = CodingTask.objects.filter(observation__in=readable)
    if not can_assign(user):
        rows = rows.filter(coder=user)
    coded = CodedPassage.objects.filter(
        observation=OuterRef("observation"), code__codebook=OuterRef("codebook"), coder=OuterRef("coder")
    )
    number = coded.order_by().values("observation").annotate(number=Count("pk")).values("number")
    return (
        rows.select_related("observation__site", "observation__evaluation_question", "codebook", "coder")
        .annotate(own_passages=Coalesce(Subquery(number), 0))
        .order_by(F("done_at").asc(nulls_first=True), "-pk")
    )


def coders() -> QuerySet[User]:
    """The people to whom observations can be given: active researchers and leads."""
    roles = [Role.RESEARCHER.value, Role.LEAD.value]
    return User.objects.filter(is_active=True, groups__name__in=roles).distinct().order_by("username")
