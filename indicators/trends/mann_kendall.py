"""Mann–Kendall tests of one series. The same series can give opposite answers, so each result names its variant.

Gaps are left out of the score. The variants that correct for autocorrelation close the gaps up, as their reference
implementations do: they fit series with few of them. Pure.
"""

from dataclasses import dataclass

import numpy as np

from indicators.trends import scores
from indicators.trends.sen import Line, sen, sen_seasonal
from indicators.trends.series import Floats, Refusal, Values, as_series, present, seasons

ALPHA = 0.05

FEW_POINTS = 10
"""Below it the normal approximation of p is rough (Kendall 1975 gives exact tables up to ten)."""


@dataclass(frozen=True, slots=True)
class Trend:
    """A test that could be made. `slope` and `intercept` are Sen's, over the periods with their gaps.

    `points` are the values tested, `s` the score, `var_s` its variance, `tau` the score ÷ number of pairs, `p`
    two-sided by the normal approximation.
    """

    variant: str
    points: int
    alpha: float
    s: float
    var_s: float
    tau: float
    z: float
    p: float
    slope: float
    intercept: float

    @property
    def direction(self) -> str:
        """`increasing`, `decreasing`, or `none` where no trend can be claimed at `alpha`."""
        if abs(self.z) <= scores.critical_z(self.alpha):
            return "none"
        return "increasing" if self.z > 0 else "decreasing"

    @property
    def rough(self) -> bool:
        """Whether there are so few points that p is rough."""
        return self.points < FEW_POINTS


def original(values: Values, alpha: float = ALPHA) -> Trend | Refusal:
    """Mann (1945), Kendall (1975): independent values. `too_few` below 5 at 0.05, `all_ties`."""
    series = as_series(values)
    known = present(series)
    return _refusal("original", known, alpha) or finish(
        "original", len(known), alpha, _score(known), scores.variance(known), sen(series)
    )


def hamed_rao(values: Values, alpha: float = ALPHA, lags: int | None = None) -> Trend | Refusal:
    """Hamed and Rao (1998): the variance grows by the significant autocorrelations of the detrended ranks.

    All lags, or only the first `lags`. `too_few`, `all_ties`; `no_variance` where negative autocorrelations eat it up.
    """
    series = as_series(values)
    known = present(series)
    if refusal := _refusal("hamed_rao", known, alpha):
        return refusal
    n = len(known)
    detrended = scores.ranks(_detrended(series, known))
    factor = 1.0
    if detrended.min() != detrended.max():  # a straight line leaves nothing that could be correlated
        lag = _lags(n, lags)
        found = scores.autocorrelations(detrended)[lag]
        found = np.where(np.abs(found) > scores.critical_z(alpha) / np.sqrt(n), found, 0.0)
        factor += 2 / (n * (n - 1) * (n - 2)) * float(((n - lag) * (n - lag - 1) * (n - lag - 2) * found).sum())
    return finish("hamed_rao", n, alpha, _score(known), scores.variance(known) * factor, sen(series))


def yue_wang(values: Values, alpha: float = ALPHA, lags: int | None = None) -> Trend | Refusal:
    """Yue and Wang (2004): the variance grows by all autocorrelations of the detrended values, or the first `lags`.

    Over all lags the sum nearly cancels the variance, so that almost everything is significant: give `lags`. Refuses as
    `hamed_rao` does.
    """
    series = as_series(values)
    known = present(series)
    if refusal := _refusal("yue_wang", known, alpha):
        return refusal
    n = len(known)
    detrended = _detrended(series, known)
    factor = 1.0
    if detrended.min() != detrended.max():
        lag = _lags(n, lags)
        factor += 2 * float(((1 - lag / n) * scores.autocorrelations(detrended)[lag]).sum())
    return finish("yue_wang", n, alpha, _score(known), scores.variance(known) * factor, sen(series))


