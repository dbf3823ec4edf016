"""The rules about reports that did not come, came late, came now and then, or came twice on the way up. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from indicators.periods import Period
from indicators.quality.findings import Flag, Outcome, Whole
from indicators.quality.reports import Bools, Series


class Opening(NamedTuple):
    """When a unit was open; an open end means always."""

    opened: date | None = None
    closed: date | None = None


class DataSetReports(NamedTuple):
    """The reports of one data set, in tables of the same units × months. `subject` is its uid.

    `dated`: the months of which it is known on which day a report came, anywhere. `used`: the months in which a report
    was expected, anywhere; nothing is known of the others.
    """

    subject: str
    expected: Bools
    received: Bools
    on_time: Bools
    dated: Bools
    used: Bools


def open_throughout(openings: Sequence[Opening], months: Sequence[Period]) -> Bools:
    """Units × months: whether the unit was open on every day of the month."""
    opened = np.array([(it.opened or date.min).toordinal() for it in openings], np.int64)
    closed = np.array([(it.closed or date.max).toordinal() for it in openings], np.int64)
    starts = np.array([month.start.toordinal() for month in months], np.int64)
    ends = np.array([month.end.toordinal() for month in months], np.int64)
    return (opened[:, None] <= starts) & (closed[:, None] >= ends)


def missing_reports(series: Series, expected: Mapping[str, Bools]) -> Outcome:
    """Months in which a place was expected to report an indicator and did not.

    `expected` by indicator, of the same units and months. `tested` counts the reports expected, so completeness is
    1 − flags ÷ tested. A report that was not expected is not counted.
    """
    outcome = Outcome("missing")
    for code, reports in series.items():
        outcome.add_tested(reports.units, expected[code].sum(axis=1))
        outcome.flags += reports.flags(expected[code] & ~reports.there, code)
    return outcome


def not_received(
    units: Whole, months: Sequence[Period], data_sets: Sequence[DataSetReports], reporting: Bools
) -> Outcome:
    """Reports of a data set that were expected and did not come in any way.

    `no_data_set`, for the months of units that report at all (`reporting`), where no data set is known.
    """
    outcome = Outcome("not_received")
    if not data_sets:
        outcome.add_untested(units, "", "no_data_set", reporting * len(months))
    for one in data_sets:
        outcome.add_tested(units, one.expected.sum(axis=1))
        outcome.flags += _without_figures(units, months, one.expected & ~one.received, one.subject)
    return outcome


def late(units: Whole, months: Sequence[Period], data_sets: Sequence[DataSetReports], reporting: Bools) -> Outcome:
    """Reports that were expected and came, but were not declared complete in time.

    `no_dates` in months of which no report of the data set has a day; `no_data_set` as in `not_received`.
    """
    outcome = Outcome("late")
    if not data_sets:
        outcome.add_untested(units, "", "no_data_set", reporting * len(months))
    for one in data_sets:
        came = one.expected & one.received
        outcome.add_tested(units, (came & one.dated).sum(axis=1))
        outcome.add_untested(units, one.subject, "no_dates", (came & ~one.dated).sum(axis=1))
        outcome.flags += _without_figures(units, months, came & one.dated & ~one.on_time, one.subject)
    return outcome


def irregular(series: Series, opened: Bools) -> Outcome:
    """A place that reported an indicator in some of the months in which it was open, but not in all.

    `tested` counts the places and indicators with any report. Score: the months without one.
    """
    outcome = Outcome("irregular")
    for code, reports in series.items():
        there, months = (reports.there & opened).sum(axis=1), opened.sum(axis=1)
        outcome.add_tested(reports.units, (there > 0).astype(np.int64))
        for row in np.flatnonzero((there > 0) & (there < months)).tolist():
            came, all_of_them = int(there[row]), int(months[row])
            made_up = bool(reports.made_up[row].any())
            unit, last, since = int(reports.units[row]), reports.months[-1], reports.months[0]
            outcome.flags.append(Flag(unit, code, last, came, all_of_them, came - all_of_them, made_up, since))
    return outcome


def reports_beside(series: Series, below: Mapping[int, Whole]) -> Outcome:
    """A place that reports in a month in which places below it report too: the same children may be counted twice.

    `below`: row of a unit → rows of those anywhere below it. `tested` counts the reports of such units. `against` is
    the sum of the reports below.
    """
    outcome = Outcome("beside")
    for code, reports in series.items():
        there, against = reports.there, np.full(reports.values.shape, np.nan)
        for row, rows in below.items():
            others = there[rows]
            total = np.sum(reports.values[rows], axis=0, where=others)
            against[row] = np.where(others.any(axis=0), total, np.nan)
            outcome.add_tested(reports.units[[row]], there[[row]].sum(axis=1))
        outcome.flags += reports.flags(there & ~np.isnan(against), code, against)
    return outcome


def _without_figures(units: Whole, months: Sequence[Period], where: Bools, subject: str) -> list[Flag]:
    rows, columns = np.nonzero(where)
    return [
        Flag(unit, subject, months[column], None, None, None)
        for unit, column in zip(units[rows].tolist(), columns.tolist(), strict=True)
    ]
