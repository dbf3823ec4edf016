"""Many series at once, in array arithmetic: trend, outliers and XmR limits of every site in one pass. Pure."""

from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
from numpy.typing import NDArray

from indicators.quality.outliers import medians, modified_z
from indicators.trends.control_charts import FEWEST_POINTS, MEAN_RANGE
from indicators.trends.mann_kendall import ALPHA
from indicators.trends.scores import could_tell
from indicators.trends.series import Floats

PAIRS_AT_ONCE = 1_000_000
"""How many pair slopes are held at a time: 8 MB, whatever the number of series."""


@dataclass(frozen=True, slots=True)
class Screening:
    """One entry per series, in the order given; NaN where nothing can be said. Same rules as the single functions.

    `refusal` is why the Mann–Kendall test (original) could not be made: `too_few`, `all_ties`, or "" where it was.
    `modified_z` has the shape of the matrix, NaN also where the test could detect nothing.
    """

    points: NDArray[np.int64]
    refusal: NDArray[np.str_]
    s: Floats
    var_s: Floats
    z: Floats
    p: Floats
    slope: Floats
    modified_z: Floats
    centre: Floats
    lower: Floats
    upper: Floats


def screen(matrix: Floats, alpha: float = ALPHA) -> Screening:
    """Series × periods, gaps as NaN. ValueError for anything but a matrix and for an infinite value."""
    x = np.asarray(matrix, dtype=np.float64)
    if x.ndim != 2 or np.isinf(x).any():
        raise ValueError("a matrix of finite values and gaps is needed")
    points = (~np.isnan(x)).sum(axis=1)
    enough = np.array([could_tell([n], alpha) for n in range(x.shape[1] + 1)])[points]
    var_s = _variances(x, points)
    refusal = np.where(enough, np.where(var_s > 0, "", "all_ties"), "too_few")
    s = np.where(refusal == "", _scores(x), np.nan)
    var_s = np.where(refusal == "", var_s, np.nan)
    z = (s - np.sign(s)) / np.sqrt(var_s)
    p = np.fromiter((erfc(abs(value) / sqrt(2)) for value in z), np.float64, len(z))
    return Screening(points, refusal, s, var_s, z, p, _slopes(x), modified_z(x).scores, *_limits(x, points))


def _scores(x: Floats) -> Floats:
    """Lag by lag: the signs of all changes over one period, over two, and so on."""
    total = np.zeros(len(x))
    for lag in range(1, x.shape[1]):
        later, earlier = x[:, lag:], x[:, :-lag]
        total += (later > earlier).sum(axis=1) - (later < earlier).sum(axis=1)
    return total


def _variances(x: Floats, points: NDArray[np.int64]) -> Floats:
    """Each value of a tie of t adds (t−1)(2t+5) to the correction, t being counted lag by lag, without any sorting."""
    ties = np.where(np.isnan(x), 0, 1)
    for lag in range(1, x.shape[1]):
        equal = x[:, lag:] == x[:, :-lag]
        ties[:, lag:] += equal
        ties[:, :-lag] += equal
    correction = ((ties - 1) * (2 * ties + 5)).sum(axis=1, where=ties > 0)
    return (points * (points - 1) * (2 * points + 5) - correction) / 18


def _slopes(x: Floats) -> Floats:
    first, second = np.triu_indices(x.shape[1], 1)
    if not len(first):
        return np.full(len(x), np.nan)
    result = np.empty(len(x))
    step = max(1, PAIRS_AT_ONCE // len(first))
    for start in range(0, len(x), step):
        rows = x[start : start + step]
        result[start : start + step] = medians((rows[:, second] - rows[:, first]) / (second - first))
    return result


def _limits(x: Floats, points: NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
    ranges = np.abs(np.diff(x, axis=1))
    mean_range = _means(ranges)
    usable = (points >= FEWEST_POINTS) & (np.nan_to_num(mean_range) > 0)
    centre = np.where(usable, _means(x), np.nan)
    width = 3 * mean_range / MEAN_RANGE
    return centre, centre - width, centre + width


def _means(rows: Floats) -> Floats:
    count = (~np.isnan(rows)).sum(axis=1)
    return np.where(count, np.nansum(rows, axis=1) / np.maximum(count, 1), np.nan)
