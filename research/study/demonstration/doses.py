"""Made-up monthly doses and yearly surviving infants of a place. Pure; the same seed gives the same numbers for ever.

They look like what a health information system holds: a slow rise since mid-2022, a rainy-season dip, months that
nobody reported, months of a true zero, quarters above 100 % and now and then more third doses than first ones. No
effect of the two innovations is put in: the demonstration must not look like a result.
"""

from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from indicators.periods import Frequency, Period, between

SEED = 2025
FIRST = Period(Frequency.MONTH, 2019, 10)
LAST = Period(Frequency.MONTH, 2025, 12)
_GROWTH = 1.03  # of surviving infants, a year
_SEASON = (1.04, 1.03, 1.05, 1.01, 1.00, 0.98, 0.95, 0.91, 0.93, 0.99, 1.05, 1.06)
_PANDEMIC = frozenset(Period(Frequency.MONTH, 2020, month) for month in (4, 5, 6))


class Doses(NamedTuple):
    """Doses of one month; None means not reported."""

    dtp1: int | None
    dtp3: int | None


@dataclass(frozen=True)
class Place:
    """`infants` in 2019; `level` is DTP1 coverage before mid-2022 and `gain` what it rises by each year after.

    `swing` and `noise` are the spread of its quarters and months, `missing` and `zero` the share of such months,
    `anchors` the coverage of given quarters and `silent` quarters without any report.
    """

    key: str
    infants: int
    level: float = 0.82
    gain: float = 0.035
    swing: float = 0.02
    noise: float = 0.03
    missing: float = 0.004
    zero: float = 0.0
    anchors: dict[str, float] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()


def surviving_infants(place: Place) -> dict[int, int]:
    """Children by year."""
    return {year: round(place.infants * _GROWTH ** (year - 2019)) for year in range(FIRST.year, LAST.year + 1)}


def monthly_doses(place: Place) -> dict[Period, Doses]:
    """Doses by month from FIRST to LAST; every month has an entry."""
    random = Random(f"{SEED}:{place.key}")
    infants = surviving_infants(place)
    found: dict[Period, Doses] = {}
    quarter_factor: dict[Period, float] = {}
    for month in between(FIRST, LAST):
        quarter = month.within(Frequency.QUARTER)
        factor = quarter_factor.setdefault(quarter, max(0.4, random.gauss(1, place.swing)))
        coverage = place.anchors.get(quarter.id, _expected(place, month) * factor)
        dtp1 = round(infants[month.year] / 12 * coverage * max(0.2, random.gauss(1, place.noise)))
        dtp3 = round(dtp1 * (1 - random.gauss(0.11, 0.04 + place.noise / 2)))
        luck = random.random()
        if quarter.id in place.silent or luck < place.missing:
            found[month] = Doses(None, None)
        elif luck < place.missing + place.zero:
            found[month] = Doses(0, 0)
        else:
            found[month] = Doses(dtp1, None if luck > 1 - place.missing / 2 else max(0, dtp3))
    return found


def _expected(place: Place, month: Period) -> float:
    since_rise = max(0.0, month.year + (month.number - 1) / 12 - 2022.5)
    dip = 0.87 if month in _PANDEMIC else 1.0
    return (place.level + place.gain * since_rise) * _SEASON[month.number - 1] * dip
