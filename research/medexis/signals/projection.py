"""Who will run out before the next delivery, with how much certainty. Pure.

The use of the coming month is predicted from the past months, each adjusted for its days out of stock, as one more draw
from the same distribution: mean m and standard deviation s of n months give, for h months, m·h with the prediction
deviation s·√(h + h²/n), and Student's t with n − 1 degrees of freedom. Season and trend are not modelled. Under four
known months nothing is said.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import atan, cos, fsum, inf, pi, sin, sqrt

from research.medexis.formulas.consumption import Adjustment, MonthUse, adjusted

FEWEST = 4
CERTAINTY = 0.8
"""The interval holds the days to run-out in eight of ten cases, if the months to come are like those before."""


@dataclass(frozen=True, slots=True)
class Projection:
    """`risk`: probability that the use until the delivery is more than what is on hand. Days until nothing is left: the
    middle, and the interval (`latest` infinite where use may be nothing)."""

    months_known: int
    monthly_use: float
    horizon: float
    risk: float
    days: float
    earliest: float
    latest: float


def project(on_hand: float, uses: Sequence[MonthUse], horizon: float) -> Projection | None:
    """From the stock on hand, in doses, and past months, oldest first, over `horizon` months to the next delivery.

    None under four known months, with no use at all, or where stock or horizon is below zero. Nothing on hand is out
    already: risk 1 and 0 days.
    """
    known = [value for use in uses if (value := adjusted(use, Adjustment.CALENDAR)) is not None]
    if len(known) < FEWEST or on_hand < 0 or horizon <= 0 or not any(known):
        return None
    n = len(known)
    mean = fsum(known) / n
    deviation = sqrt(fsum((value - mean) ** 2 for value in known) / (n - 1))
    if on_hand == 0:
        return Projection(n, mean, horizon, 1.0, 0.0, 0.0, 0.0)
    spread = deviation * sqrt(horizon + horizon**2 / n)
    expected = mean * horizon
    risk = float(expected >= on_hand) if spread == 0 else 1 - student_cdf((on_hand - expected) / spread, n - 1)
    t = student_quantile((1 + CERTAINTY) / 2, n - 1)
    margin = t * deviation * sqrt(1 + 1 / n)
    slow, fast = max(0.0, mean - margin), mean + margin
    month = 365.25 / 12
    return Projection(
        n, mean, horizon, risk, on_hand / mean * month, on_hand / fast * month, on_hand / slow * month if slow else inf
    )


def student_cdf(t: float, freedom: int) -> float:
    """P(T ≤ t) of Student's distribution with whole degrees of freedom, exact (Abramowitz and Stegun 26.7.3–4)."""
    angle = atan(abs(t) / sqrt(freedom))
    sine, cosine = sin(angle), cos(angle)
    term = cosine if freedom % 2 else 1.0
    total = term if freedom > 1 else 0.0
    for power in range(3 if freedom % 2 else 2, freedom - 1, 2):
        term *= cosine**2 * (power - 1) / power
        total += term
    within = 2 / pi * (angle + sine * total) if freedom % 2 else sine * total
    return 0.5 + within / 2 if t >= 0 else 0.5 - within / 2


@cache
def student_quantile(share: float, freedom: int) -> float:
    """The t below which lies that share (between 0.5 and 1), by bisection."""
    low, high = 0.0, 1e6
    for _step in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if student_cdf(middle, freedom) < share else (low, middle)
    return (low + high) / 2
