"""What every method reads: series of places over one row of periods. Pure."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class UnitSeries(NamedTuple):
    """A place. All tuples are as long as the panel's periods.

    `numerators` are counts, None where nothing is known; `denominators` what they are divided by in the period, None
    where unknown. `flagged`: the value is doubtful. `exposed_from`: index of the first exposed period, None: never in
    the window. `exposure`: the dose of each period, where the method needs one.
    """

    unit: str
    numerators: tuple[float | None, ...]
    denominators: tuple[float | None, ...]
    flagged: tuple[bool, ...] = ()
    exposed_from: int | None = None
    exposure: tuple[float | None, ...] = ()

    def rates(self, factor: float) -> Floats:
        """`factor` × numerator ÷ denominator; NaN where either is missing or the denominator is not above 0."""
        numerators, denominators = as_floats(self.numerators), as_floats(self.denominators)
        known = ~np.isnan(numerators) & (denominators > 0)
        return factor * np.divide(numerators, denominators, out=np.full(len(numerators), np.nan), where=known)


class Panel(NamedTuple):
    """`periods` are DHIS2 ids in order without a hole, `seasons` the month (1–12) or quarter (1–4) of each, `per_year`
    12 or 4, `factor` 100 for per cent and 1 for counts."""

    periods: tuple[str, ...]
    seasons: tuple[int, ...]
    per_year: int
    factor: float
    units: tuple[UnitSeries, ...]

    def pooled(self) -> UnitSeries:
        """All places as one: sums of numerators and of denominators, in the periods in which every place has both.

        A sum over fewer places would fall where a report is missing; such a period is a gap instead.
        """
        if len(self.units) == 1:
            return self.units[0]
        numerators = np.array([as_floats(one.numerators) for one in self.units])
        denominators = np.array([as_floats(one.denominators) for one in self.units])
        flagged = np.array([one.flagged or (False,) * len(self.periods) for one in self.units])
        # A sum with a gap in it is a gap; a denominator stays known where only a report is missing.
        counts, marked = (numerators + 0 * denominators).sum(axis=0), flagged.sum(axis=0) > 0
        return UnitSeries("", as_values(counts), as_values(denominators.sum(axis=0)), tuple(marked.tolist()))


def as_floats(values: tuple[float | None, ...]) -> Floats:
    return np.array([np.nan if value is None else float(value) for value in values], dtype=float)


def as_values(values: Floats) -> tuple[float | None, ...]:
    return tuple(None if np.isnan(value) else float(value) for value in values)
