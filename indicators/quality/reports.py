"""What places reported, as a table of places and months that all rules look at in one go. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indicators.periods import Frequency, Period
from indicators.quality.findings import Flag, Whole

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Given(NamedTuple):
    """Single values: the unit, the code of the month, the number, and whether it is made up."""

    unit: Whole
    month: Whole
    value: Floats
    made_up: Bools


@dataclass(frozen=True, slots=True, eq=False)
class Reports:
    """One measure: `values` of units × months, NaN where nothing was reported; `made_up` where any of it is."""

    units: Whole
    months: Sequence[Period]
    values: Floats
    made_up: Bools

    @classmethod
    def of(cls, units: Whole, months: Sequence[Period], given: Given) -> "Reports":
        """From single values: those of the same unit and month are added up, those of other units or months left out.

        `units` ascend.
        """
        unit, month, value, made_up = given
        codes = np.array([one.code for one in months], np.int64)
        row, column = np.searchsorted(units, unit), np.searchsorted(codes, month)
        known = (row < len(units)) & (column < len(codes))
        known[known] = (units[row[known]] == unit[known]) & (codes[column[known]] == month[known])
        place = row[known] * len(codes) + column[known]
        shape, size = (len(units), len(codes)), len(units) * len(codes)
        count = np.bincount(place, minlength=size)
        total = np.where(count > 0, np.bincount(place, value[known], size), np.nan)
        marked = np.bincount(place, made_up[known], size) > 0
        return cls(units, months, total.reshape(shape), marked.reshape(shape))

    @property
    def there(self) -> Bools:
        """Where something was reported. 0 is a report."""
        return ~np.isnan(self.values)

    def flags(
        self, where: Bools, subject: str, against: Floats | None = None, score: Floats | None = None
    ) -> list[Flag]:
        """A flag for each true cell; a gap in any of the figures is None. `against` and `score` may be columns."""
        rows, columns = np.nonzero(where)
        figures = [
            [None] * len(rows) if table is None else _figures(np.broadcast_to(table, where.shape)[rows, columns])
            for table in (self.values, against, score)
        ]
        months = [self.months[column] for column in columns.tolist()]
        marks = self.made_up[rows, columns].tolist()
        return list(map(Flag, self.units[rows].tolist(), repeat(subject), months, *figures, marks))

    def quarters(self) -> list[tuple[Period, Whole]]:
        """The quarters that lie in the table with all their months, and the columns of these."""
        place = {month: column for column, month in enumerate(self.months)}
        found = dict.fromkeys(month.within(Frequency.QUARTER) for month in self.months)
        return [
            (quarter, np.array([place[month] for month in quarter.months()]))
            for quarter in found
            if all(month in place for month in quarter.months())
        ]

    def by_quarter(self) -> tuple["Reports", Whole]:
        """The sums of the whole quarters, and how many of the three months were reported."""
        quarters = self.quarters()
        counts = np.zeros((len(self.units), len(quarters)), np.int64)
        sums, made_up = np.full(counts.shape, np.nan), np.zeros(counts.shape, np.bool_)
        for column, (_, months) in enumerate(quarters):
            there = self.there[:, months]
            counts[:, column] = there.sum(axis=1)
            total = np.sum(self.values[:, months], axis=1, where=there)
            sums[:, column] = np.where(counts[:, column] > 0, total, np.nan)
            made_up[:, column] = self.made_up[:, months].any(axis=1)
        return Reports(self.units, [quarter for quarter, _ in quarters], sums, made_up), counts


Series = Mapping[str, Reports]
"""Indicator code → what was reported of it; all of the same units and months."""


def _figures(chosen: Floats) -> list[float | None]:
    return [None if value != value else value for value in chosen.tolist()]
