"""Where a place lies: GeoJSON geometries in WGS84 degrees, read and checked. Pure.

Longitudes do not wrap: a place across the 180th meridian would be drawn as wide as the world.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite, radians, sin
from typing import Any, NamedTuple

Position = tuple[float, float]
"""Longitude and latitude, in degrees."""
Ring = list[Position]
"""Closed: the last position is the first one."""

DECIMALS = 5
"""Of a degree, about a metre. Positions are rounded to it, so that what neighbours share is equal to the last digit."""
_EARTH_RADIUS = 6371.0088  # kilometres, mean
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


class BadGeometry(ValueError):
    """What is wrong: `geometry_type`, `coordinates`, `outside_the_world`, `ring_short`, `ring_open` or `ring_flat`."""

    def __init__(self, code: str, value: object = "") -> None:
        super().__init__(code)
        self.code, self.value = code, value


class Bounds(NamedTuple):
    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True)
class Outline:
    """Polygons, each an outer ring and then its holes; or a single `point`, for a place of which no more is known."""

    polygons: tuple[tuple[Ring, ...], ...] = ()
    point: Position | None = None

    @property
    def positions(self) -> Iterable[Position]:
        if self.point:
            yield self.point
        for polygon in self.polygons:
            yield from polygon[0]

    @property
    def bounds(self) -> Bounds:
        longitudes, latitudes = zip(*self.positions, strict=True)
        return Bounds(min(longitudes), min(latitudes), max(longitudes), max(latitudes))

    @property
    def area(self) -> float:
        """Square kilometres on a sphere, without the holes; 0 for a point."""
        return sum(ring_area(outer) - sum(map(ring_area, holes)) for outer, *holes in self.polygons)

    def as_geojson(self) -> dict[str, Any]:
        """The geometry, rounded to DECIMALS; `parse` gives the same outline again."""
        if self.point:
            return {"type": "Point", "coordinates": list(self.point)}
        rings = [[[list(position) for position in ring] for ring in polygon] for polygon in self.polygons]
        if len(rings) == 1:
            return {"type": "Polygon", "coordinates": rings[0]}
        return {"type": "MultiPolygon", "coordinates": rings}


def parse(geometry: Any) -> Outline:
    """A Polygon, MultiPolygon or Point of GeoJSON; numbers may be given as text. Altitudes are left out.

    Raises BadGeometry for any other type, for what is no number or lies outside ±180° and ±90° (a file in metres, or
    with latitude first where that shows), and for a ring that is not closed, has no three corners or no surface.
    """
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind == "Point":
        return Outline(point=_position(coordinates))
    if kind == "Polygon":
        return Outline(polygons=(_polygon(coordinates),))
    if kind == "MultiPolygon":
        return Outline(polygons=tuple(_polygon(polygon) for polygon in _items(coordinates)))
    raise BadGeometry("geometry_type", kind or type(geometry).__name__)


def stored(geometry: dict[str, Any]) -> Outline:
    """As `parse`, for what `as_geojson` gave: nothing is checked again."""
    if geometry["type"] == "Point":
        return Outline(point=tuple(geometry["coordinates"]))
    several = geometry["type"] == "MultiPolygon"
    polygons = geometry["coordinates"] if several else [geometry["coordinates"]]
    return Outline(polygons=tuple(tuple(polygon) for polygon in polygons))


def ring_area(ring: Ring) -> float:
    """Square kilometres inside a closed ring, whichever way it runs (exact for edges along meridians and parallels)."""
    twice = sum(
        radians(east - west) * (2 + sin(radians(south)) + sin(radians(north)))
        for (west, south), (east, north) in pairwise(ring)
    )
    return abs(twice) * _EARTH_RADIUS**2 / 2


def _polygon(rings: Any) -> tuple[Ring, ...]:
    return tuple(_ring(ring) for ring in _items(rings))


def _ring(positions: Any) -> Ring:
    found = [_position(position) for position in _items(positions)]
    if len(found) < 4:
        raise BadGeometry("ring_short", len(found))
    if found[0] != found[-1]:
        raise BadGeometry("ring_open", f"{found[0]} – {found[-1]}")
    if ring_area(found) == 0:
        raise BadGeometry("ring_flat", found[0])
    return found


def _items(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise BadGeometry("coordinates", value)
    return value


def _position(value: Any) -> Position:
    if not isinstance(value, list) or len(value) < 2:
        raise BadGeometry("coordinates", value)
    longitude, latitude = _degrees(value[0]), _degrees(value[1])
    if abs(longitude) > 180 or abs(latitude) > 90:
        raise BadGeometry("outside_the_world", f"{longitude:.10g}, {latitude:.10g}")
    return round(longitude, DECIMALS) + 0.0, round(latitude, DECIMALS) + 0.0


def _degrees(value: Any) -> float:
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise BadGeometry("coordinates", value)
    return value
