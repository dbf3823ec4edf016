"""Reads of memos: one's own, and shared ones on what one may read."""

from typing import Any

from django.db.models import Q, QuerySet

from research.coding.models import Memo
from research.coding.policies import can_code
from research.coding.queries import passages_readable_by
from research.observations.models import Observation
from research.observations.policies import what_is_readable


def memos_readable_by(user: Any) -> QuerySet[Memo]:
    """The memos that the person may read, newest first, with what they hang on.

    One's own memo on what one may not read any more is hidden too: it speaks of those words.
    """
    rows = Memo.objects.select_related("code__codebook", "passage__code", "question", "created_by")
    rows = rows.select_related("observation__site", "passage__observation__site")
    if not can_code(user):
        return rows.none()
    observations = Observation.objects.filter(what_is_readable(user)).order_by().values("pk")
    passages = passages_readable_by(user).order_by().values("pk")
    thing = Q(code__isnull=False) | Q(question__isnull=False)
    thing |= Q(observation__in=observations) | Q(passage__in=passages)
    return rows.filter(thing & (Q(shared=True) | Q(created_by=user)))
