"""DHIS2 periods: ids, dates and nesting. Pure: no Django, no database.

A period is stored as one integer, `frequency × 100,000,000 + yyyymmdd of its first day`, e.g. January 2025 is
320250101. So a column of periods is four bytes wide, sorts by time within a frequency, and a range of months is a
range of integers. The id that people and DHIS2 exchange (`202501`, `2025Q1`, `2025W3`) is `Period.id`.

Values may be reported for a period of any type (see `period_types`). Numbers are added up from months to quarters and
years only: those three are in `MONTHS_IN`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from indicators.period_types import TYPES, Frequency, read

__all__ = ["EVERY_MONTH", "FIRST_YEAR", "LAST_YEAR", "MONTHS_IN", "BadPeriod", "Frequency", "Period", "between"]

_FREQUENCY_UNIT = 100_000_000
FIRST_YEAR, LAST_YEAR = 1900, 2100

MONTHS_IN = {Frequency.MONTH: 1, Frequency.QUARTER: 3, Frequency.YEAR: 12}
"""The frequencies that numbers are added up by and shown by."""


class BadPeriod(ValueError):
    """The text is no period that this system knows."""


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """`number` counts from 1 within the year: month 1–12, quarter 1–4, week 1–53, year always 1."""

    frequency: Frequency
    year: int
    number: int = 1

    def __post_init__(self) -> None:
        if not (FIRST_YEAR <= self.year <= LAST_YEAR and 1 <= self.number <= TYPES[self.frequency].count(self.year)):
            raise BadPeriod(f"{self.year}/{self.number}")

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Any DHIS2 id → Period: `202501`, `2025Q1`, `2025`, `2025W3`, `2025AprilS1` …; else raises BadPeriod.

        ASCII digits only. A 53rd week is a period only in a year that has one.
        """
        if (found := read(text)) is None:
            raise BadPeriod(text)
        return cls(*found)

    @classmethod
    def parse_added_up(cls, text: str) -> "Period":
        """As `parse`, of a month, a quarter or a year only: what numbers are added up for."""
        period = cls.parse(text)
        if period.frequency not in MONTHS_IN:
            raise BadPeriod(text)
        return period

    @classmethod
    def from_code(cls, code: int) -> "Period":
        """The inverse of `code`. ValueError where the number cannot be one."""
        frequency, day = divmod(code, _FREQUENCY_UNIT)
        return cls.holding(date(day // 10_000, day // 100 % 100, day % 100), Frequency(frequency))

    @classmethod
    def holding(cls, day: date, frequency: Frequency) -> "Period":
        """The period of that frequency that the day lies in. BadPeriod centuries away from ours."""
        if not FIRST_YEAR - 1 <= day.year <= LAST_YEAR + 1:
            raise BadPeriod(f"{day}")
        return cls(frequency, *TYPES[frequency].place(day))

    @classmethod
    def month_of(cls, day: date) -> "Period":
        return cls(Frequency.MONTH, day.year, day.month)

    @property
    def id(self) -> str:
        """The DHIS2 id."""
        return TYPES[self.frequency].written(self.year, self.number)

    @property
    def code(self) -> int:
        """The integer stored in the database."""
        start = self.start
        return self.frequency * _FREQUENCY_UNIT + start.year * 10_000 + start.month * 100 + start.day

    @property
    def start(self) -> date:
        return TYPES[self.frequency].start(self.year, self.number)

    @property
    def end(self) -> date:
        """The last day, included."""
        return TYPES[self.frequency].end(self.year, self.number)

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def next(self) -> "Period":
        return self.shift(1)

    def shift(self, by: int) -> "Period":
        """The period `by` steps later (earlier where negative), of the same frequency. BadPeriod past 1900 or 2100."""
        kind, year, number = TYPES[self.frequency], self.year, self.number + by
        if self.frequency in MONTHS_IN:
            years, index = divmod(number - 1, kind.count(year))
            return Period(self.frequency, year + years, index + 1)
        while number < 1 and year > FIRST_YEAR:
            year -= 1
            number += kind.count(year)
        while year < LAST_YEAR and number > kind.count(year):
            number -= kind.count(year)
            year += 1
        return Period(self.frequency, year, number)

    def months(self) -> list["Period"]:
        """The months inside a quarter or a year; of a month itself. BadPeriod for other frequencies."""
        length = self._months_in()
        first = (self.number - 1) * length + 1
        return [Period(Frequency.MONTH, self.year, first + i) for i in range(length)]

    def within(self, frequency: Frequency) -> "Period":
        """The longer (or equal) period that holds this one; both a month, a quarter or a year. Else BadPeriod."""
        length = self._months_in()
        if MONTHS_IN.get(frequency, 0) < length:
            raise BadPeriod(f"{self.id} lies within no {frequency.name.lower()}")
        return Period(frequency, self.year, (self.number - 1) * length // MONTHS_IN[frequency] + 1)

    def _months_in(self) -> int:
        if self.frequency not in MONTHS_IN:
            raise BadPeriod(f"{self.id} is not added up from months")
        return MONTHS_IN[self.frequency]


EVERY_MONTH = (Period(Frequency.MONTH, FIRST_YEAR).code, Period(Frequency.MONTH, LAST_YEAR, 12).code)
"""Codes of the first and the last month that there is: all months lie between, and nothing else does."""


def between(first: Period, last: Period) -> Iterator[Period]:
    """Each period from `first` to `last`, both included, of their one frequency."""
    period = first
    while period <= last:
        yield period
        if period == last:  # nothing comes after 2100
            return
        period = period.next()
