"""The organisation units as trees, one for each stretch of months between two moves. Pure arrays."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from indicators.values.keys import Integers, dense

Triples = tuple[Integers, Integers, Integers]
"""Columns of elements, units and months."""


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


class Trees(NamedTuple):
    """The trees of the same units in order of time: each holds from its month (`since`, a code) until the next one's.

    `inner` are the ids, in order, of the units that have or had children; the others are leaves in every month.
    """

    since: Integers
    trees: list[Tree]
    inner: Integers

    @property
    def unit(self) -> Integers:
        return self.trees[-1].unit

    def by_month(self, months: Integers) -> Iterator[tuple[Tree, Integers]]:
        """Each tree that holds in some of these months, with the places of those months in the column."""
        number = np.searchsorted(self.since, months, side="right") - 1
        for each in dense(number)[0].tolist():
            yield self.trees[each], np.flatnonzero(number == each)

    def with_ancestors(self, element: Integers, unit: Integers, month: Integers) -> Triples:
        """The given cells and those of every unit above them in their month, each once, in order."""
        found = [np.empty((3, 0), np.int64)]
        for tree, those in self.by_month(month):
            elements, place, months = element[those], tree.places(unit[those]), month[those]
            while len(place):
                found.append(np.stack([elements, tree.unit[place], months]))
                above = tree.parent[place]
                kept = above >= 0
                elements, place, months = elements[kept], above[kept], months[kept]
        each = np.unique(np.concatenate(found, axis=1), axis=1)
        return each[0], each[1], each[2]

    def children(self, element: Integers, unit: Integers, month: Integers) -> Triples:
        """The cells of the units right below these cells' units in their month."""
        found = [np.empty((3, 0), np.int64)]
        for tree, those in self.by_month(month):
            order = np.argsort(tree.parent, kind="stable")
            parents, place = tree.parent[order], tree.places(unit[those])
            start = np.searchsorted(parents, place)
            many = np.searchsorted(parents, place, side="right") - start
            each = np.repeat(those, many)
            at = np.arange(len(each)) - np.repeat(np.cumsum(many) - many, many) + np.repeat(start, many)
            found.append(np.stack([element[each], tree.unit[order[at]], month[each]]))
        all_of_them = np.concatenate(found, axis=1)
        return all_of_them[0], all_of_them[1], all_of_them[2]


class BrokenTree(ValueError):
    """A parent is missing, or a unit is its own ancestor."""


def trees(units: Integers, parents: Integers, moves: Iterable[tuple[int, int, int, int]] = ()) -> Trees:
    """The trees of units with the ids of their parents today (−1 at a root) and of their parents before.

    `moves`: (first month after it, as a code; day, as a number; unit; parent until that day). A month's tree is that of
    its first day, so of several moves of a unit within one month the earliest tells. Raises BrokenTree.
    """
    place = {unit: at for at, unit in enumerate(units.tolist())}
    above, found, since = parents.copy(), [tree(units, parents)], [0]
    had_children = set(parents[parents > 0].tolist())
    backwards = sorted(moves, reverse=True)
    for number, (month, _, unit, parent) in enumerate(backwards):
        had_children.add(parent)
        above[place[unit]] = parent
        if number + 1 == len(backwards) or backwards[number + 1][0] != month:
            found.append(tree(units, above))
            since.insert(1, month)
    return Trees(np.array(since, np.int64), found[::-1], np.array(sorted(had_children), np.int64))


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
