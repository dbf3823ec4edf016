"""When the next delivery may be expected. Pure."""

import itertools
from collections.abc import Sequence
from enum import StrEnum
from statistics import median
from typing import NamedTuple

from indicators.periods import Period


class From(StrEnum):
    NORM = "norm"  # the interval that the norm designs
    PAST = "past"  # the usual gap between past deliveries
    ASSUMED = "assumed"  # neither is known: a month


class Delivery(NamedTuple):
    """Months from the end of the latest report to the next delivery; `overdue`: it should have come already;
    a month is taken."""

    months: float
    source: From
    overdue: bool


def next_delivery(received: Sequence[Period], latest: Period, interval: float | None) -> Delivery:
    """`received`: the months in which something came, oldest first; `latest`: the month of the latest report.

    The gap is the norm's `interval` in months, else the median gap of past deliveries where there were at least three.
    A delivery in the latest month starts the count there.
    """
    gaps = [_months(before, after) for before, after in itertools.pairwise(received)]
    if interval:
        gap, source = float(interval), From.NORM
    elif len(received) >= 3:
        gap, source = float(median(gaps)), From.PAST
    else:
        return Delivery(1.0, From.ASSUMED, False)
    since = _months(received[-1], latest) if received else gap
    left = gap - since
    return Delivery(left, source, False) if left > 0 else Delivery(1.0, source, True)


def _months(first: Period, last: Period) -> int:
    return 12 * (last.year - first.year) + last.number - first.number
