"""Do two coaches who looked at the same things say the same? Cohen's κ with its interval. Pure.

    κ = (observed agreement − expected agreement) / (1 − expected agreement)

Expected is what two coaches would agree on by chance, each using the categories as often as they did. Weighted κ (for
levels, which have an order) counts a near miss as partial agreement: linear weights 1 − |i − j| / (k − 1), quadratic
weights 1 − (i − j)² / (k − 1)², with i and j the places on the whole scale of k levels, used or not.

κ is undefined, neither 0 nor 1, where the expected agreement is 1: both used one and the same category throughout.
The interval is κ ± 1.96 standard errors for large samples (Fleiss, Cohen and Everitt 1969, Psychological Bulletin
72:323); it is left out where the two agree on everything, because that standard error is then 0 whatever the n. With
few things compared it is rough and may reach beyond 1.
"""

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

NONE, LINEAR, QUADRATIC = "none", "linear", "quadratic"
Z = 1.959964
"""Standard normal deviate of a two-sided 95 % interval."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """`n` things were judged by both. `observed`, `expected`: shares from 0 to 1, weighted where κ is; None if n = 0.

    `kappa` is None where it is undefined. `low` and `high` bound its 95 % interval, None where there is none.
    """

    n: int
    observed: float | None = None
    expected: float | None = None
    kappa: float | None = None
    standard_error: float | None = None

    @property
    def low(self) -> float | None:
        return self._bound(-Z)

    @property
    def high(self) -> float | None:
        return self._bound(Z)

    def _bound(self, deviate: float) -> float | None:
        if self.kappa is None or self.standard_error is None:
            return None
        return self.kappa + deviate * self.standard_error


def kappa(pairs: Iterable[tuple[Hashable, Hashable]]) -> Agreement:
    """Unweighted κ of (first coach's category, second coach's category) of each thing that both judged."""
    counts = Counter(pairs)
    categories = list(dict.fromkeys(category for pair in counts for category in pair))
    return _agreement(counts, categories, lambda i, j: Fraction(int(i == j)))


def weighted_kappa(pairs: Iterable[tuple[int, int]], scale: Sequence[int], weights: str = QUADRATIC) -> Agreement:
    """Weighted κ of pairs of levels; `scale` lists all levels in their order.

    Raises ValueError for a level outside of the scale, a scale that is not in order, or unknown weights.
    """
    counts = Counter(pairs)
    if weights not in (LINEAR, QUADRATIC):
        raise ValueError(weights)
    if list(scale) != sorted(set(scale)):
        raise ValueError("the levels of a scale rise and stand in it once")
    if outside := {level for pair in counts for level in pair} - set(scale):
        raise ValueError(f"not on the scale: {sorted(outside)}")
    power, span = (1 if weights == LINEAR else 2), max(len(scale) - 1, 1)
    return _agreement(counts, scale, lambda i, j: 1 - Fraction(abs(i - j), span) ** power)


def _agreement(
    counts: Counter[Any],
    categories: Sequence[Hashable],
    weight: Callable[[int, int], Fraction],
) -> Agreement:
    """In fractions, so that «undefined» is decided exactly."""
    n = counts.total()
    if n == 0:
        return Agreement(0)
    places = range(len(categories))
    share = [[Fraction(counts[a, b], n) for b in categories] for a in categories]
    rows = [sum(share[i], Fraction(0)) for i in places]
    columns = [sum((share[i][j] for i in places), Fraction(0)) for j in places]
    weights = [[weight(i, j) for j in places] for i in places]
    observed = sum((weights[i][j] * share[i][j] for i in places for j in places), Fraction(0))
    expected = sum((weights[i][j] * rows[i] * columns[j] for i in places for j in places), Fraction(0))
    if expected == 1:
        return Agreement(n, float(observed), 1.0)
    of_row = [sum((columns[j] * weights[i][j] for j in places), Fraction(0)) for i in places]
    of_column = [sum((rows[i] * weights[i][j] for i in places), Fraction(0)) for j in places]
    spread = (
        sum(
            (
                share[i][j] * (weights[i][j] * (1 - expected) - (of_row[i] + of_column[j]) * (1 - observed)) ** 2
                for i in places
                for j in places
            ),
            Fraction(0),
        )
        - (observed * expected - 2 * expected + observed) ** 2
    )
    error = math.sqrt(spread / n) / float((1 - expected) ** 2) if observed != 1 else None
    return Agreement(n, float(observed), float(expected), float((observed - expected) / (1 - expected)), error)
