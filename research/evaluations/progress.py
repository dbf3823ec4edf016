"""Planned against done, and how well, site by site. Reads only through what the rooms publish as indicators."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from indicators.pages import breakdown
from indicators.pages.breakdown import Part
from indicators.pages.formats import period_text
from indicators.pages.numbers import misses_months, value_text
from indicators.pages.queries import last_period
from indicators.periods import Frequency, Period, between
from indicators.registry.definitions import Definition, definition
from indicators.rollup.readings import Reading, readings
from research.evaluations.measures import QUALITY
from research.evaluations.models import EvaluationSite
from research.evaluations.queries import Window

QUARTERS_SHOWN = 6


class Records(NamedTuple):
    """What a room knows of its records: planned and done (or expected and received) by site, and whose are made up."""

    counts: Mapping[int, tuple[int, int]]
    made_up: Collection[int] = ()


@dataclass(frozen=True)
class SiteRow:
    """A site of an evaluation as the progress page shows it. `planned` is None where nothing is expected yet."""

    site: EvaluationSite
    name: str
    planned: int | None
    done: int | None
    made_up: bool
    link: bool = False  # whether the reader may open the site's own page


@dataclass(frozen=True)
class Progress:
    """All sites of an evaluation within a window of months; without a window nothing is expected."""

    rows: Sequence[SiteRow]
    window: Window | None

    @property
    def planned(self) -> int | None:
        return _sum(row.planned for row in self.rows)

    @property
    def done(self) -> int | None:
        return _sum(row.done for row in self.rows)

    @property
    def made_up(self) -> bool:
        return any(row.made_up for row in self.rows)


class Total(NamedTuple):
    """All sites together in a quarter; `incomplete` where a site or a month is missing from a sum."""

    text: str
    incomplete: bool
    over_100: bool = False


class Measure(NamedTuple):
    """One measure by site and quarter: `rows` are (name, a Part per quarter); `totals` divide sums by sums."""

    definition: Definition
    quarters: list[Period]
    rows: list[tuple[str, list[Part]]]
    totals: list[Total]
    demonstration: bool


def progress(
    sites: Iterable[EvaluationSite],
    names: Mapping[int, str],
    records: Records,
    window: Window | None,
    links: Collection[int] = (),
) -> Progress:
    """Puts the sites together with what the room counted in the window; `links` are the units whose page the reader may
    open. No query, where the sites come from `queries.sites_of`."""
    rows = []
    for site in sites:
        planned, done = records.counts.get(site.unit_id, (None, None)) if window else (None, None)
        made_up = site.demonstration or site.unit_id in records.made_up
        link = site.unit_id in links and hasattr(site.unit, "study_site")
        rows.append(SiteRow(site, names[site.unit_id], planned, done, made_up, link))
    return Progress(rows, window)


def quality(evaluation: str, units: Sequence[int], names: Mapping[int, str], links: Collection[int]) -> Measure | None:
    """How well it is done, by site and for the latest quarters; None before anything was measured. Four queries.

    `links`: the units whose numbers the reader may follow to their page.
    """
    code = QUALITY.get(evaluation)
    if code is None or not units:
        return None
    measure = definition(code)
    last = last_period(measure.concepts, units, Frequency.QUARTER)
    if last is None:
        return None
    quarters = list(between(last.shift(1 - QUARTERS_SHOWN), last))
    found = readings(code, units, quarters)
    quarters = quarters[_first_known(found, units, quarters) :]
    rows = [(names[unit], [part(measure, found, unit, quarter, links) for quarter in quarters]) for unit in units]
    totals = [_total(measure, [found[unit, quarter] for unit in units]) for quarter in quarters]
    return Measure(measure, quarters, rows, totals, any(reading.demonstration for reading in found.values()))


def part(
    measure: Definition, found: Mapping[tuple[int, Period], Reading], unit: int, when: Period, links: Collection[int]
) -> Part:
    """One of many readings as a table cell headed by its period; `links` are the units that the reader may follow."""
    return breakdown.part(measure, period_text(when), found[unit, when], unit, when, link=unit in links)


def total(measure: Definition, of: Iterable[Reading]) -> float | None:
    """The indicator of several readings together: sums over sums, never a mean of rates.

    For a ratio only readings with both numerator and denominator enter; None where none has, or the sum below is 0.
    """
    known = [r for r in of if r.numerator is not None and (not measure.is_ratio or r.denominator is not None)]
    if not known:
        return None
    above = sum(r.numerator or 0 for r in known)
    if not measure.is_ratio:
        return measure.factor * above
    below = sum(r.denominator or 0 for r in known)
    return measure.factor * above / below if below else None


def _total(measure: Definition, of: Sequence[Reading]) -> Total:
    value = total(measure, of)
    absent = not measure.is_ratio and any(reading.value is None for reading in of)
    incomplete = value is not None and (absent or any(misses_months(reading, measure) for reading in of))
    return total_cell(measure, value, incomplete)


def total_cell(measure: Definition, value: float | None, incomplete: bool) -> Total:
    """A total as a table shows it."""
    over = value is not None and measure.unit == "percent" and value > 100
    return Total(value_text(value, measure.unit), incomplete, over)


def _first_known(found: Mapping[tuple[int, Period], Reading], units: Sequence[int], quarters: Sequence[Period]) -> int:
    """Index of the first quarter with any value: a table does not open with empty columns."""
    for index, quarter in enumerate(quarters):
        if any(found[unit, quarter].value is not None for unit in units):
            return index
    return len(quarters) - 1


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None
