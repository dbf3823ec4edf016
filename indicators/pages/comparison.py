"""One figure against another: differences in percent, and the band that an uncertain target gives. Pure."""

from typing import NamedTuple

DIFFERENCE = 10.0
"""Percent from which two sources of a target, or two years of it, are called different (DHIS2: data quality)."""
BAND = 10.0
"""Percent by which the target is moved up and down for the band."""


class Band(NamedTuple):
    """A ratio with the target as given, with one that is larger (`low`) and with one that is smaller (`high`)."""

    low: float
    given: float
    high: float


def difference(value: float | None, reference: float | None) -> float | None:
    """By how many percent of the reference the value lies above it; None where that cannot be said (reference 0)."""
    if value is None or reference is None or reference == 0:
        return None
    return 100 * (value - reference) / reference


def differs(percent: float | None) -> bool:
    """Whether a difference reaches the threshold. Dust of floating point does not decide."""
    return percent is not None and abs(percent) >= DIFFERENCE - 1e-9


def band(numerator: float | None, target: float | None, factor: float) -> Band | None:
    """`factor × numerator ÷ target` with the target moved by ± BAND percent; None without a target above 0."""
    if numerator is None or target is None or target <= 0:
        return None
    given = factor * numerator / target
    return Band(given / (1 + BAND / 100), given, given / (1 - BAND / 100))
