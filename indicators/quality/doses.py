"""The rules about the doses that were reported: outliers, and more third than first doses. Pure."""

import numpy as np

from indicators.quality.findings import Outcome
from indicators.quality.outliers import Scores, modified_z, reaches, z_scores
from indicators.quality.reports import Reports, Series
from indicators.quality.thresholds import MODIFIED_Z, SD_EXTREME, SD_MODERATE


def modified_z_outliers(series: Series) -> Outcome:
    """|modified z| of 3.5 or more within the series of one place."""
    outcome = Outcome("modified_z")
    for code, reports in series.items():
        _collect(outcome, code, reports, modified_z(reports.values), MODIFIED_Z)
    return outcome


def extreme_outliers(series: Series) -> Outcome:
    """Three population SDs or more from the mean of the series."""
    outcome = Outcome("sd_extreme")
    for code, reports in series.items():
        _collect(outcome, code, reports, z_scores(reports.values, SD_EXTREME), SD_EXTREME)
    return outcome


def moderate_outliers(series: Series) -> Outcome:
    """From two to below three population SDs from the mean of the series."""
    outcome = Outcome("sd_moderate")
    for code, reports in series.items():
        _collect(outcome, code, reports, z_scores(reports.values, SD_MODERATE), SD_MODERATE, SD_EXTREME)
    return outcome


def later_over_earlier(earlier: Reports, later: Reports, subject: str) -> Outcome:
    """More of the later dose than of the earlier one, in one place and month. Score: the difference.

    `one_missing` where only one of the two was reported. `subject` is the indicator that takes the pair apart.
    """
    outcome = Outcome("dtp3_over_dtp1")
    both, either = earlier.there & later.there, earlier.there | later.there
    outcome.add_tested(earlier.units, both.sum(axis=1))
    outcome.add_untested(earlier.units, subject, "one_missing", (either & ~both).sum(axis=1))
    pair = Reports(later.units, later.months, later.values, earlier.made_up | later.made_up)
    above = pair.values > earlier.values
    outcome.flags = pair.flags(above, subject, earlier.values, pair.values - earlier.values)
    return outcome


def _collect(
    outcome: Outcome, code: str, reports: Reports, result: Scores, at_least: float, below: float = np.inf
) -> None:
    points = reports.there.sum(axis=1)
    outcome.add_tested(reports.units, np.where(result.reason == "", points, 0))
    for reason in sorted({*result.reason.tolist()} - {""}):
        outcome.add_untested(reports.units, code, reason, np.where(result.reason == reason, points, 0))
    hit = reaches(result.scores, at_least) & ~reaches(result.scores, below)
    outcome.flags += reports.flags(hit, code, result.centre[:, None], result.scores)
