"""Tables of reports for the tests of rules: a row of twelve months for each unit, None where nothing was reported."""

from collections.abc import Sequence

import numpy as np

from indicators.periods import Period
from indicators.quality.reports import Reports

UNIT = 7
YEAR = [Period.parse(f"2025{month:02d}") for month in range(1, 13)]


def reports(*rows: Sequence[float | None], months: Sequence[Period] = YEAR) -> Reports:
    """Units are numbered from `UNIT`; rows may be shorter than the months."""
    values = np.full((len(rows), len(months)), np.nan)
    for place, row in enumerate(rows):
        for column, value in enumerate(row):
            values[place, column] = np.nan if value is None else value
    return Reports(np.arange(UNIT, UNIT + len(rows)), months, values, np.zeros(values.shape, np.bool_))


def table(*rows: Sequence[int]) -> np.ndarray:
    """Units × months of yes (1) and no (0)."""
    return np.array(rows, np.bool_)
