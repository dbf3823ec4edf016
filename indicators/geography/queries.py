"""Where units stood: reads of the moves, and of what lay below a unit in a month."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db.models import Q

from indicators.geography.eras import Era, Move, eras, months_below, moved_since
from indicators.geography.matching import Known, UnitIndex
from indicators.geography.models import FormerParent, OrgUnit, OrgUnitAlias
from indicators.periods import Period


def moves(since: date | None = None) -> list[Move]:
    """Every move, or those that matter for the tree of that day and later ones. One query."""
    rows = FormerParent.objects.order_by("until", "pk")
    if since is not None:
        rows = rows.filter(until__gte=since)
    columns = rows.values_list("unit_id", "unit__path", "parent_id", "parent__path", "until")
    return [Move(*row) for row in columns]


def moves_for(months: Iterable[Period]) -> list[Move]:
    """The moves that matter for the trees of these months. One query, none without a month."""
    first = min(months, default=None)
    return moves(first.start) if first else []


def below_in(era: Era, unit: OrgUnit, lookup: str = "path") -> Q:
    """The unit and everything below it in that era, as a condition on the path of an org unit."""
    starts = f"{lookup}__startswith"
    parts = []
    for top, without in era.below(unit.path):
        part = Q(**{starts: top})
        for path in without:
            part &= ~Q(**{starts: path})
        parts.append(part)
    return reduce(or_, parts)


class Children(NamedTuple):
    """The units right below another one, or so many levels below it, in some of the months: `where` finds
    them; `only` are the months in which a unit was there, for units that were not there in all of them."""

    where: Q
    only: dict[int, frozenset[Period]]


def children_in(unit: OrgUnit, months: Collection[Period], known: Collection[Move] | None = None) -> Children:
    """What lay right below the unit in these months. One query, none where the moves for these months are `known`."""
    found = months_below(unit.pk, months, moves_for(months) if known is None else known)
    there = [child for child, those in found.items() if those]
    where = Q(parent=unit)
    if found:
        where = (where & ~Q(pk__in=[*found])) | Q(pk__in=there)
    whole = frozenset(months)
    return Children(where, {child: found[child] for child in there if found[child] != whole})


def descendants_in(unit: OrgUnit, months: Collection[Period], depth: int) -> Children:
    """What lay so many levels below the unit in these months. Two queries, one where nothing moved since."""
    shared = eras(months, moves_for(months))
    today = Q(path__startswith=unit.path, level=unit.level + depth)
    touched = {move.path for era in shared for move in era.moved.values()}
    if not touched:
        return Children(today, {})
    moved = OrgUnit.objects.filter(reduce(or_, (Q(path__startswith=path) for path in sorted(touched))))
    found = {
        pk: frozenset(month for era in shared if era.levels_between(unit.path, path) == depth for month in era.months)
        for pk, path in moved.values_list("pk", "path")
    }
    there = [pk for pk, those in found.items() if those]
    whole = frozenset(months)
    where = (today & ~Q(pk__in=[*found])) | Q(pk__in=there)
    return Children(where, {pk: found[pk] for pk in there if found[pk] != whole})


def parent_on(unit: OrgUnit, day: date, known: Collection[Move]) -> int | None:
    """The id of the unit right above on that day; None at a root. No query: `known` are the moves since that day."""
    move = moved_since(known, day).get(unit.pk)
    return move.parent if move else unit.parent_id


class Step(NamedTuple):
    """A move of the unit on a day: from `former`, where it had stood, to `since`."""

    unit: OrgUnit
    former: OrgUnit
    since: OrgUnit
    on: date


def steps(place: OrgUnit) -> list[Step]:
    """The moves of a place, and those of other units to it and from it, in order of time. One query."""
    touched = FormerParent.objects.filter(Q(unit=place) | Q(parent=place) | Q(unit__parent=place)).values("unit")
    rows = list(
        FormerParent.objects.filter(unit__in=touched).select_related("unit__parent", "parent").order_by("unit", "until")
    )
    found: list[Step] = []
    for row, after in zip(rows, [*rows, None][1:], strict=True):
        since = after.parent if after is not None and after.unit_id == row.unit_id else row.unit.parent
        if since is not None and place in (row.unit, row.parent, since):
            found.append(Step(row.unit, row.parent, since, row.until + timedelta(days=1)))
    return sorted(found, key=lambda step: (step.on, step.unit.name))


def units_by_identifier() -> dict[str, int]:
    """Uid → unit id; beside them the other names that a person has given units (aliases, as written). Two queries."""
    aliases = dict(OrgUnitAlias.objects.values_list("name", "unit_id"))
    return aliases | dict(OrgUnit.objects.order_by().values_list("uid", "pk"))


def unit_index(level: int | None = None) -> UnitIndex:
    """The units, of one level where it is given, by everything that a file may call them. Two queries."""
    rows = OrgUnit.objects.order_by().values_list("pk", "uid", "code", "name", "level")
    units = [Known(pk, uid, code or "", name, depth) for pk, uid, code, name, depth in rows]
    return UnitIndex(units, dict(OrgUnitAlias.objects.values_list("normalised", "unit_id")), level)
