"""What the Mann–Kendall tests are made of: the score, its variance, and the tail of the normal distribution. Pure."""

from collections.abc import Sequence
from functools import cache
from math import erfc, sqrt
from statistics import NormalDist

import numpy as np

from indicators.trends.series import Floats


def score(values: Floats) -> float:
    """S: over all pairs, those that rise less those that fall. `values` without gaps; 0 below two of them."""
    return float(np.triu(np.sign(values[None, :] - values[:, None])).sum())


def pairs(points: int) -> float:
    """n(n−1)/2."""
    return points * (points - 1) / 2


def variance(values: Floats) -> float:
    """Var(S) corrected for ties: (n(n−1)(2n+5) − Σ t(t−1)(2t+5)) ÷ 18; 0 where all values are the same."""
    ties = np.unique(values, return_counts=True)[1]
    return (_cubic(len(values)) - sum(_cubic(int(tie)) for tie in ties)) / 18


def untied_variance(points: int) -> float:
    """Var(S) of n different values."""
    return _cubic(points) / 18


def continuous_z(s: float, var_s: float) -> float:
    """(S ∓ 1) ÷ √Var(S): one step nearer to zero, because S moves in whole steps. 0 where S is 0."""
    if s == 0:
        return 0.0
    return (s - 1 if s > 0 else s + 1) / sqrt(var_s)


def two_sided_p(z: float) -> float:
    """The chance of a |z| at least as large without any trend, by the normal approximation."""
    return erfc(abs(z) / sqrt(2))


@cache
def critical_z(alpha: float) -> float:
    """The |z| above which p is below alpha. ValueError unless 0 < alpha < 1."""
    if not 0 < alpha < 1:
        raise ValueError("alpha lies between 0 and 1")
    return NormalDist().inv_cdf(1 - alpha / 2)


def could_tell(sizes: Sequence[int], alpha: float) -> bool:
    """Whether parts of so many values could be significant if they only rose: one part needs 5 values at 0.05."""
    s, var_s = sum(map(pairs, sizes)), sum(map(untied_variance, sizes))
    return var_s > 0 and continuous_z(s, var_s) > critical_z(alpha)


def concordance(x: Floats, y: Floats) -> float:
    """Over all pairs of periods, sign of the change of x times the change of y. Same length, no gaps."""
    change = (x[None, :] - x[:, None]) * (y[None, :] - y[:, None])
    return float(np.triu(np.sign(change)).sum())


def ranks(values: Floats) -> Floats:
    """Ranks from 1, the mean rank among ties. No gaps."""
    ordered = np.sort(values)
    below, up_to = np.searchsorted(ordered, values, "left"), np.searchsorted(ordered, values, "right")
    return (below + up_to + 1) / 2


def covariance(x: Floats, y: Floats) -> float:
    """Cov(S of x, S of y) after Dietz and Killeen (1981), the variance corrected for ties where y is x. No gaps."""
    n = len(x)
    return (concordance(x, y) + 4 * float(ranks(x) @ ranks(y)) - n * (n + 1) ** 2) / 3


def joint_variance(columns: Sequence[Floats]) -> float:
    """Var of the sum of their S: all covariances of columns of the same periods added up, in one pass. No gaps."""
    n, count = len(columns[0]), len(columns)
    changes = np.sum([np.sign(values[None, :] - values[:, None]) for values in columns], axis=0)
    ranked = np.sum([ranks(values) for values in columns], axis=0)
    return (float(np.triu(changes**2).sum()) + 4 * float(ranked @ ranked) - count**2 * n * (n + 1) ** 2) / 3


def autocorrelations(values: Floats) -> Floats:
    """Autocorrelation at lags 0 … n−1, each sum divided by n. The values must differ; no gaps."""
    centred = values - values.mean()
    sums = np.correlate(centred, centred, "full")[len(values) - 1 :] / len(values)
    return sums / sums[0]


def _cubic(n: int) -> int:
    return n * (n - 1) * (2 * n + 5)
