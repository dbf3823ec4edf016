"""Outliers of one series. A test that could detect nothing here says so instead of finding nothing. Pure."""

from collections.abc import Sequence
from math import sqrt
from statistics import fmean, median, pstdev
from typing import NamedTuple

from indicators.quality.thresholds import MODIFIED_Z_POINTS, MODIFIED_Z_SCALE

_DUST = 1e-9
"""One spike among ten equal values has a z of exactly 3; computed, it may be a hair below."""


class Scores(NamedTuple):
    """The signed score of each value, in the order given, around `centre`."""

    centre: float
    scores: tuple[float, ...]


class CannotTest(NamedTuple):
    """Why no value of the series can be called an outlier, nor called fine: `too_few`, `mad_zero`, `no_spread`."""

    reason: str


def largest_possible_z(points: int) -> float:
    """The largest |z| that any of n values can reach with the population SD: √(n−1); 0 below one value."""
    return sqrt(max(points - 1, 0))


def modified_z(values: Sequence[float]) -> Scores | CannotTest:
    """0.6745 × (x − median) ÷ MAD of each value; missing months are left out by the caller.

    `too_few` below six values. `mad_zero` where more than half of the values are the same: then even 500 among 10s has
    no score.
    """
    if len(values) < MODIFIED_Z_POINTS:
        return CannotTest("too_few")
    centre = median(values)
    spread = median([abs(value - centre) for value in values])
    if spread == 0:
        return CannotTest("mad_zero")
    return Scores(centre, tuple(MODIFIED_Z_SCALE * (value - centre) / spread for value in values))


def z_scores(values: Sequence[float], threshold: float) -> Scores | CannotTest:
    """(x − mean) ÷ population SD of each value.

    `too_few` where √(n−1) is below the threshold, so that no value could reach it; `no_spread` where all are equal.
    """
    if largest_possible_z(len(values)) < threshold:
        return CannotTest("too_few")
    if min(values) == max(values):
        return CannotTest("no_spread")
    centre, spread = fmean(values), pstdev(values)
    return Scores(centre, tuple((value - centre) / spread for value in values))


def reaches(score: float, threshold: float) -> bool:
    """Whether |score| is at or above the threshold."""
    return abs(score) >= threshold - _DUST
