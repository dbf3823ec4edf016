"""Every site and indicator at once: trend, outliers, and what changed at the site's own date. Pure."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from indicators.trends.screening import Screening
from indicators.trends.screening import screen as trends_of
from indicators.trends.series import Floats
from research.linkage.methods.sides import FEWEST_EACH_SIDE, newey_west_lags, no_error_below

AT_ONCE = 4_096
"""How many series are fitted at a time: 8 MB for each column of sixty months, whatever the number of series."""
PARAMETERS = 4
NO_CHANGE = -1


class Changes(NamedTuple):
    """One entry per series, NaN where nothing can be said. As `its_ols` without seasons: `level` in the outcome's unit
    at the first period after the change, `slope` per period; errors after Newey and West (NaN where nothing but
    rounding), p by t with n − 4 degrees of freedom. `lags` of these errors. `level_q`: smallest share of false
    discoveries at which the level would be told, among all series of the call (Benjamini and Hochberg 1995). `refusal`:
    `change_outside`, `few_points`, `all_zero`, `no_spread` (the values never vary), or "" where it was fitted."""

    points: NDArray[np.int64]
    refusal: NDArray[np.str_]
    level: Floats
    level_error: Floats
    level_p: Floats
    level_q: Floats
    slope: Floats
    slope_error: Floats
    slope_p: Floats
    lags: NDArray[np.int64]


class Screened(NamedTuple):
    """`trend`: Mann–Kendall, Sen slope and modified z of each value (`indicators.trends.screening`)."""

    trend: Screening
    change: Changes


def screen(matrix: Floats, change: ArrayLike) -> Screened:
    """Series × periods, gaps as NaN; `change`: index of the first period after it, of each series or of all, −1 for
    none. ValueError for anything but a matrix of finite values and gaps.

    This many tests find something by chance: what stands out is a place to look at, never a result.
    """
    x = np.asarray(matrix, dtype=np.float64)
    trend = trends_of(x)
    changes = np.broadcast_to(np.asarray(change, dtype=np.int64), (len(x),))
    return Screened(trend, changes_of(x, changes))


def changes_of(x: Floats, change: NDArray[np.int64]) -> Changes:
    known, n = ~np.isnan(x), x.shape[1]
    after = np.arange(n) >= change[:, None]
    points = known.sum(axis=1)
    later = (known & after).sum(axis=1)
    refusal = np.select(
        [
            (change <= 0) | (change >= n),
            (np.minimum(points - later, later) < FEWEST_EACH_SIDE) | (points < PARAMETERS + 2),
            (np.where(known, x, 0) == 0).all(axis=1),
            _same(x, known),
        ],
        ["change_outside", "few_points", "all_zero", "no_spread"],
        "",
    )
    lags = np.array([newey_west_lags(max(1, number)) for number in range(n + 1)])[points]
    found = np.full((len(x), 4), np.nan)
    rows = np.flatnonzero(refusal == "")
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        found[some] = _fitted(x[some], change[some], lags[some])
    level, level_error, slope, slope_error = found.T
    level_p, slope_p = (_p(value, error, points) for value, error in ((level, level_error), (slope, slope_error)))
    return Changes(
        points, refusal, level, level_error, level_p, _discoveries(level_p), slope, slope_error, slope_p, lags
    )


def _fitted(x: Floats, change: NDArray[np.int64], lags: NDArray[np.int64]) -> Floats:
    """Level, its error, slope, its error of each series: least squares, Bartlett weights over the values that are
    there, times n ÷ (n − 4)."""
    # Known values first, in their order: a lag counts values, as in the single fit, which drops the gaps.
    order = np.argsort(np.isnan(x), axis=1, kind="stable")
    y = np.take_along_axis(x, order, axis=1)
    known = ~np.isnan(y)
    time = order.astype(np.float64)
    since = time - change[:, None]
    begun = since >= 0
    # Time is counted from the change: the columns stay small, and the level is the same.
    design = np.stack([np.ones_like(time), since, begun, np.where(begun, since, 0)], axis=2) * known[:, :, None]
    y = np.where(known, y, 0.0)
    across = design.transpose(0, 2, 1)
    inverse = np.linalg.inv(across @ design)
    weights = inverse @ (across @ y[:, :, None])
    scores = design * (y[:, :, None] - design @ weights)
    middle = scores.transpose(0, 2, 1) @ scores
    for lag in range(1, int(lags.max()) + 1):
        share = np.maximum(0.0, 1 - lag / (lags + 1.0))[:, None, None]
        both = scores[:, lag:].transpose(0, 2, 1) @ scores[:, :-lag]
        middle += share * (both + both.transpose(0, 2, 1))
    count = known.sum(axis=1)
    spread = inverse @ middle @ inverse * (count / (count - PARAMETERS))[:, None, None]
    errors = np.sqrt(np.maximum(np.diagonal(spread, axis1=1, axis2=2), 0))
    errors = np.where(errors > no_error_below(x)[:, None], errors, np.nan)
    return np.column_stack([weights[:, 2, 0], errors[:, 2], weights[:, 3, 0], errors[:, 3]])


def _same(x: Floats, known: Any) -> NDArray[np.bool_]:
    highest, lowest = np.where(known, x, -np.inf).max(axis=1), np.where(known, x, np.inf).min(axis=1)
    return highest <= lowest


def _p(value: Floats, error: Floats, points: NDArray[np.int64]) -> Floats:
    from scipy.stats import t

    told = ~np.isnan(error)
    ratio = np.divide(np.abs(value), error, out=np.full(len(value), np.nan), where=told)
    return np.asarray(2 * t.sf(ratio, np.maximum(points - PARAMETERS, 1)))


def _discoveries(p: Floats) -> Floats:
    from scipy.stats import false_discovery_control

    found, told = np.full(len(p), np.nan), ~np.isnan(p)
    if told.any():
        found[told] = false_discovery_control(p[told])
    return found
