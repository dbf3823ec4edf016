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


class Tree(NamedTuple):
    """The units, shallow before deep and by id within a depth. `parent` holds places in `unit`, −1 at a root."""

    unit: Integers
    parent: Integers
    depth: Integers

    def places(self, units: Integers) -> Integers:
        """Where each unit stands; KeyError where one is not in the tree."""
        by_id = np.argsort(self.unit)
        found = np.searchsorted(self.unit, units, sorter=by_id)
        places = by_id[np.minimum(found, len(by_id) - 1)] if len(by_id) else np.zeros(len(units), np.int64)
        if len(units) and (not len(by_id) or (self.unit[places] != units).any()):
            raise KeyError("a unit is not in the tree")
        return places


class BrokenTree(ValueError):
    """A parent is missing, or a unit is its own ancestor."""


def tree(units: Integers, parents: Integers) -> Tree:
    """The tree of units with the ids of their parents (−1 or any id not above 0 at a root). Raises BrokenTree."""
    by_id = np.argsort(units)
    ids = units[by_id]
    root = parents[by_id] <= 0
    above = np.searchsorted(ids, parents[by_id])
    if (ids[np.minimum(above, len(ids) - 1)] != parents[by_id])[~root].any():
        raise BrokenTree("a parent is not in the tree")
    above = np.where(root, -1, above)
    depth = np.where(root, 0, -1)
    level = np.flatnonzero(root)
    for reached in range(len(ids)):
        below = np.flatnonzero((depth < 0) & np.isin(above, level))
        if not len(below):
            break
        depth[below], level = reached + 1, below
    if (depth < 0).any():
        raise BrokenTree("a unit is its own ancestor")
    order = np.lexsort((ids, depth))
    place = np.empty(len(ids), np.int64)
    place[order] = np.arange(len(ids))
    return Tree(ids[order], np.where(above[order] < 0, -1, place[above[order]]), depth[order])


def unit_months(values: Values) -> Cells:
    """What each unit itself reported: option combinations summed, `reported` 1 in every cell."""
    element, unit, month, value, demonstration = values
    cells = _sum(Cells(element, unit, month, value, np.ones(len(value), np.int64), demonstration))
    return cells._replace(sum=np.round(cells.sum, 6), reported=np.ones(len(cells.sum), np.int64))


def up_the_tree(own: Cells, tree: Tree) -> Cells:
    """Each unit's own cells with those of everything below it. `own` has each (element, unit, period) once."""
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


def along_time(months: Cells) -> Cells:
    """The months, and the quarters and years that they fall in. A unit's months stand in order of time."""
    quarters = longer(months, Frequency.QUARTER)
    return Cells.concatenate([months, quarters, longer(quarters, Frequency.YEAR)])


def longer(cells: Cells, frequency: Frequency) -> Cells:
    """Cells of longer periods: quarters from months, years from quarters, added in order of time."""
    return _sum(cells._replace(period=within(cells.period, frequency)))


def within(month: Integers, frequency: Frequency) -> Integers:
    """Codes of the periods of that frequency that hold these months (codes as in `indicators.periods`)."""
    year, number = month % CODE_UNIT // 10_000, month % 10_000 // 100
    first = (number - 1) // MONTHS_IN[frequency] * MONTHS_IN[frequency] + 1
    return frequency * CODE_UNIT + year * 10_000 + first * 100 + 1


def with_ancestors(
    element: Integers, unit: Integers, month: Integers, tree: Tree
) -> tuple[Integers, Integers, Integers]:
    """(element, unit, month) of the given cells and of every unit above them, each once."""
    place = tree.places(unit)
    found = []
    while len(place):
        found.append(np.stack([element, tree.unit[place], month]))
        above = tree.parent[place]
        kept = above >= 0
        element, place, month = element[kept], above[kept], month[kept]
    each = np.unique(np.concatenate(found, axis=1), axis=1)
    return each[0], each[1], each[2]


def among(columns: Sequence[Integers], keys: Sequence[Integers]) -> NDArray[np.bool_]:
    """Which rows of these columns are among the rows of `keys`."""
    both = one_key([np.concatenate(pair) for pair in zip(columns, keys, strict=True)])
    return np.isin(both[: len(columns[0])], both[len(columns[0]) :])


def _sum(cells: Cells) -> Cells:
    """Cells of the same (element, unit, period) added in the order given; the result is in order of the three."""
    if not len(cells.sum):
        return cells
    (elements, element), (units, unit), (periods, period) = map(dense, cells[:3])
    key = (element * len(units) + unit) * len(periods) + period
    size = len(elements) * len(units) * len(periods)
    count = np.bincount(key, cells.reported, size)
    filled = np.flatnonzero(count)
    total = np.bincount(key, cells.sum, size)[filled].astype(np.float64)
    if cells.demonstration.any():
        made_up = np.bincount(key, cells.demonstration, size)[filled] > 0
    else:
        made_up = np.zeros(len(filled), bool)
    rest, period_at = np.divmod(filled, len(periods))
    element_at, unit_at = np.divmod(rest, len(units))
    return Cells(
        elements[element_at], units[unit_at], periods[period_at], total, count[filled].astype(np.int64), made_up
    )
