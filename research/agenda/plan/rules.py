"""What must hold of a row of the plan, told by field in the reader's language. The database holds the same rules."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from research.agenda.models import Dissemination, LearningActivity, LearningResource, UseCase

_PAIRS = {LearningActivity: "title", UseCase: "decision", LearningResource: "title", Dissemination: "event"}
HAPPENED = ("began_on", "done_on", "held_on", "cancelled_on", "withdrawn_on")
"""Days that tell what happened; none of them is still to come."""


def problems(row: Any, *, has_file: bool = False, questions: Sequence[Any] | None = None) -> dict[str, str]:
    """What is wrong, by name of the field; empty where the row may be stored."""
    found: dict[str, str] = {}
    stem = _PAIRS[type(row)]
    if not getattr(row, f"{stem}_fr") and not getattr(row, f"{stem}_en"):
        found[f"{stem}_fr"] = _("Write it in at least one language.")
    for name in HAPPENED:
        day: date | None = getattr(row, name, None)
        if day and day > timezone.localdate():
            found[name] = _("This day is still to come.")
    part = getattr(row, "part", None)
    if part and part.question_id != row.question_id:
        found["part"] = _("This part belongs to another question.")
    if isinstance(row, LearningActivity):
        found |= _of_activity(row)
    if isinstance(row, LearningResource):
        found |= _of_resource(row, has_file)
    if isinstance(row, Dissemination):
        found |= _of_dissemination(row, questions)
    return found


def _of_activity(row: LearningActivity) -> dict[str, str]:
    found = {}
    if row.starts_on and row.ends_on and row.ends_on < row.starts_on:
        found["ends_on"] = _("The planned end lies before the planned start.")
    if row.done_on and not row.began_on:
        found["began_on"] = _("Say when it began: it is done.")
    elif row.done_on and row.began_on and row.done_on < row.began_on:
        found["done_on"] = _("It cannot be done before it began.")
    if row.cancelled_on and row.done_on:
        found["cancelled_on"] = _("What is done is not cancelled.")
    return found | _reason(row, "cancelled_on", "cancelled_reason")


def _of_resource(row: LearningResource, has_file: bool) -> dict[str, str]:
    found = {}
    if row.kind == LearningResource.Kind.LINK and not row.url:
        found["url"] = _("Give the address of the link.")
    if row.kind == LearningResource.Kind.DOCUMENT and not (row.url or row.reference or row.file or has_file):
        found["reference"] = _("Say where the document is found: a file, an address or a reference.")
    if row.kind == LearningResource.Kind.BUDGET and row.amount is None:
        found["amount"] = _("Give the amount of the budget line.")
    if row.kind == LearningResource.Kind.BUDGET and not row.currency:
        found["currency"] = _("Give the currency.")
    if row.activity and row.activity.question_id != row.question_id:
        found["activity"] = _("This activity belongs to another question.")
    return found | _reason(row, "withdrawn_on", "withdrawn_reason")


def _of_dissemination(row: Dissemination, questions: Sequence[Any] | None) -> dict[str, str]:
    found = {}
    if not row.planned_on and not row.held_on:
        found["planned_on"] = _("Give the day for which it is planned, or on which it was held.")
    if questions is not None and not questions:
        found["questions"] = _("Choose at least one question.")
    if row.cancelled_on and row.held_on:
        found["cancelled_on"] = _("What was held is not cancelled.")
    return found | _reason(row, "cancelled_on", "cancelled_reason")


def _reason(row: Any, day: str, reason: str) -> dict[str, str]:
    """A day without its reason, or a reason without its day."""
    if getattr(row, day) and not getattr(row, reason):
        return {reason: _("Say why.")}
    if getattr(row, reason) and not getattr(row, day):
        return {day: _("Say on which day.")}
    return {}
