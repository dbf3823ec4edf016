"""DHIS2's period types: how their ids are written, and which days their periods hold. Pure: no Django, no database.

Three families: the day, weeks of seven days, and numbers of whole months. DHIS2's rules: a week belongs to the year
that holds its fourth day, whatever day it begins on; types named after November count their year from the November
before it, those named after April, July, September and October from that month of the year itself.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum


class Frequency(IntEnum):
    """How long a period is and what it begins with. The numbers are part of stored codes: never renumber."""

    DAY = 1
    WEEK = 2
    MONTH = 3
    TWO_MONTHS = 4
    QUARTER = 5
    SIX_MONTHS = 6
    FINANCIAL_YEAR_SEPTEMBER = 7
    YEAR = 8
    WEEK_WEDNESDAY = 9
    WEEK_THURSDAY = 10
    WEEK_SATURDAY = 11
    WEEK_SUNDAY = 12
    TWO_WEEKS = 13
    QUARTER_NOVEMBER = 14
    SIX_MONTHS_APRIL = 15
    SIX_MONTHS_NOVEMBER = 16
    FINANCIAL_YEAR_APRIL = 17
    FINANCIAL_YEAR_JULY = 18
    FINANCIAL_YEAR_OCTOBER = 19
    FINANCIAL_YEAR_NOVEMBER = 20


@dataclass(frozen=True)
class Days:
    """The days of a calendar year; their number is the day of the year."""

    def count(self, year: int) -> int:
        return date(year, 12, 31).timetuple().tm_yday

    def start(self, year: int, number: int) -> date:
        return date(year, 1, 1) + timedelta(days=number - 1)

    def end(self, year: int, number: int) -> date:
        return self.start(year, number)

    def place(self, day: date) -> tuple[int, int]:
        return day.year, day.timetuple().tm_yday

    def written(self, year: int, number: int) -> str:
        return f"{year:04d}{self.start(year, number):%m%d}"


@dataclass(frozen=True)
class Weeks:
    """`each` weeks that begin on `weekday` (Monday is 0). DHIS2 writes their numbers without padding.

    Where a year has 53 weeks, its 27th two weeks begin with the 53rd and end, as in DHIS2, after the first week of the
    next year, which the next year's first two weeks hold as well.
    """

    weekday: int
    sign: str
    each: int = 1

    def count(self, year: int) -> int:
        weeks = (self._first(year + 1) - self._first(year)).days // 7
        return -(-weeks // self.each)

    def start(self, year: int, number: int) -> date:
        return self._first(year) + timedelta(weeks=self.each * (number - 1))

    def end(self, year: int, number: int) -> date:
        return self.start(year, number) + timedelta(days=7 * self.each - 1)

    def place(self, day: date) -> tuple[int, int]:
        year = (day + timedelta(days=3 - (day.weekday() - self.weekday) % 7)).year
        return year, (day - self._first(year)).days // (7 * self.each) + 1

    def written(self, year: int, number: int) -> str:
        return f"{year:04d}{self.sign}{number}"

    def _first(self, year: int) -> date:
        """The first day of the year's first week, the one that holds 4 January."""
        fourth = date(year, 1, 4)
        return fourth - timedelta(days=(fourth.weekday() - self.weekday) % 7)


@dataclass(frozen=True)
class Months:
    """`length` whole months each; the first of a year begins `ahead` months after January (before it: negative)."""

    length: int
    pattern: str
    ahead: int = 0

    def count(self, year: int) -> int:
        return 12 // self.length

    def start(self, year: int, number: int) -> date:
        year, month = divmod(year * 12 + self.ahead + (number - 1) * self.length, 12)
        return date(year, month + 1, 1)

    def end(self, year: int, number: int) -> date:
        return self.start(year, number + 1) - timedelta(days=1)

    def place(self, day: date) -> tuple[int, int]:
        year, month = divmod(day.year * 12 + day.month - 1 - self.ahead, 12)
        return year, month // self.length + 1

    def written(self, year: int, number: int) -> str:
        return self.pattern.format(year, number)


TYPES: dict[Frequency, Days | Weeks | Months] = {
    Frequency.DAY: Days(),
    Frequency.WEEK: Weeks(0, "W"),
    Frequency.WEEK_WEDNESDAY: Weeks(2, "WedW"),
    Frequency.WEEK_THURSDAY: Weeks(3, "ThuW"),
    Frequency.WEEK_SATURDAY: Weeks(5, "SatW"),
    Frequency.WEEK_SUNDAY: Weeks(6, "SunW"),
    Frequency.TWO_WEEKS: Weeks(0, "BiW", each=2),
    Frequency.MONTH: Months(1, "{:04d}{:02d}"),
    Frequency.TWO_MONTHS: Months(2, "{:04d}{:02d}B"),
    Frequency.QUARTER: Months(3, "{:04d}Q{}"),
    Frequency.QUARTER_NOVEMBER: Months(3, "{:04d}NovQ{}", ahead=-2),
    Frequency.SIX_MONTHS: Months(6, "{:04d}S{}"),
    Frequency.SIX_MONTHS_APRIL: Months(6, "{:04d}AprilS{}", ahead=3),
    Frequency.SIX_MONTHS_NOVEMBER: Months(6, "{:04d}NovS{}", ahead=-2),
    Frequency.YEAR: Months(12, "{:04d}"),
    Frequency.FINANCIAL_YEAR_APRIL: Months(12, "{:04d}April", ahead=3),
    Frequency.FINANCIAL_YEAR_JULY: Months(12, "{:04d}July", ahead=6),
    Frequency.FINANCIAL_YEAR_SEPTEMBER: Months(12, "{:04d}Sep", ahead=8),
    Frequency.FINANCIAL_YEAR_OCTOBER: Months(12, "{:04d}Oct", ahead=9),
    Frequency.FINANCIAL_YEAR_NOVEMBER: Months(12, "{:04d}Nov", ahead=-2),
}


def read(text: str) -> tuple[Frequency, int, int] | None:
    """The type, year and number that an id names, whether there is such a period or not; None where it is no id."""
    for pattern, frequency in _IDS:
        if match := pattern.fullmatch(text):
            year, number = int(match[1]), int(match[2]) if match.lastindex == 2 else 1
            if frequency is not Frequency.DAY:
                return frequency, year, number
            try:
                return frequency, *Days().place(date(year, number // 100, number % 100))
            except ValueError:
                return None
    return None


def _id(kind: Days | Weeks | Months) -> str:
    """Weeks with or without a leading zero, months with it, all else without; ASCII digits only."""
    if isinstance(kind, Days):
        return "([0-9]{4})([0-9]{4})"
    if isinstance(kind, Weeks):
        return f"([0-9]{{4}}){kind.sign}(0?[1-9]|[1-5][0-9])"
    return kind.pattern.replace("{:04d}", "([0-9]{4})").replace("{:02d}", "([0-9]{2})").replace("{}", "([1-9])")


_IDS = [(re.compile(_id(kind)), frequency) for frequency, kind in TYPES.items()]
