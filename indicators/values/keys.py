"""Keys of several whole numbers as one, so that rows are sorted and found by a single column. Pure arrays."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]


def one_key(columns: Sequence[Integers]) -> Integers:
    """Rows of several whole numbers → one number a row, equal for equal rows only, and ordered as the rows are."""
    key = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        known, code = dense(column)
        key = key * len(known) + code
    return key


def dense(column: Integers) -> tuple[Integers, Integers]:
    """The different numbers of a column, and each row's place among them: `np.unique` without sorting."""
    if not len(column):
        return column, column
    low = int(column.min())
    width = int(column.max()) - low + 1
    if width > 4 * len(column) + 1_000_000:
        return np.unique(column, return_inverse=True)
    seen = np.zeros(width, np.bool_)
    seen[column - low] = True
    return np.flatnonzero(seen) + low, (np.cumsum(seen) - 1)[column - low]
