"""Whether an interval reaches the effect that would matter. Pure."""

from typing import Protocol

RATIOS = frozenset({"rate_ratio", "odds"})
"""Scales on which «no effect» is 1; on all others it is 0."""


class Interval(Protocol):
    @property
    def value(self) -> float: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...
    @property
    def scale(self) -> str: ...


def neutral(scale: str) -> float:
    return 1.0 if scale in RATIOS else 0.0


def verdict(estimate: Interval, threshold: float | None) -> str:
    """`reached` where the whole interval lies at or beyond the threshold, `missed` where all of it falls short of it,
    `open` where the interval holds the threshold, `no_interval`, `no_direction` where the threshold is no effect at
    all, and blank without a threshold. The threshold's own side of «no effect» says which way counts.
    """
    if threshold is None:
        return ""
    if estimate.low is None or estimate.high is None:
        return "no_interval"
    none = neutral(estimate.scale)
    if threshold == none:
        return "no_direction"
    rising = threshold > none
    nearest, farthest = (estimate.low, estimate.high) if rising else (estimate.high, estimate.low)
    if nearest >= threshold if rising else nearest <= threshold:
        return "reached"
    short = farthest < threshold if rising else farthest > threshold
    return "missed" if short else "open"


def tells_from_none(estimate: Interval) -> bool | None:
    """Whether the interval leaves out «no effect»; None without an interval."""
    if estimate.low is None or estimate.high is None:
        return None
    none = neutral(estimate.scale)
    return estimate.low > none or estimate.high < none
