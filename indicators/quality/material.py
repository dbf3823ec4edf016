"""What the quality rules look at: a unit, everything below it, and a range of months. Read once, and only if asked."""

from collections import defaultdict
from functools import cached_property
from typing import NamedTuple

from indicators.geography.models import OrgUnit
from indicators.periods import Frequency, Period, between
from indicators.quality.doses import Opening
from indicators.quality.findings import Figure
from indicators.quality.targets import SourceTarget
from indicators.registry.definitions import definition
from indicators.rollup.models import DenominatorTotal
from indicators.rollup.queries import cells, unit_months_on_record, units_on_record
from indicators.rollup.readings import Reading, readings
from indicators.values.models import Denominator

DOSES = {"DTP1": "dtp1_doses", "DTP3": "dtp3_doses"}
"""The concepts whose reports are examined, and the indicator that shows each."""


class Place(NamedTuple):
    """A unit as far as the rules need it."""

    pk: int
    parent: int | None
    path: str
    name: str
    opening: Opening
    demonstration: bool


def months_on_record(tops: list[OrgUnit]) -> list[Period]:
    """From the first to the last month in which the units have a number; empty where they have none. Two queries."""
    months = [month for _, month in unit_months_on_record(DOSES, [top.pk for top in tops])]
    return list(between(min(months), max(months))) if months else []


class Material:
    """The reports and targets of a unit and what is below it, `first` to `last` month, both included.

    Reports are examined at the places that report: units with numbers of which no unit below has any. A unit that
    reports beside the units below it is seen only in its sum, and is not examined.
    """

    def __init__(self, unit: OrgUnit, first: Period, last: Period) -> None:
        self.unit, self.first, self.last = unit, first, last
        self.months = list(between(first, last))
        self.years = range(first.year, last.year + 1)

    @cached_property
    def places(self) -> dict[int, Place]:
        """The unit and everything below it, by primary key. One query."""
        rows = OrgUnit.objects.below(self.unit).values_list(
            "pk", "parent_id", "path", "name", "opening_date", "closed_date", "demonstration"
        )
        return {
            pk: Place(pk, parent, path, name, Opening(opened, closed), made_up)
            for pk, parent, path, name, opened, closed, made_up in rows.order_by()
        }

    @cached_property
    def quarters(self) -> list[Period]:
        """The quarters that lie in the range with all their months."""
        inside = set(self.months)
        found = dict.fromkeys(month.within(Frequency.QUARTER) for month in self.months)
        return [quarter for quarter in found if inside.issuperset(quarter.months())]

    @cached_property
    def ever(self) -> set[tuple[str, int]]:
        """(indicator code, unit id) of every place that ever reported it, in whichever year. One query."""
        on_record = units_on_record(DOSES, self.unit)
        found = {(DOSES[concept], unit) for concept, unit in on_record if unit in self.places}
        sums = {(code, self.places[unit].parent) for code, unit in found}
        return found - sums

    @cached_property
    def series(self) -> dict[tuple[str, int], dict[Period, Figure]]:
        """(indicator code, unit id) → the months that each place reported, in the order of time. One query."""
        found: dict[tuple[str, int], dict[Period, Figure]] = {}
        reported = cells(list(DOSES), {unit for _, unit in self.ever}, self.months)
        for (concept, unit, month), cell in sorted(reported.items(), key=lambda item: item[0][1:]):
            if (DOSES[concept], unit) in self.ever:
                found.setdefault((DOSES[concept], unit), {})[month] = Figure(cell.sum, cell.demonstration)
        return found

    def ratios(self, *codes: str) -> dict[str, dict[tuple[int, Period], Reading]]:
        """Code → readings of the places that report, by whole quarter. Two queries for each code."""
        units = {unit for _, unit in self.series}
        return {definition(code).code: readings(code, units, self.quarters) for code in codes}

    @cached_property
    def targets(self) -> list[SourceTarget]:
        """What each source says of each unit, from the year before the range on. One query."""
        rows = Denominator.objects.filter(
            unit__path__startswith=self.unit.path, year__range=(self.years.start - 1, self.years.stop - 1)
        ).values_list("kind", "unit_id", "year", "value", "demonstration", "preferred")
        return [
            SourceTarget(kind, unit, year, Figure(value, made_up), preferred)
            for kind, unit, year, value, made_up, preferred in rows.order_by("pk")
        ]

    @cached_property
    def preferred(self) -> dict[tuple[str, int, int], Figure]:
        """(kind, unit id, year) → the unit's own preferred target."""
        return {(row.kind, row.unit, row.year): row.figure for row in self.targets if row.preferred}

    @cached_property
    def totals(self) -> dict[tuple[str, int, int], Figure]:
        """(kind, unit id, year) → the target that coverage is computed with, own or summed from below. One query."""
        rows = DenominatorTotal.objects.filter(unit__path__startswith=self.unit.path, year__in=self.years)
        return {(row.kind, row.unit_id, row.year): Figure(row.sum, row.demonstration) for row in rows}

    @cached_property
    def children(self) -> dict[int, list[int]]:
        """Unit id → the ids of the units right below it that were open in some part of the range."""
        below: dict[int, list[int]] = defaultdict(list)
        for place in self.places.values():
            gone = place.opening.closed is not None and place.opening.closed < self.first.start
            unborn = place.opening.opened is not None and place.opening.opened > self.last.end
            if place.parent is not None and place.parent in self.places and not (gone or unborn):
                below[place.parent].append(place.pk)
        return below
