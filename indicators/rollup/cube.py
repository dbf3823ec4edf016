"""All values of some elements → all their cells, on a dense cube of elements × units × months. Pure arrays.

The cube holds a place for every cell, reported or not, so no key is ever sorted or searched: parents and longer periods
are whole slices added to each other, in the order that `engine` promises, and the result comes in order of the key.
Where units moved, each stretch of months has the parents of its own tree.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indicators.periods import Frequency
from indicators.rollup.engine import CODE_UNIT, Cells, Values, to_millionths, within
from indicators.rollup.trees import Tree, Trees
from indicators.values.keys import Integers, dense

_BLOCK = 8_000_000
"""Places in one cube at most (but for one element's): bounds memory to a few hundred megabytes."""


class _Step(NamedTuple):
    """These children are added to these parents, each parent once, in these months."""

    months: slice
    parents: Integers
    children: Integers


def roll_up(values: Values, trees: Trees, kept: Integers) -> Cells:
    """The cells of the kept units (ids in order): months, quarters and years, in order of element, unit and period."""
    if not len(values.value) or not len(kept):
        return Cells.empty()
    frame = _Frame.of(trees, values.month, kept)
    return Cells.concatenate([_cells(block, frame) for block in _blocks(values, frame)])


class _Frame(NamedTuple):
    """The sides of the cube: units by id, months of whole years; of the result: kept units and their periods."""

    units: Integers
    months: Integers
    climb: list[_Step]
    kept: Integers
    periods: Integers

    @classmethod
    def of(cls, trees: Trees, months: Integers, kept: Integers) -> "_Frame":
        years = np.unique(within(dense(months)[0], Frequency.YEAR))
        first_day = years - (Frequency.YEAR - Frequency.MONTH) * CODE_UNIT
        every_month = (first_day[:, None] + 100 * np.arange(12)).ravel()
        units = np.sort(trees.unit)
        climb = [
            step
            for tree, those in trees.by_month(every_month)
            for step in _climb(tree, np.searchsorted(units, tree.unit), slice(those[0], those[-1] + 1))
        ]
        periods = np.concatenate([every_month, within(every_month[::3], Frequency.QUARTER), years])
        return cls(units, every_month, climb, np.searchsorted(units, kept), periods)

    @property
    def size(self) -> int:
        """Places for one element."""
        return len(self.units) * len(self.months)


def _climb(tree: Tree, place: Integers, months: slice) -> Iterator[_Step]:
    """What is added in turn: deepest first, and of the children of one parent the lowest id first."""
    for depth in range(int(tree.depth.max(initial=0)), 0, -1):
        level = np.flatnonzero(tree.depth == depth)  # by id: so are the children of one parent
        order = np.argsort(tree.parent[level], kind="stable")
        children, parents = level[order], tree.parent[level][order]
        first = np.r_[True, parents[1:] != parents[:-1]]
        rank = np.arange(len(parents)) - np.flatnonzero(first)[np.cumsum(first) - 1]
        for turn in range(int(rank.max()) + 1):
            now = rank == turn
            yield _Step(months, place[parents[now]], place[children[now]])


def _blocks(values: Values, frame: _Frame) -> Iterator[Values]:
    elements = dense(values.element)[0]
    at_once = max(1, _BLOCK // max(1, frame.size))
    if len(elements) <= at_once:
        yield values
        return
    for start in range(0, len(elements), at_once):
        chosen = elements[start : start + at_once]
        yield values.take(np.flatnonzero((values.element >= chosen[0]) & (values.element <= chosen[-1])))


def _cells(values: Values, frame: _Frame) -> Cells:
    elements, element = dense(values.element)
    shape = (len(elements), len(frame.units), len(frame.months))
    key = (element * shape[1] + _places(frame.units, values.unit)) * shape[2] + _month_places(frame, values.month)
    size = shape[0] * shape[1] * shape[2]
    total = to_millionths(np.bincount(key, values.value, size).astype(np.float64, copy=False))
    count = np.zeros(size, np.int32)
    count[key] = 1
    total, count = (_rolled(side.reshape(shape), frame) for side in (total, count))
    filled = count > 0
    if values.demonstration.any():
        made_up = np.zeros(size, np.bool_)
        made_up[key[values.demonstration]] = True
        made_up = _rolled(made_up.reshape(shape), frame)[filled]
    else:
        made_up = np.zeros(np.count_nonzero(filled), np.bool_)
    rows = np.count_nonzero(filled, axis=2)
    kept = frame.units[frame.kept]
    return Cells(
        np.repeat(elements, rows.sum(axis=1)),
        np.repeat(np.tile(kept, len(elements)), rows.ravel()),
        np.broadcast_to(frame.periods, filled.shape)[filled],
        total[filled],
        count[filled].astype(np.int64),
        made_up,
    )


def _rolled(months: NDArray[Any], frame: _Frame) -> NDArray[Any]:
    """Adds children to parents in place; of the kept units, with quarters from months and years from quarters."""
    for step in frame.climb:
        months[:, step.parents, step.months] += months[:, step.children, step.months]
    kept = months[:, frame.kept]
    quarters = kept[:, :, 0::3] + kept[:, :, 1::3] + kept[:, :, 2::3]
    years = quarters[:, :, 0::4] + quarters[:, :, 1::4] + quarters[:, :, 2::4] + quarters[:, :, 3::4]
    return np.concatenate([kept, quarters, years], axis=2)


def _places(units: Integers, wanted: Integers) -> Integers:
    known, place = dense(wanted)
    at = np.minimum(np.searchsorted(units, known), len(units) - 1)
    if not len(units) or (units[at] != known).any():
        raise KeyError("a unit is not in the tree")
    return at[place]


def _month_places(frame: _Frame, months: Integers) -> Integers:
    known, place = dense(months)
    return np.searchsorted(frame.months, known)[place]
