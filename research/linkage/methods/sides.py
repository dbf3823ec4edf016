"""What segmented methods have in common: the two sides of a change, the seasonal waves, the warnings. Pure."""

from typing import Any, NamedTuple

import numpy as np

from research.linkage.methods.inputs import Floats, Panel, UnitSeries
from research.linkage.methods.result import Refused

FEWEST_EACH_SIDE = 3
FEW_POINTS = 12
"""Below it intervals of segmented regressions are generally too narrow (Turner and others, 2020)."""
DOUBTFUL_P = 0.05


class Sides(NamedTuple):
    """`time` counts periods from 0, `after` is 1 from the change on, `since` periods since the change (0 before).
    `known`: the periods with a value."""

    series: UnitSeries
    time: Floats
    after: Floats
    since: Floats
    waves: Floats
    known: Any


def sides(method: str, panel: Panel, change: int | None, values: Floats, fourier: int) -> Sides | Refused:
    """The design of a segmented regression, or why there can be none.

    Refuses `change_outside`, `few_points` (fewer than three values on a side, or too few for the parameters),
    `no_denominator`, `all_zero`, `no_spread` (the same value throughout: nothing to tell an error from).
    """
    n, series = len(panel.periods), panel.pooled()
    if change is None or not 0 < change < n:
        return Refused(method, "change_outside", {"change": change, "periods": n})
    if not any(one for one in series.denominators):
        return Refused(method, "no_denominator")
    known = ~np.isnan(values)
    before, later = int(known[:change].sum()), int(known[change:].sum())
    if min(before, later) < FEWEST_EACH_SIDE or before + later < 4 + 2 * fourier + 2:
        return Refused(method, "few_points", {"before": before, "after": later})
    if not np.any(values[known]):
        return Refused(method, "all_zero")
    if np.ptp(values[known]) == 0:
        return Refused(method, "no_spread")
    time = np.arange(n, dtype=float)
    after = (time >= change).astype(float)
    return Sides(series, time, after, np.clip(time - change, 0, None), waves(panel, fourier), known)


def waves(panel: Panel, pairs: int) -> Floats:
    """Columns of sine and cosine for each pair, one turn (two, three) a year. Shape: periods × 2·pairs."""
    angle = 2 * np.pi * np.array(panel.seasons, dtype=float) / panel.per_year
    # With four quarters the second sine is zero everywhere.
    most = min(pairs, (panel.per_year - 1) // 2)
    return np.column_stack(
        [np.ones((len(angle), 0))] + [f(k * angle) for k in range(1, most + 1) for f in (np.sin, np.cos)]
    )


def warnings_of(found: Sides, *, autocorrelated: bool) -> list[str]:
    points, known = int(found.known.sum()), np.flatnonzero(found.known)
    told = []
    if points < FEW_POINTS:
        told.append("few_points")
    if autocorrelated:
        told.append("autocorrelation")
    if points < known[-1] - known[0] + 1:
        told.append("gaps")
    return told


def newey_west_lags(points: int) -> int:
    """⌊4 · (n ÷ 100)^(2/9)⌋, at least 1: Newey and West (1994), the usual plug-in."""
    return max(1, int(4 * (points / 100) ** (2 / 9)))


def no_error_below(values: Floats) -> Floats:
    """Standard errors up to this are nothing but rounding, of each series: a line through a side without a spread has
    none of its own. Shape: … × periods → …."""
    return np.asarray(1e-6 * (np.nanmax(values, axis=-1) - np.nanmin(values, axis=-1)))


def autocorrelation(residuals: Floats, method_lags: int) -> tuple[float, float, float]:
    """Durbin–Watson, the p-value of Ljung–Box at that many lags, and the first autocorrelation."""
    from statsmodels.stats.diagnostic import acorr_ljungbox
    from statsmodels.stats.stattools import durbin_watson

    lags = max(1, min(method_lags, len(residuals) // 5))
    first = float(np.corrcoef(residuals[:-1], residuals[1:])[0, 1]) if np.std(residuals) > 0 else 0.0
    if np.allclose(residuals, 0):
        return 2.0, 1.0, 0.0
    tested = acorr_ljungbox(residuals, lags=[lags])
    return float(durbin_watson(residuals)), float(tested["lb_pvalue"].iloc[0]), first
