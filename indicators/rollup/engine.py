"""Values → sums and counts up the tree and along time, cell by cell: for the few that changed. Pure arrays.

A cell is an (element, unit, period) with the sum of what was reported, the number of unit-months that reported, and
whether any of it is demonstration. Only cells with a report exist: missing is absence, zero is a cell with sum 0.

Every sum is built in one fixed order (own reports first, then children by id; months to quarters and quarters to years
in order of time), so the same reports give the same bits whether everything is computed (`cube.roll_up`) or only what
changed (here). Facility-months are rounded to a millionth, so the order in which their option combinations are read
never shows.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indicators.periods import MONTHS_IN, Frequency
from indicators.rollup.trees import Tree, Trees
from indicators.values.keys import Integers, dense, one_key

CODE_UNIT = 100_000_000


class Values(NamedTuple):
    """Columns of reported values, one row per option combination; `month` is the period's code."""

    element: Integers
    unit: Integers
    month: Integers
    value: NDArray[np.float64]
    demonstration: NDArray[np.bool_]

    def take(self, which: NDArray) -> "Values":
        return Values(*(column[which] for column in self))


class Cells(NamedTuple):
    """Columns of cells; `element` and `unit` are ids, `period` is the period's code."""

    element: Integers
    unit: Integers
    period: Integers
    sum: NDArray[np.float64]
    reported: Integers
    demonstration: NDArray[np.bool_]

    def take(self, which: NDArray) -> "Cells":
        return Cells(*(column[which] for column in self))

    @classmethod
    def concatenate(cls, parts: list["Cells"]) -> "Cells":
        columns: list[Any] = [np.concatenate(columns) for columns in zip(*parts, strict=True)]
        return cls(*columns) if parts else cls.empty()

    @classmethod
    def empty(cls) -> "Cells":
        ids = np.empty(0, np.int64)
        return cls(ids, ids, ids, np.empty(0, np.float64), ids, np.empty(0, np.bool_))


def unit_months(values: Values) -> Cells:
    """What each unit itself reported: option combinations summed, `reported` 1 in every cell."""
    element, unit, month, value, demonstration = values
    cells = _sum(Cells(element, unit, month, value, np.ones(len(value), np.int64), demonstration))
    return cells._replace(sum=to_millionths(cells.sum), reported=np.ones(len(cells.sum), np.int64))


def to_millionths(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rounded to a millionth; whole numbers stay as they are, however large."""
    whole = np.rint(sums)
    return sums if (whole == sums).all() else np.where(whole == sums, sums, np.round(sums, 6))


def up_the_trees(own: Cells, trees: Trees) -> Cells:
    """Each unit's own cells with those of everything that is below it in the month.

    `own` are months, each (element, unit, month) once.
    """
    return Cells.concatenate([_up(own.take(those), tree) for tree, those in trees.by_month(own.period)])


def _up(own: Cells, tree: Tree) -> Cells:
    places = tree.places(own.unit)
    depths = tree.depth[places]
    levels: list[Cells] = []
    lifted = Cells.empty()
    for depth in range(int(tree.depth.max(initial=-1)), -1, -1):
        level = _sum(Cells.concatenate([own.take(depths == depth), lifted]))
        levels.append(level)
        parent = tree.parent[tree.places(level.unit)]
        kept = parent >= 0
        lifted = level.take(kept)._replace(unit=tree.unit[parent[kept]])
    return Cells.concatenate(levels)


def longer(cells: Cells, frequency: Frequency) -> Cells:
    """Cells of longer periods: quarters from months, years from quarters, added in order of time."""
    return _sum(cells._replace(period=within(cells.period, frequency)))


def within(month: Integers, frequency: Frequency) -> Integers:
    """Codes of the periods of that frequency that hold these months (codes as in `indicators.periods`)."""
    year, number = month % CODE_UNIT // 10_000, month % 10_000 // 100
    first = (number - 1) // MONTHS_IN[frequency] * MONTHS_IN[frequency] + 1
    return frequency * CODE_UNIT + year * 10_000 + first * 100 + 1


def among(columns: Sequence[Integers], keys: Sequence[Integers]) -> NDArray[np.bool_]:
    """Which rows of these columns are among the rows of `keys`."""
    both = one_key([np.concatenate(pair) for pair in zip(columns, keys, strict=True)])
    return np.isin(both[: len(columns[0])], both[len(columns[0]) :])


def _sum(cells: Cells) -> Cells:
    """Cells of the same (element, unit, period) added in the order given; the result is in order of the three."""
    if not len(cells.sum):
        return cells
    (elements, element), (units, unit), (periods, period) = map(dense, cells[:3])
    filled, key = dense((element * len(units) + unit) * len(periods) + period)
    total = np.bincount(key, cells.sum).astype(np.float64, copy=False)
    count = np.bincount(key, cells.reported).astype(np.int64)
    made_up = np.bincount(key, cells.demonstration) > 0 if cells.demonstration.any() else np.zeros(len(filled), bool)
    rest, period_at = np.divmod(filled, len(periods))
    element_at, unit_at = np.divmod(rest, len(units))
    return Cells(elements[element_at], units[unit_at], periods[period_at], total, count, made_up)
