"""All values of some elements → all their cells, on a dense cube of elements × units × periods. Pure arrays.

The cube holds a place for every cell, reported or not, so no key is ever sorted or searched: parents and longer periods
are whole slices added to each other, in the order that `engine` promises, and the result comes in order of the key.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indicators.periods import Frequency
from indicators.rollup.engine import Cells, Tree, Values, within
from indicators.values.keys import Integers, dense

_BLOCK = 8_000_000
"""Places in one cube at most (but for one element's): bounds memory to a few hundred megabytes."""

_Step = tuple[Integers, Integers]


def roll_up(values: Values, tree: Tree) -> Cells:
    """All cells of every level, month, quarter and year, in order of element, unit and period."""
    if not len(values.value):
        return Cells.empty()
    frame = _Frame.of(tree, values.month)
    return Cells.concatenate([_cells(block, frame) for block in _blocks(values, frame)])


class _Frame(NamedTuple):
    """The sides of the cube: units by id, periods by code (months of whole years, then quarters, then years)."""

    units: Integers
    climb: list[_Step]
    years: Integers
    periods: Integers

    @classmethod
    def of(cls, tree: Tree, months: Integers) -> "_Frame":
        years = np.unique(within(dense(months)[0], Frequency.YEAR))
        first_day = years - (Frequency.YEAR - Frequency.MONTH) * 100_000_000
        all_months = (first_day[:, None] + 100 * np.arange(12)).ravel()
        quarters = within(all_months[::3], Frequency.QUARTER)
        by_id = np.argsort(tree.unit)
        place = np.empty(len(by_id), np.int64)
        place[by_id] = np.arange(len(by_id))
        return cls(tree.unit[by_id], list(_climb(tree, place)), years, np.concatenate([all_months, quarters, years]))

    @property
    def size(self) -> int:
        """Places for one element."""
        return len(self.units) * len(self.periods)


def _climb(tree: Tree, place: Integers) -> Iterator[_Step]:
    """(parents, children) to be added in turn: deepest first; within one step every parent stands once."""
    for depth in range(int(tree.depth.max(initial=0)), 0, -1):
        level = np.flatnonzero(tree.depth == depth)  # by id: so are the children of one parent
        order = np.argsort(tree.parent[level], kind="stable")
        children, parents = level[order], tree.parent[level][order]
        first = np.r_[True, parents[1:] != parents[:-1]]
        rank = np.arange(len(parents)) - np.flatnonzero(first)[np.cumsum(first) - 1]
        for turn in range(int(rank.max()) + 1):
            now = rank == turn
            yield place[parents[now]], place[children[now]]


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
    shape = (len(elements), len(frame.units), len(frame.periods))
    key = (element * shape[1] + _places(frame.units, values.unit)) * shape[2] + _month_places(frame, values.month)
    size = shape[0] * shape[1] * shape[2]
    total = np.bincount(key, values.value, size).astype(np.float64, copy=False)
    if (values.value != np.rint(values.value)).any():
        np.round(total, 6, out=total)
    count = np.zeros(size, np.int32)
    count[key] = 1
    made_up = None
    if values.demonstration.any():
        made_up = np.zeros(size, np.bool_)
        made_up[key[values.demonstration]] = True
    for side in (total, count, made_up):
        if side is not None:
            _fill(side.reshape(shape), frame)
    filled = (count > 0).reshape(shape)
    rows = np.count_nonzero(filled, axis=2)
    flat = filled.ravel()
    return Cells(
        np.repeat(elements, rows.sum(axis=1)),
        np.repeat(np.tile(frame.units, shape[0]), rows.ravel()),
        np.broadcast_to(frame.periods, shape)[filled],
        total[flat],
        count[flat].astype(np.int64),
        np.zeros(int(rows.sum()), np.bool_) if made_up is None else made_up[flat],
    )


def _fill(side: NDArray[Any], frame: _Frame) -> None:
    """Adds children to parents, then months to quarters and these to years, in place."""
    years = len(frame.years)
    months, quarters, whole = side[:, :, : 12 * years], side[:, :, 12 * years : 16 * years], side[:, :, 16 * years :]
    for parents, children in frame.climb:
        months[:, parents] += months[:, children]
    for month in range(3):
        quarters += months[:, :, month::3]
    for quarter in range(4):
        whole += quarters[:, :, quarter::4]


def _places(units: Integers, wanted: Integers) -> Integers:
    known, place = dense(wanted)
    at = np.minimum(np.searchsorted(units, known), len(units) - 1)
    if not len(units) or (units[at] != known).any():
        raise KeyError("a unit is not in the tree")
    return at[place]


def _month_places(frame: _Frame, months: Integers) -> Integers:
    known, place = dense(months)
    return np.searchsorted(frame.periods, known)[place]
