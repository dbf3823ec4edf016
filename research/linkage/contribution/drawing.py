"""A theory of change as a drawing: boxes, curves, and where the number of each link stands. Pure."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from research.evidence.chain.graph import Edge, Name, Node
from research.evidence.chain.layout import Box, Drawing, arranged

BADGE = 13
"""Radius of the circle with a link's number."""
_PLACES = (0.5, 0.35, 0.65, 0.22, 0.78, 0.12, 0.88)


class Badge(NamedTuple):
    """The number of a link, and its curve again."""

    number: int
    x: int
    y: int
    path: str


def drawn(
    columns: Sequence[tuple[str, Sequence[Node]]], links: Mapping[tuple[Name, Name], int]
) -> tuple[Drawing[str], list[Badge]]:
    """`links`: number by the names of the two steps. Numbers stand on their curves, off the boxes and, where there is
    room, off each other."""
    drawing = arranged(columns, [Edge(left, right, "") for left, right in links])
    boxes = {box.node.name: box for box in drawing.boxes}
    badges: list[Badge] = []
    for curve in drawing.curves:
        left, right = boxes[curve.edge.left], boxes[curve.edge.right]
        points = [_point(left, right, place) for place in _PLACES]
        x, y = next((point for point in points if _free(point, drawing.boxes, badges)), points[0])
        badges.append(Badge(links[curve.edge.left, curve.edge.right], x, y, curve.path))
    return drawing, sorted(badges)


def _point(left: Box, right: Box, t: float) -> tuple[int, int]:
    """A point of the curve that `arranged` draws between two boxes."""
    x1, y1 = left.x + left.width, left.y + left.height // 2
    x2, y2 = right.x, right.y + right.height // 2
    middle = (x1 + x2) // 2
    a, b, c, d = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3
    return round(a * x1 + (b + c) * middle + d * x2), round((a + b) * y1 + (c + d) * y2)


def _free(point: tuple[int, int], boxes: Sequence[Box], badges: Sequence[Badge]) -> bool:
    x, y = point
    on_a_box = any(
        box.x - BADGE < x < box.x + box.width + BADGE and box.y - BADGE < y < box.y + box.height + BADGE
        for box in boxes
    )
    return not on_a_box and all((x - one.x) ** 2 + (y - one.y) ** 2 > (2 * BADGE) ** 2 for one in badges)
