"""The writer of moves: a unit that gets another parent from a day on keeps its former one for the months before."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.geography.actions import save_unit
from indicators.geography.eras import Move, broken
from indicators.geography.models import FormerParent, OrgUnit
from indicators.geography.queries import moves


@transaction.atomic
def move_unit(*, unit: OrgUnit, parent: OrgUnit, on: date, by: User | None) -> FormerParent:
    """Puts the unit, with everything below it, below another parent from that day on.

    Every aggregate above the old and the new parent is then out of date: ask for a refresh. Raises ValidationError, by
    `parent` and `on`, for a move that cannot be; nothing is written then.
    """
    # One move at a time: two at once, each sound by itself, could put two units below each other.
    list(OrgUnit.objects.select_for_update().filter(parent=None).order_by("pk"))
    stored = OrgUnit.objects.select_related("parent").get(pk=unit.pk)
    if found := move_problems(stored, parent, on):
        raise ValidationError(found)
    former = stored.parent
    assert former is not None  # a root was refused
    row = FormerParent(unit=stored, parent=former, until=on - timedelta(days=1))
    row.demonstration = stored.demonstration or former.demonstration
    row._history_user = by  # type: ignore[attr-defined]
    row.save()
    unit.parent, unit.path = parent, stored.path
    unit._history_user = by  # type: ignore[attr-defined]
    save_unit(unit)
    return row


def move_problems(unit: OrgUnit, parent: OrgUnit, on: date) -> dict[str, list[str]]:
    """`parent` or `on` → why the stored unit cannot move there on that day; empty where it can."""
    if unit.parent_id is None:
        return {"parent": [_("A unit without a parent cannot move: it stands at the top of the tree.")]}
    if unit.parent_id == parent.pk:
        return {"parent": [_("The unit already stands below %(parent)s.") % {"parent": parent}]}
    if on > timezone.localdate():
        return {"on": [_("This day has not come: enter the move when it has happened.")]}
    last = unit.former_parents.order_by("until").last()
    if last is not None and on <= last.until + timedelta(days=1):
        day = date_format(last.until + timedelta(days=1))
        return {"on": [_("The unit moved on %(day)s before: a later move comes after it.") % {"day": day}]}
    return _circle_problems(unit, parent, [Move(unit.pk, unit.path, unit.parent_id, "", on - timedelta(days=1))])


def correction_problems(unit: OrgUnit, parent: OrgUnit | None) -> dict[str, list[str]]:
    """As `move_problems`, where the unit is to stand below the parent for as long as below its present one."""
    return _circle_problems(unit, parent, [])


def _circle_problems(unit: OrgUnit, parent: OrgUnit | None, new: list[Move]) -> dict[str, list[str]]:
    parents: dict[int, int | None] = dict(OrgUnit.objects.order_by().values_list("pk", "parent_id"))
    parents[unit.pk] = parent.pk if parent else None
    if broken(parents, moves() + new):
        return {"parent": [_("%(parent)s lies below this unit, or lay below it at that time.") % {"parent": parent}]}
    return {}


def history_problems(unit: OrgUnit, rows: Iterable[tuple[OrgUnit, date]]) -> list[str]:
    """Why these former parents, each with its last day, cannot be the unit's past; empty where they can."""
    past = sorted(rows, key=lambda row: row[1])
    if past and unit.parent_id is None:
        return [_("A unit without a parent has no former one: it stands at the top of the tree.")]
    if any(day >= timezone.localdate() for _parent, day in past):
        return [_("The last day below a former parent lies before today.")]
    if any(first[1] == second[1] for first, second in pairwise(past)):
        return [_("Two former parents end on the same day.")]
    above = [parent.pk for parent, _day in past] + [unit.parent_id]
    if any(first == second for first, second in pairwise(above)):
        return [_("A former parent is followed by itself: there was no move.")]
    others = [move for move in moves() if move.unit != unit.pk]
    own = [Move(unit.pk, unit.path, parent.pk, parent.path, day) for parent, day in past]
    parents = dict(OrgUnit.objects.order_by().values_list("pk", "parent_id"))
    if broken(parents, others + own):
        return [_("A former parent lay below the unit itself at that time.")]
    return []
