"""What the quality rules look at: a unit, everything below it, and a range of months. Read once, and only if asked."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from indicators.geography.models import FormerParent, OrgUnit
from indicators.periods import Frequency, Period, between
from indicators.quality.completeness import DataSetReports, Opening, open_throughout
from indicators.quality.data_sets import Asked
from indicators.quality.findings import Figure, Whole
from indicators.quality.published import Key, PublishedCoverage, RoutineCoverage
from indicators.quality.ratios import Coverage
from indicators.quality.reported import Reported
from indicators.quality.reports import Bools, Floats, Reports
from indicators.quality.targets import SourceTarget
from indicators.quality.thresholds import YEARS_BEFORE
from indicators.quality.years import MONTHS_OF_YEAR
from indicators.registry.annualisation import share_of_year
from indicators.registry.definitions import Definition, definition
from indicators.rollup.queries import Population, populations
from indicators.rollup.readings import readings
from indicators.rollup.targets import target
from indicators.values.models import Denominator, PublishedFigure

DOSES = {"DTP1": "dtp1_doses", "DTP3": "dtp3_doses"}
"""The concepts whose reports are examined, and the indicator that shows each."""

COVERAGES = ("dtp1_coverage", "dtp3_coverage")
"""Doses of one concept against one population."""


class Place(NamedTuple):
    """A unit as far as the rules need it."""

    pk: int
    parent: int | None
    path: str
    opening: Opening


class Material:
    """The reports and targets of a unit and what is below it, `first` to `last` month, both included.

    Every unit is examined by what it reported itself. All tables have a row for each unit, in the order of their ids.
    """

    def __init__(self, unit: OrgUnit, first: Period, last: Period) -> None:
        self.unit, self.first, self.last = unit, first, last
        self.months = list(between(first, last))
        self.years = range(first.year, last.year + 1)

    @cached_property
    def places(self) -> dict[int, Place]:
        """The unit and everything below it, by primary key. One query."""
        rows = OrgUnit.objects.below(self.unit).values_list("pk", "parent_id", "path", "opening_date", "closed_date")
        return {
            pk: Place(pk, parent, path, Opening(opened, closed))
            for pk, parent, path, opened, closed in rows.order_by("pk")
        }

    @cached_property
    def units(self) -> Whole:
        return np.fromiter(self.places, np.int64)

    @cached_property
    def opened(self) -> Bools:
        """Whether a unit was open throughout a month."""
        return open_throughout([place.opening for place in self.places.values()], self.months)

    @cached_property
    def reported(self) -> Reported:
        return Reported(DOSES)

    @cached_property
    def series(self) -> dict[str, Reports]:
        """Indicator code → what was reported. One query."""
        return self._tables(self.months)

    @cached_property
    def reporting(self) -> Bools:
        """Which units reported anything in the range."""
        return np.logical_or.reduce([reports.there.any(axis=1) for reports in self.series.values()])

    @cached_property
    def before(self) -> dict[str, Reports]:
        """As `series`, of the three years before it. One query."""
        earlier = self.first.shift(-MONTHS_OF_YEAR * YEARS_BEFORE)
        return self._tables(list(between(earlier, self.first.shift(-1))))

    def _tables(self, months: list[Period]) -> dict[str, Reports]:
        found = self.reported.values(months, self.units)
        return {DOSES[concept]: Reports.of(self.units, months, given) for concept, given in found.items()}

    @cached_property
    def asked(self) -> Asked:
        return Asked(DOSES)

    @cached_property
    def data_sets(self) -> dict[int, DataSetReports]:
        """Id of each data set that asks for the doses → its reports."""
        return self.asked.reports(self.units, self.months)

    @cached_property
    def expected(self) -> dict[str, Bools]:
        """Indicator code → where a report was expected: as its data sets say; in months of which they say nothing, of
        units that ever reported it, while they were open."""
        silent = ~np.logical_and.reduce([reports.there.any(axis=1) for reports in self.series.values()])
        ever = self.reported.reporters(self.units[silent])
        result = {}
        for concept, code in DOSES.items():
            usual = self.opened & (self.series[code].there.any(axis=1) | np.isin(self.units, ever[concept]))[:, None]
            data_sets = [self.data_sets[it] for it in sorted(self.asked.data_sets[concept])]
            expected = np.logical_or.reduce([it.expected for it in data_sets] or [np.zeros_like(usual)])
            known = np.logical_or.reduce([it.used for it in data_sets] or [np.zeros(len(self.months), np.bool_)])
            unknown = ~known | (concept in self.asked.elsewhere)
            result[code] = expected | (usual & unknown)
        return result

    @cached_property
    def reports_below(self) -> dict[int, Whole]:
        """Row of a unit that reports → rows of the units anywhere below it that report. Of those that have any."""
        paths = [place.path for place in self.places.values()]
        rows = {paths[row]: row for row in np.flatnonzero(self.reporting).tolist()}
        ordered = sorted(rows)  # what lies below a path follows it at once in this order
        above = [path for path, following in pairwise(ordered) if following.startswith(path)]
        return {
            rows[path]: np.array([rows[it] for it in ordered if it.startswith(path) and it != path]) for path in above
        }

    @cached_property
    def beside(self) -> Bools:
        """Whether units below a unit report as well as itself."""
        mask = np.zeros(len(self.units), np.bool_)
        mask[list(self.reports_below)] = True
        return mask

    @cached_property
    def coverages(self) -> dict[str, Coverage]:
        """Code → doses and targets of the whole quarters. One query."""
        rules = [definition(code) for code in COVERAGES]
        kinds = {next(iter(rule.denominator)) for rule in rules}
        people = populations(kinds, self.units[self.reporting].tolist(), list(self.years))
        return {rule.code: Coverage(self._doses(rule), rule.factor, self._targets(rule, people)) for rule in rules}

    def _doses(self, rule: Definition) -> Reports:
        return self.series[DOSES[next(iter(rule.numerator))]]

    def _targets(self, rule: Definition, people: Mapping[tuple[str, int, int], Population]) -> Floats:
        """Units × whole quarters: the children of the quarter, NaN where they are not known."""
        quarters = [quarter for quarter, _ in next(iter(self.series.values())).quarters()]
        row = {unit: place for place, unit in enumerate(self.units.tolist())}
        found = np.full((len(row), len(quarters)), np.nan)
        for column, quarter in enumerate(quarters):
            months = quarter.months()
            share = share_of_year(rule.annualisation, quarter)
            for (kind, unit, year), population in people.items():
                if year != quarter.year or kind not in rule.denominator:
                    continue
                if population.months:
                    given = target(rule.annualisation, population, quarter, months)
                    found[row[unit], column] = given.sum if given else np.nan
                else:
                    found[row[unit], column] = population.sum * share.numerator / share.denominator
        return found

    @cached_property
    def published(self) -> list[PublishedCoverage]:
        """What others say of a unit's coverage in a calendar year of the range. One query."""
        codes: dict[int | None, int] = {Period(Frequency.YEAR, year).code: year for year in self.years}
        rows = PublishedFigure.objects.filter(
            indicator__in=COVERAGES, measure="percent", period__in=codes, unit__path__startswith=self.unit.path
        ).values_list("indicator", "unit_id", "period", "value", "low", "high")
        found = []
        for code, unit, period, value, low, high in rows.order_by("key"):
            ends = [end for end in (low, high) if end is not None] if value is None else [value]
            if ends:
                found.append(PublishedCoverage((code, unit, codes[period]), ends[0], ends[-1]))
        return found

    @cached_property
    def routine(self) -> dict[Key, RoutineCoverage]:
        """The yearly coverage of the units of which any was published. No query where there is none."""
        units = {figure.key[1] for figure in self.published}
        years = [Period(Frequency.YEAR, year) for year in self.years]
        return {
            (code, unit, year.year): RoutineCoverage(it.value, "incomplete" not in it.flags, it.demonstration)
            for code in COVERAGES
            if units
            for (unit, year), it in readings(code, units, years).items()
        }

    @cached_property
    def comparable(self) -> list[Key]:
        """The units that reported doses, with each coverage and year."""
        units = self.units[self.reporting].tolist()
        return [(code, unit, year) for code in COVERAGES for unit in units for year in self.years]

    @cached_property
    def targets(self) -> list[SourceTarget]:
        """What each source says of each unit, from the year before the range on. One query."""
        rows = Denominator.objects.filter(
            unit__path__startswith=self.unit.path, year__range=(self.years.start - 1, self.years.stop - 1)
        ).values_list("kind", "unit_id", "year", "value", "demonstration", "preferred", "source_id")
        return [
            SourceTarget(kind, unit, year, Figure(value, made_up), preferred, source)
            for kind, unit, year, value, made_up, preferred, source in rows.order_by("pk")
        ]

    @cached_property
    def preferred(self) -> dict[tuple[str, int, int], Figure]:
        """(kind, unit id, year) → the unit's own preferred target."""
        return {(row.kind, row.unit, row.year): row.figure for row in self.targets if row.preferred}

    @cached_property
    def totals(self) -> dict[tuple[str, int, int], Figure]:
        """(kind, unit id, year) → the target that coverage is computed with, own or summed from below, of the units
        right below those with an own one. One query."""
        asked = {child for _, unit, _ in self.preferred for child in self.children.get(unit, ())}
        found = populations({kind for kind, _, _ in self.preferred}, asked, list(self.years))
        return {key: Figure(total.sum, total.demonstration) for key, total in found.items()}

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

    @cached_property
    def moved(self) -> dict[int, int]:
        """Unit id → the last year in which other units stood right below it than today. One query."""
        found: dict[int, int] = defaultdict(int)
        rows = FormerParent.objects.order_by().values_list(
            "parent", "unit__former_parents__parent", "unit__parent", "until"
        )
        for *above, until in rows:
            for parent in above:
                if parent is not None:
                    found[parent] = max(found[parent], until.year)
        return found

    @property
    def made_up(self) -> bool:
        """Whether any of what is examined is demonstration."""
        return any(reports.made_up.any() for reports in self.series.values()) or any(
            row.figure.demonstration for row in self.targets
        )
