"""A rate is kept as its two parts, so that it can be summed up the tree and shown with its denominator. Pure."""

from collections.abc import Iterable
from typing import NamedTuple


class Ratio(NamedTuple):
    """`numerator` of `denominator`. Its value is None where the denominator is 0: nothing of nothing is no rate."""

    numerator: float
    denominator: float

    @property
    def value(self) -> float | None:
        return self.numerator / self.denominator if self.denominator else None


def summed(ratios: Iterable[Ratio | None]) -> Ratio | None:
    """Sum of numerators over sum of denominators; missing ones are left out. None where all are missing."""
    known = [one for one in ratios if one is not None]
    return Ratio(sum(one.numerator for one in known), sum(one.denominator for one in known)) if known else None
