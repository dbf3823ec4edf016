"""Who changed what of a visit, and when."""

from typing import Any

from research.coach2pev.models import ChecklistAnswer, SupervisionVisit
from research.revisions import Change, changes_of

_FIELDS = ["site", "state", "planned_on", "done_on", "cancelled_reason", "coach_role", "coachees", "minutes", "agreed"]


def changes(visit: SupervisionVisit) -> list[Change]:
    """Changes of the visit and of its answers after it was first saved, newest first. Two queries."""
    names = {name: str(SupervisionVisit._meta.get_field(name).verbose_name) for name in _FIELDS}  # type: ignore[union-attr]
    of_visit = changes_of(visit.history.select_related("site"), lambda _record, field: names[field], _FIELDS)
    records = ChecklistAnswer.history.filter(visit=visit).select_related("item")
    of_answers = changes_of(records, _item, ["answer"])
    return sorted([*of_visit, *of_answers], key=lambda change: change.at, reverse=True)


def _item(record: Any, field: str) -> str:
    return str(record.item)