def pre_whitened(values: Values, alpha: float = ALPHA) -> Trend | Refusal:
    """Kulkarni and von Storch (1995): each value less its predecessor × the first autocorrelation. As `original`."""
    series = as_series(values)
    known = present(series)
    if len(known) and known.min() == known.max():
        return Refusal("pre_whitened", "all_ties", len(known))
    return _refusal("pre_whitened", known[1:], alpha) or _of_series("pre_whitened", _whitened(known), alpha, series)


def trend_free_pre_whitened(values: Values, alpha: float = ALPHA) -> Trend | Refusal:
    """Yue and others (2002): Sen's trend is taken out before the whitening and put back after it. As `original`."""
    series = as_series(values)
    known = present(series)
    if refusal := _refusal("trend_free_pre_whitened", known[1:], alpha):
        return refusal
    detrended = _detrended(series, known)
    rest = _whitened(detrended) if detrended.min() != detrended.max() else detrended[1:]
    whitened = rest + np.arange(1, len(known)) * _slope(series)
    return _of_series("trend_free_pre_whitened", whitened, alpha, series)


def seasonal(values: Values, period: int = 12, alpha: float = ALPHA) -> Trend | Refusal:
    """Hirsch, Slack and Smith (1982): only values of the same season are compared; `slope` is per year.

    `too_few` where even seasons that only rise would prove nothing, `all_ties` where no season ever changes.
    """
    series = as_series(values)
    return of_columns("seasonal", seasons(series, period), alpha, sen_seasonal(series, period))


def of_columns(variant: str, columns: Floats, alpha: float, line: Line | Refusal) -> Trend | Refusal:
    """Scores and variances of independent columns, added up. Refuses as `original` does."""
    parts = [present(column) for column in columns.T]
    sizes = [len(part) for part in parts]
    if not scores.could_tell(sizes, alpha):
        return Refusal(variant, "too_few", sum(sizes))
    var_s = sum(scores.variance(part) for part in parts)
    if var_s == 0:
        return Refusal(variant, "all_ties", sum(sizes))
    s = sum(scores.score(part) for part in parts)
    return finish(variant, sum(sizes), alpha, (s, sum(map(scores.pairs, sizes))), var_s, line)


def finish(
    variant: str,
    points: int,
    alpha: float,
    score: tuple[float, float],
    var_s: float,
    line: Line | Refusal,
    z: float | None = None,
) -> Trend | Refusal:
    """The result of a score (S, number of pairs) and its variance; z with the continuity correction unless given."""
    if var_s <= 0:
        return Refusal(variant, "no_variance", points)
    if isinstance(line, Refusal):
        return Refusal(variant, line.reason, points)
    s, pairs = score
    reached = scores.continuous_z(s, var_s) if z is None else z
    p = scores.two_sided_p(reached)
    return Trend(variant, points, alpha, s, var_s, s / pairs, reached, p, line.slope, line.intercept)


def _refusal(variant: str, known: Floats, alpha: float) -> Refusal | None:
    if not scores.could_tell([len(known)], alpha):
        return Refusal(variant, "too_few", len(known))
    if known.min() == known.max():
        return Refusal(variant, "all_ties", len(known))
    return None


def _of_series(variant: str, tested: Floats, alpha: float, series: Floats) -> Trend | Refusal:
    return _refusal(variant, tested, alpha) or finish(
        variant, len(tested), alpha, _score(tested), scores.variance(tested), sen(series)
    )


def _score(known: Floats) -> tuple[float, float]:
    return scores.score(known), scores.pairs(len(known))


def _slope(series: Floats) -> float:
    line = sen(series)
    return line.slope if isinstance(line, Line) else 0.0


def _detrended(series: Floats, known: Floats) -> Floats:
    return known - np.arange(1, len(known) + 1) * _slope(series)


def _whitened(known: Floats) -> Floats:
    return known[1:] - known[:-1] * scores.autocorrelations(known)[1]


def _lags(n: int, lags: int | None) -> np.ndarray:
    if lags is not None and lags < 1:
        raise ValueError("at least one lag")
    return np.arange(1, n if lags is None else min(n, lags + 1))
