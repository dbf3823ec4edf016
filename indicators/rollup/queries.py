"""Reads of the aggregates, each in a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Q

from indicators.geography.models import OrgUnit, OrgUnitGroup
from indicators.periods import Period
from indicators.rollup.models import Aggregate, DenominatorTotal, RefreshJob
from indicators.rollup.stored import Cell, by_element, unit_months_on_record, units_on_record
from indicators.values.models import ChangedCell

__all__ = [
    "Cell",
    "Population",
    "aggregate_count",
    "cells",
    "changed_cells_wait",
    "element_cells",
    "group_cells",
    "latest_refreshes",
    "members_by_month",
    "populations",
    "unit_ids",
    "unit_months_on_record",
    "units_on_record",
]


class Population(NamedTuple):
    """Children of a year."""

    sum: float
    demonstration: bool


def cells(
    concepts: Collection[str], units: Collection[OrgUnit | int], periods: Collection[Period]
) -> dict[tuple[str, int, Period], Cell]:
    """(concept, unit id, period) → what the unit and everything below it reported. A missing key is missing data.

    Elements that share a concept are added up. One query.
    """
    found: dict[tuple[str, int, Period], Cell] = {}
    for (_, _, concept), by_place in by_element(Q(concept__in=set(concepts)), unit_ids(units), periods).items():
        for place, cell in by_place.items():
            key = concept, *place
            found[key] = found[key].plus(cell) if key in found else cell
    return found


def element_cells(
    uids: Collection[str], units: Collection[OrgUnit | int], periods: Collection[Period]
) -> dict[tuple[str, int, Period], Cell]:
    """(uid of the data element, unit id, period) → as `cells`, for each element by itself. One query."""
    found = by_element(Q(uid__in=set(uids)), unit_ids(units), periods)
    return {(uid, *place): cell for (_, uid, _), by_place in found.items() for place, cell in by_place.items()}


def populations(
    kinds: Collection[str], units: Collection[OrgUnit | int], years: Collection[int]
) -> dict[tuple[str, int, int], Population]:
    """(kind, unit id, year) → children of that year. One query; a missing key is a missing figure."""
    if not kinds:
        return {}
    rows = DenominatorTotal.objects.filter(kind__in=kinds, unit_id__in=unit_ids(units), year__in=years)
    return {(row.kind, row.unit_id, row.year): Population(row.sum, row.demonstration) for row in rows}


def group_cells(
    concepts: Collection[str], group: OrgUnitGroup, periods: Collection[Period]
) -> dict[tuple[str, Period], Cell]:
    """(concept, period) → the sum over the group's members, month by month by those who were members then.

    A unit below another member is not counted twice. Two queries.
    """
    members = members_by_month(group, periods)
    months = [month for period in periods for month in period.months()]
    found = cells(concepts, set().union(*members.values()) if members else [], months)
    sums: dict[tuple[str, Period], Cell] = {}
    by_cell: dict[tuple[int, Period], list[tuple[str, Cell]]] = defaultdict(list)
    for (concept, unit, month), cell in found.items():
        by_cell[unit, month].append((concept, cell))
    for period in periods:
        for month in period.months():
            for unit in sorted(members.get(month, ())):
                for concept, cell in by_cell.get((unit, month), ()):
                    key = concept, period
                    sums[key] = sums[key].plus(cell) if key in sums else cell
    return sums


def members_by_month(group: OrgUnitGroup, periods: Iterable[Period]) -> dict[Period, set[int]]:
    """Month → the units that belong to the group on its first day, without those below another member. One query."""
    rows = list(group.memberships.values_list("unit_id", "unit__path", "start", "end"))
    months = {month for period in periods for month in period.months()}
    return {month: _members(rows, month.start) for month in months}


def _members(rows: list[tuple[int, str, date | None, date | None]], day: date) -> set[int]:
    paths = {
        path: unit for unit, path, start, end in rows if (start is None or start <= day) and (end is None or day <= end)
    }
    tops: list[str] = []
    for path in sorted(paths):  # what lies below a path follows it at once in this order
        if not tops or not path.startswith(tops[-1]):
            tops.append(path)
    return {paths[path] for path in tops}


def unit_ids(units: Collection[OrgUnit | int]) -> set[int]:
    return {unit if isinstance(unit, int) else unit.pk for unit in units}


def latest_refreshes(limit: int) -> list[RefreshJob]:
    """Refreshes, those asked for last first."""
    return list(RefreshJob.objects.order_by("-asked_at", "-pk")[:limit])


def changed_cells_wait() -> bool:
    """Whether something was written that the aggregates do not show yet."""
    return ChangedCell.objects.exists()


def aggregate_count() -> int:
    """How many aggregates are stored."""
    return Aggregate.objects.count()
