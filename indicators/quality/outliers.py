"""Outliers of many series at once. A test that could detect nothing here says so instead of finding nothing. Pure."""

from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indicators.quality.thresholds import MODIFIED_Z_POINTS, MODIFIED_Z_SCALE

Floats = NDArray[np.float64]

_DUST = 1e-9
"""One spike among ten equal values has a z of exactly 3; computed, it may be a hair below."""


class Scores(NamedTuple):
    """One row per series. `scores` are signed and stand around `centre`: NaN for gaps and for series not tested.

    `reason` says why no value of a series can be called an outlier, nor called fine: `too_few`, `mad_zero`,
    `no_spread`; "" where the series was tested.
    """

    centre: Floats
    scores: Floats
    reason: NDArray[np.str_]


def largest_possible_z(points: int) -> float:
    """The largest |z| that any of n values can reach with the population SD: √(n−1); 0 below one value."""
    return sqrt(max(points - 1, 0))


def modified_z(matrix: Floats) -> Scores:
    """0.6745 × (x − median) ÷ MAD of each value of series × periods, gaps as NaN.

    `too_few` below six values. `mad_zero` where more than half of the values are the same: then even 500 among 10s has
    no score.
    """
    centre = medians(matrix)
    deviations = matrix - centre[:, None]
    spread = medians(np.abs(deviations))
    reason = np.where(_points(matrix) < MODIFIED_Z_POINTS, "too_few", np.where(spread == 0, "mad_zero", ""))
    usable = np.where(reason == "", spread, np.nan)
    return Scores(centre, MODIFIED_Z_SCALE * deviations / usable[:, None], reason)


def z_scores(matrix: Floats, threshold: float) -> Scores:
    """(x − mean) ÷ population SD of each value of series × periods, gaps as NaN.

    `too_few` where √(n−1) is below the threshold, so that no value could reach it; `no_spread` where all are equal.
    """
    points = _points(matrix)
    known = ~np.isnan(matrix)
    count = np.maximum(points, 1)
    centre = np.sum(matrix, axis=1, where=known) / count
    deviations = matrix - centre[:, None]
    spread = np.sqrt(np.sum(deviations**2, axis=1, where=known) / count)
    equal = np.min(matrix, axis=1, where=known, initial=np.inf) >= np.max(matrix, axis=1, where=known, initial=-np.inf)
    few = np.sqrt(np.maximum(points - 1, 0)) < threshold
    reason = np.where(few, "too_few", np.where(equal, "no_spread", ""))
    usable = np.where(reason == "", spread, np.nan)
    return Scores(centre, deviations / usable[:, None], reason)


def reaches(scores: Floats, threshold: float) -> NDArray[np.bool_]:
    """Whether |score| is at or above the threshold; NaN never is."""
    return np.abs(scores) >= threshold - _DUST


def medians(rows: Floats) -> Floats:
    """Row by row, gaps left out; NaN without any value. Sorting puts the gaps last."""
    if not rows.shape[1]:
        return np.full(len(rows), np.nan)
    ordered = np.sort(rows, axis=1)
    count = _points(rows)
    each = np.arange(len(rows))
    low, high = ordered[each, np.maximum((count - 1) // 2, 0)], ordered[each, np.minimum(count // 2, rows.shape[1] - 1)]
    return np.where(count, (low + high) / 2, np.nan)


def _points(matrix: Floats) -> NDArray[np.int64]:
    return (~np.isnan(matrix)).sum(axis=1)
