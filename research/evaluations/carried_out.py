"""How the innovation is carried out, month by month and all sites together: sums over sums, never a mean of rates."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from indicators.pages.queries import last_period
from indicators.periods import Frequency, Period, between
from indicators.registry.definitions import Definition, definition
from indicators.rollup.kept import kept
from indicators.rollup.queries import Cell, cells
from indicators.rollup.reporting import expected_reports
from research.evaluations.measures import PROCESS
from research.evaluations.progress import Total, quotient, total_cell
from research.evaluations.queries import Window
from research.evaluations.sums import Sides, Summed, summed

MONTHS_SHOWN = 6


class MeasureRow(NamedTuple):
    """One measure: all sites together in each month shown, and in all of these months together."""

    definition: Definition
    months: Sequence[Total]
    together: Total


class CarriedOut(NamedTuple):
    months: Sequence[Period]
    rows: Sequence[MeasureRow]
    demonstration: bool
    over_100: bool


class _Sums(NamedTuple):
    months: list[Period]
    by_measure: Mapping[str, Mapping[Period, Sides]]
    lacking: Collection[tuple[str, Period]]
    demonstration: bool


def carried_out(evaluation: str, units: Collection[int]) -> CarriedOut | None:
    """The process measures of the evaluation's sites in the latest months that have any; None before the first.

    A month's number sums the sites, and the months together sum the months: a ratio divides sums by sums, and only
    site-months with both of its parts enter. The sums are kept until the next refresh. Eight queries at most, whatever
    the number of measures and of sites.
    """
    measures = [definition(code) for code in PROCESS.get(evaluation, ())]
    if not units or not measures:
        return None
    sums = kept("carried-out", (evaluation, sorted(units)), lambda: _sums(measures, sorted(units)))
    if not sums.months:
        return None
    rows = []
    for measure in measures:
        of_months = [(sums.by_measure[measure.code][one], (measure.code, one) in sums.lacking) for one in sums.months]
        rows.append(MeasureRow(measure, [_cell(measure, [one]) for one in of_months], _cell(measure, of_months)))
    over = any(one.over_100 for row in rows for one in [*row.months, row.together])
    return CarriedOut(sums.months, rows, sums.demonstration, over)


def _sums(measures: Sequence[Definition], units: Sequence[int]) -> _Sums:
    concepts = sorted({concept for measure in measures for concept in measure.concepts})
    last = last_period(concepts, units, Frequency.MONTH)
    if last is None:
        return _Sums([], {}, set(), False)
    found = summed(measures, units, list(between(last.shift(1 - MONTHS_SHOWN), last)))
    if not found.periods:
        return _Sums([], {}, set(), False)
    months = list(between(found.periods[0], last))
    counts = [measure for measure in measures if not measure.is_ratio]
    return _Sums(months, found.by_measure, set(_lacking(counts, units, months, found)), found.demonstration)


def _lacking(
    counts: Sequence[Definition], units: Sequence[int], months: Sequence[Period], found: Summed
) -> Iterator[tuple[str, Period]]:
    """Code and month of the sums that lack a site that had to report; a plan's sites without visits do not lack."""
    concepts = sorted({concept for measure in counts for concept in measure.concepts})
    asked = expected_reports(concepts, units, months)
    if not asked:  # the usual case: what a room publishes, no data set asks for
        for measure in counts:
            sides = found.by_measure[measure.code]
            yield from ((measure.code, month) for month in months if sides[month].some > sides[month].whole)
        return
    there = cells(concepts, units, months)
    for measure in counts:
        for month in months:
            some = {unit for unit in units if any((one, unit, month) in there for one in measure.concepts)}
            if any(_lacks(there.get((c, u, month)), asked.get((c, u, month))) for c in measure.concepts for u in some):
                yield measure.code, month


def _lacks(cell: Cell | None, expected: int | None) -> bool:
    """Whether the unit did not report the concept, or less than was expected of it."""
    if cell is None:
        return expected != 0
    return expected is not None and cell.reported < expected


def _cell(measure: Definition, of: Sequence[tuple[Sides, bool]]) -> Total:
    known = [one for one, _lacks in of if one.known]
    value = quotient(measure, sum(one.above for one in known), sum(one.below for one in known)) if known else None
    return total_cell(measure, value, value is not None and any(lacks for _one, lacks in of))


def month_shown(asked: str, window: Window | None, today: date) -> Period | None:
    """The month of the plan that is asked for (`202509`), else the present or last one; None without a plan."""
    if window is None:
        return None
    last = min(window.last, Period.month_of(today), key=lambda month: month.code)
    last = max(last, window.first, key=lambda month: month.code)
    months = {month.id: month for month in between(window.first, window.last)}
    return months.get(asked, last)
