"""How a yearly population becomes the target of a period, and which months are counted against it. Pure.

Three rules are in use, and the same doses give three coverages:

- `twelfths`: as many twelfths of the year's children as the period has months. Every quarter has the same target.
- `days`: the year's children × days of the period ÷ 365, which is DHIS2's annualisation (365 in leap years too).
  Equal doses in each quarter of 2025 give 101.39, 100.27, 99.18 and 99.18 % of an equal share.
- `rolling`: the doses of the twelve months that end with the period, against the whole year's children (WHO's
  immunization package from 1.0 on).

`none` is for indicators without a population.
"""

from fractions import Fraction

from indicators.periods import FIRST_YEAR, MONTHS_IN, Period

DAYS_IN_YEAR = 365
ROLLING_MONTHS = 12


def share_of_year(annualisation: str, period: Period) -> Fraction:
    """The part of the year's children that is the period's target; 1 where nothing is shared out."""
    match annualisation:
        case "twelfths":
            return Fraction(MONTHS_IN[period.frequency], 12)
        case "days":
            return Fraction(period.days, DAYS_IN_YEAR)
    return Fraction(1)


def months_counted(annualisation: str, period: Period) -> list[Period]:
    """The months whose reports make the period's numerator, in order of time: its own, or the twelve that end with it.

    Fewer than twelve at the beginning of the calendar that periods know.
    """
    own = period.months()
    if annualisation != "rolling":
        return own
    before = (own[-1].year - FIRST_YEAR) * 12 + own[-1].number - 1
    return [own[-1].shift(-back) for back in range(min(ROLLING_MONTHS - 1, before), -1, -1)]
