"""Yearly denominators up the tree. Pure."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Total(NamedTuple):
    sum: float
    demonstration: bool


def totals(
    given: Iterable[tuple[str, int, int, float, bool]], parents: Mapping[int, int | None]
) -> dict[tuple[str, int, int], Total]:
    """(kind, unit, year) → children, from rows of (kind, unit, year, value, demonstration).

    A unit's own figure stands; where it has none, the sum of its children's totals does. Never both: a district's
    target already holds those of its health areas.
    """
    own = {(kind, unit, year): Total(value, demonstration) for kind, unit, year, value, demonstration in given}
    found = dict(own)
    for depth_units in reversed(_by_depth(parents)):
        wanted = set(depth_units)
        for (kind, unit, year), total in sorted(found.items()):
            parent = parents.get(unit)
            if unit not in wanted or parent is None or (kind, parent, year) in own:
                continue
            above = found.get((kind, parent, year), Total(0.0, False))
            found[kind, parent, year] = Total(above.sum + total.sum, above.demonstration or total.demonstration)
    return found


def _by_depth(parents: Mapping[int, int | None]) -> list[list[int]]:
    below: dict[int | None, list[int]] = {}
    for unit, parent in parents.items():
        below.setdefault(parent, []).append(unit)
    levels = [below.get(None, [])]
    while levels[-1]:
        levels.append([child for unit in levels[-1] for child in below.get(unit, [])])
    return levels
