"""DHIS2 periods: ids, dates and nesting. Pure: no Django, no database.

A period is stored as one integer, `frequency × 100,000,000 + yyyymmdd of its first day`, e.g. January 2025 is
320250101. So a column of periods is four bytes wide, sorts by time within a frequency, and a range of months is a
range of integers. The id that people and DHIS2 exchange (`202501`, `2025Q1`, `2025`) is `Period.id`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

_FREQUENCY_UNIT = 100_000_000
FIRST_YEAR, LAST_YEAR = 1900, 2100


class Frequency(IntEnum):
    """How long a period is. The numbers are part of stored codes: never renumber."""

    MONTH = 3
    QUARTER = 5
    YEAR = 8


MONTHS_IN = {Frequency.MONTH: 1, Frequency.QUARTER: 3, Frequency.YEAR: 12}


class BadPeriod(ValueError):
    """The text is no period that this system knows."""


@dataclass(frozen=True, order=True, slots=True)
class Period:
    """`number` counts from 1 within the year: month 1–12, quarter 1–4, year always 1."""

    frequency: Frequency
    year: int
    number: int = 1

    def __post_init__(self) -> None:
        if not (1 <= self.number <= 12 // MONTHS_IN[self.frequency] and FIRST_YEAR <= self.year <= LAST_YEAR):
            raise BadPeriod(f"{self.year}/{self.number}")

    @classmethod
    def parse(cls, text: str) -> "Period":
        """`202501`, `2025Q1` or `2025` → Period; anything else raises BadPeriod. ASCII digits only."""
        for pattern, frequency in _PATTERNS:
            if match := pattern.fullmatch(text):
                return cls(frequency, int(match[1]), int(match[2]) if match.lastindex == 2 else 1)
        raise BadPeriod(text)

    @classmethod
    def from_code(cls, code: int) -> "Period":
        """The inverse of `code`."""
        frequency, day = divmod(code, _FREQUENCY_UNIT)
        year, month = day // 10_000, day // 100 % 100
        kind = Frequency(frequency)
        return cls(kind, year, (month - 1) // MONTHS_IN[kind] + 1)

    @classmethod
    def month_of(cls, day: date) -> "Period":
        return cls(Frequency.MONTH, day.year, day.month)

    @property
    def id(self) -> str:
        """The DHIS2 id."""
        if self.frequency is Frequency.MONTH:
            return f"{self.year}{self.number:02d}"
        return f"{self.year}Q{self.number}" if self.frequency is Frequency.QUARTER else str(self.year)

    @property
    def code(self) -> int:
        """The integer stored in the database."""
        return self.frequency * _FREQUENCY_UNIT + self.year * 10_000 + self._first_month * 100 + 1

    @property
    def start(self) -> date:
        return date(self.year, self._first_month, 1)

    @property
    def end(self) -> date:
        """The last day, included."""
        return self.next().start - timedelta(days=1)

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def _first_month(self) -> int:
        return (self.number - 1) * MONTHS_IN[self.frequency] + 1

    def next(self) -> "Period":
        return self.shift(1)

    def shift(self, by: int) -> "Period":
        """The period `by` steps later (earlier where negative), of the same frequency."""
        per_year = 12 // MONTHS_IN[self.frequency]
        years, index = divmod(self.number - 1 + by, per_year)
        return Period(self.frequency, self.year + years, index + 1)

    def months(self) -> list["Period"]:
        """The months inside it, itself where it is a month."""
        first = self._first_month
        return [Period(Frequency.MONTH, self.year, first + i) for i in range(MONTHS_IN[self.frequency])]

    def within(self, frequency: Frequency) -> "Period":
        """The longer (or equal) period of that frequency that holds this one."""
        if MONTHS_IN[frequency] < MONTHS_IN[self.frequency]:
            raise BadPeriod(f"{self.id} is longer than a {frequency.name.lower()}")
        return Period(frequency, self.year, (self._first_month - 1) // MONTHS_IN[frequency] + 1)


def between(first: Period, last: Period) -> Iterator[Period]:
    """Each period from `first` to `last`, both included, of their one frequency."""
    period = first
    while period <= last:
        yield period
        if period == last:  # nothing comes after 2100
            return
        period = period.next()


_PATTERNS = (
    (re.compile(r"([0-9]{4})(0[1-9]|1[0-2])"), Frequency.MONTH),
    (re.compile(r"([0-9]{4})Q([1-4])"), Frequency.QUARTER),
    (re.compile(r"([0-9]{4})"), Frequency.YEAR),
)
