"""Consistency over time: doses of a year against the same months of the years before. Pure."""

import numpy as np

from indicators.quality.findings import Flag, Outcome
from indicators.quality.reports import Floats, Reports, Series
from indicators.quality.thresholds import YEAR_RATIO_PERCENT, YEARS_BEFORE

MONTHS_OF_YEAR = 12


def year_ratios(series: Series, before: Series) -> Outcome:
    """The last twelve months (or fewer, where the time is shorter) against the mean of the same months one to three
    years earlier: 33 % or more above or below it. Score: the difference in %, signed.

    `before` holds the 36 months that precede the series, of the same units. Only sums of complete months are compared:
    `window_incomplete` where a month of the last twelve was not reported, `no_years_before` where none of the earlier
    years is complete, `zero_before` where their mean is 0. `tested` counts a place and indicator once.
    """
    outcome = Outcome("year_ratio")
    for code, reports in series.items():
        length = min(MONTHS_OF_YEAR, len(reports.months))
        values = np.hstack([before[code].values, reports.values])
        now = _sums(values, 0, length)
        years = np.column_stack([_sums(values, back, length) for back in range(1, YEARS_BEFORE + 1)])
        known = (~np.isnan(years)).sum(axis=1)
        mean = np.where(known > 0, np.nansum(years, axis=1) / np.maximum(known, 1), np.nan)
        some = reports.there[:, -length:].any(axis=1)
        without = np.where(known == 0, "no_years_before", np.where(mean == 0, "zero_before", ""))
        reason = np.where(np.isnan(now), "window_incomplete", without)
        outcome.add_tested(reports.units, (some & (reason == "")).astype(np.int64))
        for why in ("window_incomplete", "no_years_before", "zero_before"):
            outcome.add_untested(reports.units, code, why, (some & (reason == why)).astype(np.int64))
        apart = some & (reason == "") & (np.abs(now - mean) * 100 >= YEAR_RATIO_PERCENT * mean)
        outcome.flags += [_flag(code, reports, before[code], row, now, mean) for row in np.flatnonzero(apart).tolist()]
    return outcome


def _sums(values: Floats, years_back: int, length: int) -> Floats:
    """The sum of the last `length` months so many years earlier; NaN where one of them is missing."""
    end = values.shape[1] - MONTHS_OF_YEAR * years_back
    return np.asarray(values[:, end - length : end].sum(axis=1))


def _flag(code: str, reports: Reports, before: Reports, row: int, now: Floats, mean: Floats) -> Flag:
    made_up = bool(reports.made_up[row].any() or before.made_up[row].any())
    value, against = float(now[row]), float(mean[row])
    change = 100 * (value - against) / against
    since = reports.months[-min(MONTHS_OF_YEAR, len(reports.months))]
    return Flag(int(reports.units[row]), code, reports.months[-1], value, against, change, made_up, since)
