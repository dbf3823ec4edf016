"""How the innovation is carried out, month by month and all sites together: sums over sums, never a mean of rates."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from indicators.pages.numbers import misses_months
from indicators.pages.queries import last_period
from indicators.periods import Frequency, Period, between
from indicators.registry.definitions import Definition, definition
from indicators.rollup.queries import cells
from indicators.rollup.readings import Reading, formed
from indicators.rollup.reporting import expected_reports
from research.evaluations.measures import PROCESS
from research.evaluations.progress import Total, total, total_cell
from research.evaluations.queries import Window

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


def carried_out(evaluation: str, units: Collection[int]) -> CarriedOut | None:
    """The process measures of the evaluation's sites in the latest months that have any; None before the first.

    A month's number sums the sites, and the months together sum the months: a ratio divides sums by sums, and only
    site-months with both of its parts enter. Six queries at most, whatever the number of measures and of sites.
    """
    measures = [definition(code) for code in PROCESS.get(evaluation, ())]
    concepts = sorted({concept for measure in measures for concept in measure.concepts})
    last = last_period(concepts, units, Frequency.MONTH) if units and concepts else None
    if last is None:
        return None
    months = list(between(last.shift(1 - MONTHS_SHOWN), last))
    found = cells(concepts, units, months)
    asked = expected_reports(concepts, units, months)
    known = [month for month in months if any(period == month for _concept, _unit, period in found)]
    months = months[months.index(known[0]) :] if known else months[-1:]
    rows, made_up = [], False
    for measure in measures:
        readings = formed(measure, units, months, found, {}, asked)
        by_month = [[readings[unit, month] for unit in units] for month in months]
        made_up |= any(reading.demonstration for reading in readings.values())
        together = [reading for one in by_month for reading in one]
        rows.append(MeasureRow(measure, [_cell(measure, one) for one in by_month], _cell(measure, together)))
    over = any(one.over_100 for row in rows for one in [*row.months, row.together])
    return CarriedOut(months, rows, made_up, over)


def _cell(measure: Definition, of: Sequence[Reading]) -> Total:
    """A sum that lacks a site or a month that had to report is marked; a plan's sites without visits do not lack."""
    value = total(measure, of)
    incomplete = value is not None and any(misses_months(reading, measure) for reading in of)
    return total_cell(measure, value, incomplete)


def month_shown(asked: str, window: Window | None, today: date) -> Period | None:
    """The month of the plan that is asked for (`202509`), else the present or last one; None without a plan."""
    if window is None:
        return None
    last = min(window.last, Period.month_of(today), key=lambda month: month.code)
    last = max(last, window.first, key=lambda month: month.code)
    months = {month.id: month for month in between(window.first, window.last)}
    return months.get(asked, last)
