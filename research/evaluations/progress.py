"""Planned against done, and how well, site by site. Reads only through what the rooms publish as indicators."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from indicators.pages import breakdown
from indicators.pages.breakdown import Part
from indicators.pages.formats import period_text
from indicators.pages.numbers import value_text
from indicators.pages.queries import last_period
from indicators.periods import Frequency, Period, between
from indicators.registry.definitions import Definition, definition
from indicators.rollup.kept import kept
from indicators.rollup.readings import Reading, readings
from research.evaluations.measures import QUALITY
from research.evaluations.models import EvaluationSite
from research.evaluations.queries import Window
from research.evaluations.sums import Sides, summed

QUARTERS_SHOWN = 6


class Records(NamedTuple):
    """What a room knows of its records: planned and done (or expected and received) by site, and which sites' records
    or plans are made up. Of all sites of the evaluation, whichever of them are shown."""

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
    """The sites shown, and the sums of all; without a window nothing is expected."""

    rows: Sequence[SiteRow]
    window: Window | None
    planned: int | None
    done: int | None
    made_up: bool


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
    """Puts the sites shown together with what the room counted in the window; `links` are the units whose page the
    reader may open. No query, where the sites come from `queries.sites_of`."""
    counts = records.counts if window else {}
    rows = []
    for site in sites:
        planned, done = counts.get(site.unit_id, (None, None))
        made_up = site.demonstration or site.unit_id in records.made_up
        link = site.unit_id in links and hasattr(site.unit, "study_site")
        rows.append(SiteRow(site, names[site.unit_id], planned, done, made_up, link))
    planned, done = (sum(one[part] for one in counts.values()) if counts else None for part in (0, 1))
    return Progress(rows, window, planned, done, bool(records.made_up))


def quality(
    evaluation: str, units: Collection[int], shown: Sequence[int], names: Mapping[int, str], links: Collection[int]
) -> Measure | None:
    """How well it is done in the latest quarters, by site `shown` and of all `units` together; None before anything was
    measured. Ten queries at most, whatever the number of units; the sums are kept until the next refresh.

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
    together = kept("quality", (code, sorted(units), last.code), lambda: summed([measure], units, quarters))
    sides = together.by_measure[code]
    quarters = quarters[next((place for place, one in enumerate(quarters) if sides[one].known), -1) :]
    found = readings(code, shown, quarters)
    rows = [(names[unit], [part(measure, found, unit, quarter, links) for quarter in quarters]) for unit in shown]
    totals = [_total(measure, sides[quarter], len(units)) for quarter in quarters]
    return Measure(measure, quarters, rows, totals, together.demonstration)


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
    return quotient(measure, sum(r.numerator or 0 for r in known), sum(r.denominator or 0 for r in known))


def quotient(measure: Definition, above: float, below: float) -> float | None:
    """The indicator of these sums; None for a ratio whose denominators add up to 0. A count has no use for `below`."""
    if not measure.is_ratio:
        return measure.factor * above
    return measure.factor * above / below if below else None


def _total(measure: Definition, sides: Sides, units: int) -> Total:
    """A sum says when it lacks a site or a month; a score is about the months reported, whichever they are."""
    value = quotient(measure, sides.above, sides.below) if sides.known else None
    return total_cell(measure, value, value is not None and not measure.is_ratio and sides.full < units)


def total_cell(measure: Definition, value: float | None, incomplete: bool) -> Total:
    """A total as a table shows it."""
    over = value is not None and measure.unit == "percent" and value > 100
    return Total(value_text(value, measure.unit), incomplete, over)
