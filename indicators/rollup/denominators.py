"""Yearly denominators up the tree of each month. Pure."""

from collections.abc import Collection, Iterable, Mapping
from itertools import chain
from typing import NamedTuple

from indicators.geography.eras import Move, cuts, parents_on
from indicators.periods import FIRST_YEAR, Frequency, Period, between

Given = tuple[str, int, int, float, bool]
"""(kind, unit, year, value, demonstration)"""
Key = tuple[str, int, int]
"""(kind, unit, year)"""
YEAR = 0
"""Stands in place of a month for the year as a whole."""


class Total(NamedTuple):
    """Children a year."""

    sum: float
    demonstration: bool


def totals(
    given: Iterable[Given], parents: Mapping[int, int | None], moves: Collection[Move] = ()
) -> dict[tuple[str, int, int, int], Total]:
    """(kind, unit, year, YEAR or the code of a month) → children a year, `parents` being those of today.

    A unit's own figure stands; where it has none, the sum of its children's totals does, of the children that it has
    in the tree of the month. Never both: a district's target already holds those of its health areas. Where a move cuts
    the time for which a year's figures are used (its own months, and for rolling indicators those of the year before),
    the months are given one by one, without those that have no figure, and the year is a twelfth of its months' sum.
    """
    by_year: dict[int, list[Given]] = {}
    for row in given:
        by_year.setdefault(row[2], []).append(row)
    found: dict[tuple[str, int, int, int], Total] = {}
    by_trees: dict[tuple[Period, ...], list[int]] = {}
    borders = cuts(moves)
    for year in by_year:
        used = between(Period(Frequency.MONTH, max(year - 1, FIRST_YEAR)), Period(Frequency.MONTH, year, 12))
        months = list(used)
        starts = [months[0], *(border for border in borders if months[0] < border <= months[-1])]
        by_trees.setdefault(tuple(starts), []).append(year)
    for eras, years in by_trees.items():
        rows = list(chain.from_iterable(by_year[year] for year in years))
        trees = [_up(rows, parents_on(parents, moves, start.start)) for start in eras]
        for key in set().union(*trees):
            found |= _in_time(key, eras, [tree.get(key) for tree in trees])
    return found


def _in_time(
    key: Key, starts: tuple[Period, ...], by_era: list[Total | None]
) -> dict[tuple[str, int, int, int], Total]:
    first = by_era[0]
    if first is not None and all(total == first for total in by_era):
        return {(*key, YEAR): first}
    ends = [start.shift(-1) for start in starts[1:]] + [Period(Frequency.MONTH, key[2], 12)]
    months = {
        month: total
        for start, end, total in zip(starts, ends, by_era, strict=True)
        if total is not None
        for month in between(start, end)
    }
    found = {(*key, month.code): total for month, total in months.items()}
    of_year = [total for month, total in months.items() if month.year == key[2]]
    if of_year:
        found[*key, YEAR] = Total(
            round(sum(total.sum for total in of_year) / 12, 6), any(total.demonstration for total in of_year)
        )
    return found


def _up(given: Iterable[Given], parents: Mapping[int, int | None]) -> dict[Key, Total]:
    """Sums are rounded to a millionth: another order of adding, in another tree, makes no other figure."""
    own: dict[Key, Total] = {
        (kind, unit, year): Total(value, demonstration) for kind, unit, year, value, demonstration in given
    }
    found = dict(own)
    for depth_units in reversed(_by_depth(parents)):
        wanted = set(depth_units)
        for (kind, unit, year), total in sorted(found.items()):
            parent = parents.get(unit)
            if unit not in wanted or parent is None or (kind, parent, year) in own:
                continue
            above = found.get((kind, parent, year), Total(0.0, False))
            found[kind, parent, year] = Total(
                round(above.sum + total.sum, 6), above.demonstration or total.demonstration
            )
    return found


def _by_depth(parents: Mapping[int, int | None]) -> list[list[int]]:
    below: dict[int | None, list[int]] = {}
    for unit, parent in parents.items():
        below.setdefault(parent, []).append(unit)
    levels = [below.get(None, [])]
    while levels[-1]:
        levels.append([child for unit in levels[-1] for child in below.get(unit, [])])
    return levels
