"""The time that an edition is about. Pure."""

from typing import NamedTuple

from indicators.periods import Frequency, Period, between

QUARTERS_SHOWN = 12
"""Quarters of a trend: three years, so that a season can be told from a change."""


class Span(NamedTuple):
    """First and last half-year, both included."""

    first: Period
    last: Period

    @property
    def months(self) -> tuple[Period, Period]:
        """The first and the last month."""
        return Period.month_of(self.first.start), Period.month_of(self.last.end)

    @property
    def quarters(self) -> list[Period]:
        """The quarters of the half-years themselves."""
        first, last = self.months
        return list(between(first.within(Frequency.QUARTER), last.within(Frequency.QUARTER)))

    @property
    def trend(self) -> list[Period]:
        """The quarters of a trend that ends with the last half-year."""
        last = self.quarters[-1]
        return list(between(min(self.quarters[0], last.shift(1 - QUARTERS_SHOWN)), last))

    @property
    def year(self) -> Period:
        """The latest year that lies whole before the end."""
        last = self.months[1]
        return Period(Frequency.YEAR, last.year if last.number == 12 else last.year - 1)
