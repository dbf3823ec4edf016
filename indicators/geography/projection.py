"""From degrees to a drawing: a flat map true to shape in its middle, outlines as SVG paths, room for a name. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from indicators.geography.outlines import Bounds, Outline, Position, Ring

SMALLEST = 0.02
"""Degrees that a map shows at least, so that a single point has surroundings."""
Corner = list[int]


@dataclass(frozen=True)
class Projection:
    """Equidistant cylindrical, standard parallel in the middle: `width` × `height` whole units, y downwards.

    Equal positions fall on equal units, so borders that neighbours share stay shared.
    """

    west: float
    north: float
    squeeze: float
    scale: float
    width: int
    height: int

    def __call__(self, positions: Sequence[Position]) -> NDArray:
        """The positions in units: rows of x and y."""
        degrees = np.asarray(positions)
        x = (degrees[:, 0] - self.west) * self.squeeze * self.scale
        return np.rint(np.column_stack([x, (self.north - degrees[:, 1]) * self.scale])).astype(int)


def fitted(bounds: Iterable[Bounds], width: int, tallest: int, margin: int) -> Projection:
    """The projection that shows all bounds in `width` units, or less where they would be taller than `tallest`.

    Raises ValueError without any bounds.
    """
    wests, souths, easts, norths = zip(*bounds, strict=True)
    middle = (min(souths) + max(norths)) / 2, (min(wests) + max(easts)) / 2
    squeeze = max(cos(radians(middle[0])), 0.01)
    half_height = max(max(norths) - min(souths), SMALLEST) / 2
    half_width = max((max(easts) - min(wests)) * squeeze, SMALLEST) / 2
    scale = min((width - 2 * margin) / (2 * half_width), (tallest - 2 * margin) / (2 * half_height))
    drawn_width, drawn_height = round(2 * half_width * scale) + 2 * margin, round(2 * half_height * scale) + 2 * margin
    west = middle[1] - (half_width + margin / scale) / squeeze
    return Projection(west, middle[0] + half_height + margin / scale, squeeze, scale, drawn_width, drawn_height)


class Shape(NamedTuple):
    """An outline as drawn: the `d` of an SVG path, blank where nothing of it is as large as a unit; and the middle of
    the widest stretch inside its largest part, where a name or a mark may stand, with the width of that stretch."""

    path: str
    x: int
    y: int
    room: int


def shape(outline: Outline, project: Projection) -> Shape:
    """The outline in units. A point has no path and no room."""
    if outline.point:
        x, y = project([outline.point])[0].tolist()
        return Shape("", x, y, 0)
    polygons = [[_corners(ring, project) for ring in polygon] for polygon in outline.polygons]
    path = "".join(_ring_path(corners.tolist()) for rings in polygons for corners in rings if len(corners) > 2)
    return Shape(path, *_widest(max(polygons, key=lambda rings: int(np.ptp(rings[0], axis=0).prod()))))


def _widest(rings: Sequence[NDArray]) -> tuple[int, int, int]:
    """Nine lines across are looked at, from the middle outwards; one farther out has to be wider by a tenth, so that a
    name stands in the middle where it can, and never in a narrow tip."""
    starts, ends = np.concatenate(rings), np.concatenate([np.roll(ring, -1, axis=0) for ring in rings])
    low, high = int(rings[0][:, 1].min()), int(rings[0][:, 1].max())
    best = (int(starts[0][0]), int(starts[0][1]), 0)
    for step in sorted(range(1, 10), key=lambda step: abs(step - 4.5)):
        y = low + (high - low) * (step + 1) / 11 + 1e-6  # never through a corner
        crossed = (starts[:, 1] > y) != (ends[:, 1] > y)
        (x1, y1), (x2, y2) = starts[crossed].T, ends[crossed].T
        crossings = np.sort(x1 + (x2 - x1) * (y - y1) / (y2 - y1))
        for left, right in crossings.reshape(-1, 2).tolist():
            if right - left > 1.1 * best[2]:
                best = round((left + right) / 2), round(y), int(right - left)
    return best


def _corners(ring: Ring, project: Projection) -> NDArray:
    """Each unit once in a row, and no corner on a straight line between its neighbours; not closed."""
    found = project(ring[:-1])
    found = found[(found != np.roll(found, 1, axis=0)).any(axis=1)] if len(found) > 1 else found
    if len(found) == 0:  # all in one unit
        return project(ring[:1])
    along, on = found - np.roll(found, 1, axis=0), np.roll(found, -1, axis=0) - found
    turns = along[:, 0] * on[:, 1] != along[:, 1] * on[:, 0]
    return found[turns | ((along * on).sum(axis=1) < 0)] if len(found) > 2 else found


def _ring_path(corners: list[Corner]) -> str:
    """Each step relative to the one before; a minus needs no space before it."""
    steps = "".join(f" {x2 - x1} {y2 - y1}" for (x1, y1), (x2, y2) in pairwise(corners)).replace(" -", "-")
    return f"M{corners[0][0]} {corners[0][1]}l{steps.lstrip()}z"
