"""Who changed what of a visit, and when."""

from typing import Any

from research.coach2pev.models import ChecklistAnswer, SupervisionVisit
from research.revisions import Change, changes_of

_FIELDS = [
    "site", "state", "planned_on", "done_on", "cancelled_reason", "coach", "second_coach", "coach_role", "coachees",
    "minutes", "checklist", "goal", "reality", "options", "agreed",
]  # fmt: skip
_NOTHING = (None, "")


def changes(visit: SupervisionVisit) -> list[Change]:
    """Changes of the visit, of who was coached, and of its answers after it was first saved, newest first.

    Five queries at most.
    """
    names = {name: _name(name) for name in _FIELDS}
    records = visit.history.select_related("site", "coach", "second_coach", "checklist")
    of_visit = changes_of(records, lambda _record, field: names[field], _FIELDS)
    rows = ChecklistAnswer.history.filter(visit=visit).select_related("item")
    of_answers = changes_of(rows, _item, ["answer", "number", "text"])
    found = [*of_visit, *of_answers, *_people(visit)]
    return sorted(filter(_says_something, found), key=lambda change: change.at, reverse=True)


def _says_something(change: Change) -> bool:
    """Not of a value that comes or goes: that it was given, and the blank beside it, say nothing."""
    given = str(ChecklistAnswer.Answer.GIVEN.label)
    return {change.before, change.after} - {*_NOTHING, given} != set()


def _people(visit: SupervisionVisit) -> list[Change]:
    """Who was added to those coached, or taken away, by an edit."""
    found: list[Change] = []
    last = ""
    records = visit.history.select_related("history_user").prefetch_related(
        "historicalsupervisionvisit_people_set__coachee"
    )
    for record in records.order_by("history_date", "history_id"):
        now = ", ".join(sorted(str(one.coachee) for one in record.historicalsupervisionvisit_people_set.all()))
        if now != last and record.history_change_reason:
            found.append(Change(record.history_date, str(record.history_user or ""), _name("people"), last, now))
        last = now
    return found


def _name(field: str) -> str:
    return str(SupervisionVisit._meta.get_field(field).verbose_name)  # type: ignore[union-attr]


def _item(record: Any, field: str) -> str:
    return str(record.item)
