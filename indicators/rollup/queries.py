"""Reads of the aggregates, each in a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from django.db.models import Max, Q, QuerySet, Subquery

from indicators.geography.eras import eras
from indicators.geography.models import OrgUnit, OrgUnitGroup, OrgUnitGroupMembership
from indicators.geography.queries import moves_for
from indicators.periods import Period
from indicators.rollup.models import Aggregate, DenominatorTotal, RefreshJob
from indicators.rollup.stored import Cell, by_element, last_month_on_record, unit_months_on_record
from indicators.values.models import ChangedCell, Denominator

__all__ = [
    "Cell",
    "Population",
    "aggregate_count",
    "cells",
    "changed_cells_wait",
    "element_cells",
    "group_cells",
    "last_month_on_record",
    "latest_refreshes",
    "members_by_month",
    "members_of_groups",
    "populations",
    "refreshes",
    "unit_ids",
    "unit_months_on_record",
    "units_without_figures",
]


class Population(NamedTuple):
    """Children of a year. Where moves cut the year, `months` has the figure (children a year) that holds in each month,
    and none for a month without one; else it is empty."""

    sum: float
    demonstration: bool
    months: Mapping[Period, float] = MappingProxyType({})

    def in_month(self, month: Period) -> float | None:
        """Children a year, by the tree of that month."""
        return self.months.get(month) if self.months else self.sum

    def in_year(self, year: int) -> bool:
        """Whether the year has a figure in any month of its own."""
        return not self.months or any(month.year == year for month in self.months)

    def is_cut(self, year: int) -> bool:
        """Whether another figure, or none, holds in some months of the year than in others."""
        own = [figure for month, figure in self.months.items() if month.year == year]
        return bool(self.months) and (len(own) < 12 or len(set(own)) > 1)


def cells(
    concepts: Collection[str], units: Collection[OrgUnit | int], periods: Collection[Period]
) -> dict[tuple[str, int, Period], Cell]:
    """(concept, unit id, period) → what the unit and everything below it reported. A missing key is missing data.

    Elements that share a concept are added up; those that are averaged are no part of it. One query.
    """
    found: dict[tuple[str, int, Period], Cell] = {}
    summed = Q(concept__in=set(concepts), aggregation="SUM")
    for (_, _, concept), by_place in by_element(summed, unit_ids(units), periods).items():
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
    kinds: Collection[str], units: Collection[OrgUnit | int], years: Collection[int] | None = None
) -> dict[tuple[str, int, int], Population]:
    """(kind, unit id, year) → children of that year; of every year where none are named. One query; a missing key is a
    missing figure."""
    if not kinds:
        return {}
    rows = DenominatorTotal.objects.filter(kind__in=kinds, unit_id__in=unit_ids(units))
    if years is not None:
        rows = rows.filter(year__in=years)
    found: dict[tuple[str, int, int], Population] = {}
    cut: dict[tuple[str, int, int], dict[Period, float]] = {}
    for kind, unit, year, month, total, demonstration in rows.values_list(
        "kind", "unit_id", "year", "month", "sum", "demonstration"
    ):
        key = kind, unit, year
        if month:
            cut.setdefault(key, {})[Period.from_code(month)] = total
        else:
            found[key] = Population(total, demonstration)
    for key, months in cut.items():
        # Without a figure in its own months, a year's figures may still serve the year before (rolling indicators).
        found[key] = found.get(key, Population(0.0, False))._replace(months=months)
    return found


def units_without_figures(kinds: Collection[str], units: Collection[int]) -> set[int]:
    """Which of these units lie deeper than anybody for whom one of the kinds is given: they cannot have such a figure.

    Where a kind is given for nobody at all, that says nothing of a level. One query, none without kinds or units.
    """
    if not kinds or not units:
        return set()
    given = Denominator.objects.filter(preferred=True).order_by().values("kind").annotate(deepest=Max("unit__level"))
    too_deep = Q()
    for kind in kinds:
        too_deep |= Q(level__gt=Subquery(given.filter(kind=kind).values("deepest")))
    return set(OrgUnit.objects.filter(too_deep, pk__in=units).values_list("pk", flat=True))


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
    """Month → the units that belong to the group on its first day, without those below another member. Two queries."""
    return members_of_groups([group], periods)[group.pk]


def members_of_groups(
    groups: Collection[OrgUnitGroup], periods: Iterable[Period], within: OrgUnit | None = None
) -> dict[int, dict[Period, set[int]]]:
    """Group id → as `members_by_month`; with `within` only those at or below that unit in that month. Two queries."""
    rows: dict[int, list[tuple[int, str, date | None, date | None]]] = {group.pk: [] for group in groups}
    found = OrgUnitGroupMembership.objects.filter(group__in=list(rows))
    for group, unit, path, start, end in found.values_list("group_id", "unit_id", "unit__path", "start", "end"):
        rows[group].append((unit, path, start, end))
    months = {month for period in periods for month in period.months()}
    members: dict[int, dict[Period, set[int]]] = {group: {} for group in rows}
    for era in eras(months, moves_for(months)):
        top = era.path(within.path) if within else "/"
        then = {group: [(one[0], era.path(one[1]), *one[2:]) for one in of_it] for group, of_it in rows.items()}
        for group, of_it in then.items():
            below = [one for one in of_it if one[1].startswith(top)]
            members[group] |= {month: _members(below, month.start) for month in era.months}
    return members


def _members(rows: list[tuple[int, str, date | None, date | None]], day: date) -> set[int]:
    """The members of that day; `rows` have the paths of that day's tree."""
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


def refreshes() -> QuerySet[RefreshJob]:
    """All refreshes, those asked for last first, with the unit and the person that they name."""
    return RefreshJob.objects.select_related("unit", "asked_by").order_by("-asked_at", "-pk")


def aggregate_count() -> int:
    """How many aggregates are stored."""
    return Aggregate.objects.count()
