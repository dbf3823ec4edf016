"""Values → sums and counts up the tree and along time. Pure arrays: no Django, no database.

A cell is an (element, unit, period) with the sum of what was reported, the number of unit-months that reported, and
whether any of it is demonstration. Only cells with a report exist: missing is absence, zero is a cell with sum 0.

Every sum is built in one fixed order (own reports first, then children by id; months in order of time), so the same
reports give the same bits whether everything is computed or only what changed. Facility-months are rounded to a
millionth, so the order in which their option combinations are read never shows.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indicators.periods import MONTHS_IN, Frequency

_BLOCK = 8_000_000
"""Dense cells worked on at once: bounds memory to a few hundred megabytes whatever the number of elements."""
_CODE_UNIT = 100_000_000

Integers = NDArray[np.int64]


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


def roll_up(values: Values, tree: Tree) -> Cells:
    """All cells of every level, month, quarter and year."""
    parts = []
    for rows in _blocks(values, len(tree.unit)):
        months = unit_months(values if rows is None else values.take(rows))
        parts.append(along_time(up_the_tree(months, tree)))
    return Cells.concatenate(parts)


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
    longer = [_sum(months._replace(period=within(months.period, kind))) for kind in (Frequency.QUARTER, Frequency.YEAR)]
    return Cells.concatenate([months, *longer])


def within(month: Integers, frequency: Frequency) -> Integers:
    """Codes of the periods of that frequency that hold these months (codes as in `indicators.periods`)."""
    year, number = month % _CODE_UNIT // 10_000, month % 10_000 // 100
    first = (number - 1) // MONTHS_IN[frequency] * MONTHS_IN[frequency] + 1
    return frequency * _CODE_UNIT + year * 10_000 + first * 100 + 1


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


def among(cells: Cells, keys: tuple[Integers, Integers, Integers]) -> NDArray[np.bool_]:
    """Which cells are among the (element, unit, month) keys."""
    both = one_key([np.concatenate(pair) for pair in zip(cells[:3], keys, strict=True)])
    return np.isin(both[: len(cells.sum)], both[len(cells.sum) :])


def one_key(columns: Sequence[Integers]) -> Integers:
    """Rows of several whole numbers → one number a row: equal rows, and only they, get equal numbers."""
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


def _blocks(values: Values, units: int) -> Iterator[NDArray | None]:
    """Rows by groups of elements, so that one group's dense cells stay below `_BLOCK`; None where all fit."""
    elements, months = dense(values.element)[0], dense(values.month)[0]
    at_once = max(1, _BLOCK // max(1, units * len(months)))
    if len(elements) <= at_once:
        yield None
        return
    for start in range(0, len(elements), at_once):
        chosen = elements[start : start + at_once]
        yield np.flatnonzero((values.element >= chosen[0]) & (values.element <= chosen[-1]))
