"""A visit that was done as it is verified and approved (`indicators/approvals`)."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from indicators.approvals.kinds import Subject, fingerprint
from research.coach2pev.models import SupervisionVisit
from research.coach2pev.policies import can_enter
from research.coach2pev.visits.queries import visits_for

KIND, NAME = "visit", _("supervision visit")


def subject(key: str, user: Any) -> Subject | None:
    """The visit of that primary key, where it was done and the person may read it. Four queries."""
    visits = visits_for(user).filter(state=SupervisionVisit.State.DONE)
    visit = visits.filter(pk=key).first() if key.isdecimal() and len(key) < 19 else None
    if visit is None:
        return None
    told = {field.attname: getattr(visit, field.attname) for field in visit._meta.concrete_fields}
    for name in ("updated_at", "version"):
        del told[name]
    answers = list(visit.answers.order_by("pk").values_list("item", "assessor", "answer", "number", "text"))
    people = sorted(visit.people.values_list("pk", flat=True))
    authors = {visit.created_by_id, *visit.history.values_list("history_user", flat=True)}
    return Subject(
        KIND, str(visit.pk), visit.site, visit.site.name, reverse("visit-detail", args=[visit.pk]),
        fingerprint([told, answers, people]), frozenset(one for one in authors if one),
        can_enter(user, visit.site), demonstration=visit.demonstration,
    )  # fmt: skip
