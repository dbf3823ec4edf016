"""How far a site lies from the middle of its district, as the crow flies. Pure."""

from itertools import pairwise
from math import asin, cos, radians, sin, sqrt

from indicators.geography.outlines import Outline, Position, Ring

_EARTH_RADIUS = 6371.0088  # kilometres, mean


def centre(outline: Outline) -> Position:
    """The point itself, or the centre of mass of the outlines (holes left out), in degrees.

    Worked out on a flat map, which is right to some hundred metres for a district. It may lie outside a bent outline.
    """
    if outline.point:
        return outline.point
    total = x = y = 0.0
    for outer, *holes in outline.polygons:
        for sign, ring in [(1.0, outer), *((-1.0, hole) for hole in holes)]:
            area, moment_x, moment_y = _moments(ring, outline.polygons[0][0][0])
            turned = sign if area >= 0 else -sign
            total, x, y = total + turned * area, x + turned * moment_x, y + turned * moment_y
    origin = outline.polygons[0][0][0]
    return origin[0] + x / total, origin[1] + y / total


def kilometres(one: Position, other: Position) -> float:
    """Great-circle distance (haversine)."""
    (west, south), (east, north) = one, other
    width, height = radians(east - west), radians(north - south)
    chord = sin(height / 2) ** 2 + cos(radians(south)) * cos(radians(north)) * sin(width / 2) ** 2
    return 2 * _EARTH_RADIUS * asin(sqrt(min(chord, 1.0)))


def _moments(ring: Ring, origin: Position) -> tuple[float, float, float]:
    """Signed area and its first moments, in degrees from the origin (far from it, digits would be lost)."""
    area = x = y = 0.0
    for (a, b), (c, d) in pairwise([(east - origin[0], north - origin[1]) for east, north in ring]):
        cross = a * d - c * b
        area, x, y = area + cross / 2, x + (a + c) * cross / 6, y + (b + d) * cross / 6
    return area, x, y
