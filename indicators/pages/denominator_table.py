"""Every figure that sources give for the children of a place, side by side, and what each would make of a coverage."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from indicators.geography.eras import months_below
from indicators.geography.models import OrgUnit
from indicators.geography.queries import moves_for
from indicators.pages.breakdown import number_url
from indicators.pages.comparison import Band, band, difference, differs
from indicators.pages.numbers import misses_months
from indicators.periods import Frequency, Period
from indicators.registry.definitions import Definition
from indicators.rollup.queries import populations
from indicators.rollup.readings import readings
from indicators.sources.models import Source
from indicators.values.models import Denominator


@dataclass(frozen=True)
class Figure:
    """What one source says. `difference` is in percent of the figure in use; `far` where it reaches the threshold."""

    value: float
    preferred: bool
    difference: float | None
    demonstration: bool

    @property
    def far(self) -> bool:
        return differs(self.difference)


@dataclass(frozen=True)
class Below:
    """The sum over the places next below: of `known` among `places`. Compared only where all of them have a figure."""

    value: float
    known: int
    places: int
    difference: float | None
    demonstration: bool

    @property
    def far(self) -> bool:
        return differs(self.difference)


@dataclass(frozen=True)
class Year:
    """A year: the figure in use (own, or summed from below), one figure or none per source, the sum of the parts.

    `cut`: another figure holds in some months than in others, because places moved; `used` is their mean.
    """

    year: int
    used: float | None
    own: bool
    figures: list[Figure | None]
    below: Below | None
    change: float | None
    cut: bool = False

    @property
    def jump(self) -> bool:
        """Whether the figure in use moved by the threshold or more since the year before."""
        return differs(self.change)


@dataclass(frozen=True)
class Kind:
    """A kind of population: its sources as columns, its years as rows."""

    kind: str
    name: str
    sources: list[Source]
    years: list[Year]

    @property
    def demonstration(self) -> bool:
        figures = [figure for year in self.years for figure in [*year.figures, year.below] if figure]
        return any(figure.demonstration for figure in figures)


@dataclass(frozen=True)
class Effect:
    """A year's coverage: with the target in use and ± 10 % of it, and with the target of each other source."""

    year: int
    numerator: float | None
    band: Band | None
    others: list[float | None]
    incomplete: bool
    demonstration: bool
    url: str


def kinds(place: OrgUnit) -> list[Kind]:
    """What is known of the place, by kind of population. Five queries, whatever is known."""
    given = list(Denominator.objects.filter(unit=place).select_related("source").order_by("source__key"))
    totals = {
        (kind, year): total
        for (kind, _, year), total in populations(Denominator.Kind.values, [place]).items()
        if total.in_year(year)
    }
    parts = _parts(place, {row.year for row in given} | {year for _, year in totals})
    found = []
    for kind, name in Denominator.Kind.choices:
        rows = [row for row in given if row.kind == kind]
        sources = list({row.source_id: row.source for row in rows}.values())
        years = sorted({row.year for row in rows} | {year for key, year in [*totals, *parts] if key == kind})
        in_use = {row.year: row.value for row in rows if row.preferred}
        known: dict[int, float | None] = {
            year: in_use.get(year, totals[kind, year].sum if (kind, year) in totals else None) for year in years
        }
        table = [
            Year(
                year=year,
                used=known[year],
                own=year in in_use,
                figures=_figures(rows, sources, year, known[year]),
                below=_below(parts.get((kind, year)), known[year]),
                change=difference(known[year], known.get(year - 1)),
                cut=(kind, year) in totals and totals[kind, year].is_cut(year),
            )
            for year in years
        ]
        if table:
            found.append(Kind(kind, str(name), sources, table))
    return found


def _figures(rows: Iterable[Denominator], sources: list[Source], year: int, used: float | None) -> list[Figure | None]:
    of_year = {row.source_id: row for row in rows if row.year == year}
    return [
        Figure(row.value, row.preferred, None if row.preferred else difference(row.value, used), row.demonstration)
        if (row := of_year.get(source.pk))
        else None
        for source in sources
    ]


class _Parts(NamedTuple):
    """Of `places` right below in a year, `known` have a figure; `value` is their sum, by the months they were there."""

    value: float
    known: int
    places: int
    demonstration: bool


def _parts(place: OrgUnit, years: Collection[int]) -> dict[tuple[str, int], _Parts]:
    months = {year: Period(Frequency.YEAR, year).months() for year in years}
    every = [month for year in years for month in months[year]]
    moved = months_below(place.pk, every, moves_for(every))
    here = set(OrgUnit.objects.filter(parent=place).values_list("pk", flat=True)) - moved.keys()
    people = populations(Denominator.Kind.values, here | moved.keys(), years)
    found = {}
    for kind in Denominator.Kind.values:
        for year in years:
            there = dict.fromkeys(here, months[year])
            there |= {child: then for child in moved if (then := [it for it in months[year] if it in moved[child]])}
            figures = {
                child: parts
                for child, then in there.items()
                if (figure := people.get((kind, child, year)))
                if (parts := [part for month in then if (part := figure.in_month(month)) is not None])
            }
            if figures:
                value = round(sum(map(sum, figures.values())) / 12, 6)
                made_up = any(people[kind, child, year].demonstration for child in figures)
                found[kind, year] = _Parts(value, len(figures), len(there), made_up)
    return found


def _below(part: _Parts | None, used: float | None) -> Below | None:
    if part is None:
        return None
    value, known, places, made_up = part
    return Below(value, known, places, difference(value, used) if known == places else None, made_up)


def effects(rule: Definition, place: OrgUnit, table: Kind) -> list[Effect]:
    """What the choice of a target does to an indicator over one population, year by year. At most three queries."""
    years = [Period(Frequency.YEAR, year.year) for year in table.years]
    found = readings(rule.code, [place], years)
    result = []
    for when, year in zip(years, table.years, strict=True):
        reading = found[place.pk, when]
        others = [
            one.given if figure and (one := band(reading.numerator, figure.value, rule.factor)) else None
            for figure in year.figures
        ]
        result.append(
            Effect(
                year=year.year,
                numerator=reading.numerator,
                band=band(reading.numerator, year.used, rule.factor),
                others=others,
                incomplete=misses_months(reading, rule),
                demonstration=reading.demonstration,
                url=number_url(rule.code, place.pk, when),
            )
        )
    return result
