"""Fewer corners, with the borders that neighbours share kept together. Pure.

Rings are cut where borders meet, each piece is simplified once (Douglas–Peucker), and both neighbours get the same
piece: no gaps and no overlaps appear between them.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import cos, radians

import numpy as np
from numpy.typing import NDArray

from indicators.geography.outlines import Outline, Position, Ring, ring_area

METRES_A_DEGREE = 111_320.0
Piece = tuple[Position, ...]


def simplified(outlines: Sequence[Outline], metres: float) -> list[Outline]:
    """The same places, no border moved by more than about `metres`. Points stay as they are.

    An island, a hole or an enclave too small for that is left out, but never the largest part of a place: that keeps
    all its corners rather than vanish.
    """
    rings = [_open(ring) for outline in outlines for polygon in outline.polygons for ring in polygon]
    meetings = _meetings(rings)
    known: dict[Piece, Piece] = {}
    return [_simpler(outline, meetings, known, metres / METRES_A_DEGREE) for outline in outlines]


def _simpler(outline: Outline, meetings: set[Position], known: dict[Piece, Piece], degrees: float) -> Outline:
    if not outline.polygons:
        return outline
    largest = max(outline.polygons, key=lambda polygon: ring_area(polygon[0]))
    polygons = []
    for polygon in outline.polygons:
        outer, *holes = (_simpler_ring(ring, meetings, known, degrees) for ring in polygon)
        if outer is None and polygon is largest:
            outer = polygon[0]
        if outer is not None:
            polygons.append((outer, *(hole for hole in holes if hole is not None)))
    return Outline(polygons=tuple(polygons))


def _simpler_ring(ring: Ring, meetings: set[Position], known: dict[Piece, Piece], degrees: float) -> Ring | None:
    """None where nothing with a surface is left."""
    found: Ring = []
    for piece in _pieces(_open(ring), meetings):
        backwards = piece[::-1]
        way = min(piece, backwards)  # a border runs one way for one neighbour and the other way for the other
        if way not in known:
            known[way] = _douglas_peucker(way, degrees)
        part = known[way] if way == piece else known[way][::-1]
        found += part[:-1]
    start = found.index(min(found))  # the same ring is written the same way, whoever its neighbours are
    found = [*found[start:], *found[: start + 1]]
    return found if len(found) > 3 and ring_area(found) > 0 else None


def _open(ring: Ring) -> Ring:
    """Without the closing position, and without positions that repeat the one before."""
    corners = [here for here, after in pairwise(ring) if here != after]
    return corners or ring[:1]


def _meetings(rings: Sequence[Ring]) -> set[Position]:
    """Positions where a border begins or ends: those that have different neighbours in different rings."""
    around: dict[Position, tuple[Position, Position]] = {}
    found = set()
    for ring in rings:
        for before, here, after in zip(ring[-1:] + ring, ring, ring[1:] + ring[:1], strict=False):
            pair = (before, after) if before <= after else (after, before)
            if around.setdefault(here, pair) != pair:
                found.add(here)
    return found


def _pieces(ring: Ring, meetings: set[Position]) -> Iterator[Piece]:
    """The ring from meeting to meeting; a ring that meets nobody is one piece that comes back to its lowest corner."""
    cuts = [number for number, position in enumerate(ring) if position in meetings] or [ring.index(min(ring))]
    turned = ring[cuts[0] :] + ring[: cuts[0] + 1]
    ends = [cut - cuts[0] for cut in cuts] + [len(ring)]
    for start, end in pairwise(ends):
        yield tuple(turned[start : end + 1])


def _douglas_peucker(piece: Piece, degrees: float) -> Piece:
    points = np.array(piece)
    points[:, 0] *= cos(radians(float(points[:, 1].mean())))
    keep = np.zeros(len(piece), bool)
    keep[[0, -1]] = True
    waiting = [(0, len(piece) - 1)]
    while waiting:
        start, end = waiting.pop()
        if end - start < 2:
            continue
        away = _distances(points[start + 1 : end], points[start], points[end])
        farthest = int(away.argmax())
        if away[farthest] > degrees:
            middle = start + 1 + farthest
            keep[middle] = True
            waiting += [(start, middle), (middle, end)]
    return tuple(position for position, kept in zip(piece, keep, strict=True) if kept)


def _distances(points: NDArray, start: NDArray, end: NDArray) -> NDArray:
    """Of each point from the stretch between two; from the one position where the stretch begins and ends."""
    way, offset = end - start, points - start
    length = float(way @ way)
    along = np.clip(offset @ way / length, 0, 1)[:, None] if length else np.zeros((len(points), 1))
    return np.hypot(*(offset - along * way).T)
