"""Values → sums and counts up the tree and along time. Pure arrays: no Django, no database.

A cell is an (element, unit, period) with the sum of what was reported, the number of unit-months that reported, and
whether any of it is demonstration. Only cells with a report exist: missing is absence, zero is a cell with sum 0.

Every sum is built in one fixed order (own reports first, then children by id; months in order of time), so the same
reports give the same bits whether everything is computed or only what changed. Facility-months are rounded to a
millionth, so the order in which their option combinations are read never shows.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indicators.periods import MONTHS_IN, Frequency

_BLOCK = 8_000_000
"""Dense cells worked on at once: bounds memory to a few hundred megabytes whatever the number of elements."""
_CODE_UNIT = 100_000_000

Integers = NDArray[np.int64]


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
        return cls(*map(np.concatenate, zip(*parts, strict=True))) if parts else cls.empty()

    @classmethod
    def empty(cls) -> "Cells":
        return cls(*(np.empty(0, kind) for kind in (np.int64, np.int64, np.int64, np.float64, np.int64, np.bool_)))


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


def roll_up(
    element: Integers, unit: Integers, month: Integers, value: NDArray[np.float64], demonstration: NDArray, tree: Tree
) -> Cells:
    """All cells of every level, month, quarter and year from the values (one row per option combination)."""
    parts = []
    for rows in _blocks(element, month, len(tree.unit)):
        months = unit_months(element[rows], unit[rows], month[rows], value[rows], demonstration[rows])
        parts.append(along_time(up_the_tree(months, tree)))
    return Cells.concatenate(parts)


def unit_months(
    element: Integers, unit: Integers, month: Integers, value: NDArray[np.float64], demonstration: NDArray
) -> Cells:
    """What each unit itself reported: option combinations summed, `reported` 1 in every cell."""
    ones = np.ones(len(value), np.int64)
    cells = _sum(Cells(element, unit, month, value, ones, demonstration.astype(bool)))
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
    """Which cells are among the (element, unit, period) keys."""
    code = [np.zeros(len(cells.sum), np.int64), np.zeros(len(keys[0]), np.int64)]
    for column, key in zip(cells[:3], keys, strict=True):
        known, place = np.unique(np.concatenate([column, key]), return_inverse=True)
        code = [before * len(known) + after for before, after in zip(code, np.split(place, [len(column)]), strict=True)]
    return np.isin(code[0], code[1])


def _sum(cells: Cells) -> Cells:
    """Cells of the same (element, unit, period) added in the order given; the result is in order of the three."""
    if not len(cells.sum):
        return cells
    axes = [np.unique(column, return_inverse=True) for column in cells[:3]]
    (elements, element), (units, unit), (periods, period) = axes
    key = (element * len(units) + unit) * len(periods) + period
    size = len(elements) * len(units) * len(periods)
    count = np.bincount(key, cells.reported, size)
    filled = np.flatnonzero(count)
    total = np.bincount(key, cells.sum, size)[filled]
    if cells.demonstration.any():
        made_up = np.bincount(key, cells.demonstration, size)[filled] > 0
    else:
        made_up = np.zeros(len(filled), bool)
    rest, period_at = np.divmod(filled, len(periods))
    element_at, unit_at = np.divmod(rest, len(units))
    return Cells(
        elements[element_at], units[unit_at], periods[period_at], total, count[filled].astype(np.int64), made_up
    )


def _blocks(element: Integers, month: Integers, units: int) -> Iterator[NDArray | slice]:
    """Rows by groups of elements, so that one group's dense cells stay below `_BLOCK`."""
    elements = np.unique(element)
    months = len(np.unique(month))
    at_once = max(1, _BLOCK // max(1, units * months))
    if len(elements) <= at_once:
        yield slice(None)
        return
    for start in range(0, len(elements), at_once):
        chosen = elements[start : start + at_once]
        yield np.flatnonzero((element >= chosen[0]) & (element <= chosen[-1]))
