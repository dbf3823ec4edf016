"""How much the need varies from month to month. Pure."""

from collections.abc import Sequence
from enum import StrEnum
from math import fsum, sqrt


class Demand(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    ERRATIC = "erratic"


def variation(months: Sequence[float | None]) -> float | None:
    """Coefficient of variation: standard deviation (n − 1) ÷ mean of the months that are known.

    None under 3 months, and where the mean is 0. The guide does not name the denominator of its deviation.
    Source: DHIS2 logistics guide.
    """
    known = [month for month in months if month is not None]
    if len(known) < 3 or not (mean := fsum(known) / len(known)):
        return None
    return sqrt(fsum((month - mean) ** 2 for month in known) / (len(known) - 1)) / mean


def demand(cov: float | None) -> Demand | None:
    """Below 0.5 low, up to 1 medium, above erratic. Source: DHIS2 logistics guide."""
    if cov is None:
        return None
    return Demand.LOW if cov < 0.5 else Demand.MEDIUM if cov <= 1 else Demand.ERRATIC
