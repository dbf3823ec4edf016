"""The rules about what was reported: outliers, more third than first doses, and reports that did not come. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from indicators.periods import Period
from indicators.quality.findings import Figure, Flag, Outcome, Untested
from indicators.quality.outliers import CannotTest, Scores, modified_z, reaches, z_scores
from indicators.quality.thresholds import MODIFIED_Z, SD_EXTREME, SD_MODERATE

Series = Mapping[tuple[str, int], Mapping[Period, Figure]]
"""(indicator code, unit id) → the months that were reported. A month that is not there is missing."""


class Opening(NamedTuple):
    """When a unit was open; an open end means always."""

    opened: date | None = None
    closed: date | None = None

    def throughout(self, period: Period) -> bool:
        """Whether it was open on every day of the period."""
        return (self.opened is None or self.opened <= period.start) and (
            self.closed is None or self.closed >= period.end
        )


def modified_z_outliers(series: Series) -> Outcome:
    """|modified z| of 3.5 or more within the series of one place."""
    outcome = Outcome("modified_z")
    for key, months in series.items():
        _collect(outcome, key, months, modified_z(_values(months)), MODIFIED_Z, None)
    return outcome


def extreme_outliers(series: Series) -> Outcome:
    """Three population SDs or more from the mean of the series."""
    outcome = Outcome("sd_extreme")
    for key, months in series.items():
        _collect(outcome, key, months, z_scores(_values(months), SD_EXTREME), SD_EXTREME, None)
    return outcome


def moderate_outliers(series: Series) -> Outcome:
    """From two to below three population SDs from the mean of the series."""
    outcome = Outcome("sd_moderate")
    for key, months in series.items():
        _collect(outcome, key, months, z_scores(_values(months), SD_MODERATE), SD_MODERATE, SD_EXTREME)
    return outcome


def later_over_earlier(series: Series, earlier: str, later: str, subject: str) -> Outcome:
    """More of the later dose than of the earlier one, in one place and month.

    `one_missing` where only one of the two was reported. `subject` is the indicator that takes the pair apart.
    """
    outcome = Outcome("dtp3_over_dtp1")
    for unit in sorted({unit for code, unit in series if code in (earlier, later)}):
        first, last = series.get((earlier, unit), {}), series.get((later, unit), {})
        both = first.keys() & last.keys()
        outcome.tested[unit] += len(both)
        if alone := len(first.keys() ^ last.keys()):
            outcome.untested.append(Untested(unit, subject, "one_missing", alone))
        for month in sorted(both):
            one, other = first[month], last[month]
            if other.value > one.value:
                made_up = one.demonstration or other.demonstration
                difference = other.value - one.value
                outcome.flags.append(Flag(unit, subject, month, other.value, one.value, difference, made_up))
    return outcome


def missing_reports(
    series: Series,
    ever: Iterable[tuple[str, int]],
    opening: Mapping[int, Opening],
    months: Sequence[Period],
) -> Outcome:
    """Months without a report from a place that ever reported the indicator and was open throughout the month.

    `tested` counts the reports expected, so completeness is 1 − flags ÷ tested. A report from a place outside its
    opening dates is neither expected nor counted.
    """
    outcome = Outcome("missing")
    for code, unit in sorted(ever):
        expected = [month for month in months if opening[unit].throughout(month)]
        came = series.get((code, unit), {})
        outcome.tested[unit] += len(expected)
        outcome.flags += [Flag(unit, code, month, None, None, None) for month in expected if month not in came]
    return outcome


def _values(months: Mapping[Period, Figure]) -> list[float]:
    return [figure.value for figure in months.values()]


def _collect(
    outcome: Outcome,
    key: tuple[str, int],
    months: Mapping[Period, Figure],
    result: Scores | CannotTest,
    at_least: float,
    below: float | None,
) -> None:
    code, unit = key
    if isinstance(result, CannotTest):
        outcome.untested.append(Untested(unit, code, result.reason, len(months)))
        return
    outcome.tested[unit] += len(months)
    for (month, figure), score in zip(months.items(), result.scores, strict=True):
        if reaches(score, at_least) and (below is None or not reaches(score, below)):
            outcome.flags.append(Flag(unit, code, month, figure.value, result.centre, score, figure.demonstration))
