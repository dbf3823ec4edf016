"""Where the nodes of a chain stand on a drawing. Pure: no text is measured, lines are cut by characters."""

from collections.abc import Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

from research.evidence.chain.graph import Column, Edge, Graph, Name, Node

Head = TypeVar("Head")

WIDTH, GAP, LINE, PAD = 190, 56, 17, 10
LETTERS, LINES = 23, 3


class Box(NamedTuple):
    """`lines`: the label as it is written, with the height of each line; `focus`: the node that was asked about."""

    node: Node
    x: int
    y: int
    width: int
    height: int
    lines: list[tuple[int, str]]
    focus: bool


class Curve(NamedTuple):
    edge: Edge
    path: str


class Drawing(NamedTuple, Generic[Head]):
    width: int
    height: int
    heads: list[tuple[int, Head]]
    boxes: list[Box]
    curves: list[Curve]


def wrapped(text: str) -> list[str]:
    """At most LINES lines of at most LETTERS characters; what does not fit ends with «…», a long word is cut."""
    lines: list[str] = [""]
    words = text.split()
    for number, word in enumerate(words):
        fits = f"{lines[-1]} {word}".strip()
        if len(fits) <= LETTERS:
            lines[-1] = fits
        elif len(lines) == LINES:
            lines[-1] = f"{lines[-1][: LETTERS - 1]}…"
            break
        elif lines[-1]:
            lines.append(word[:LETTERS])
        else:
            lines[-1] = word[: LETTERS - 1] + "…"
            if number + 1 < len(words) and len(lines) < LINES:
                lines.append("")
    return [line for line in lines if line]


def draw(graph: Graph) -> Drawing[Column]:
    return arranged(graph.columns, graph.edges, focus=graph.focus)


def arranged(
    columns: Sequence[tuple[Head, Sequence[Node]]], edges: Iterable[Edge], *, focus: Name | None = None
) -> Drawing[Head]:
    """Columns beside each other, nodes below each other, nothing overlapping. Every edge leads from a column to one
    further right."""
    boxes: dict[Name, Box] = {}
    heads, bottom = [], 0
    for place, (head, nodes) in enumerate(columns):
        x, y = place * (WIDTH + GAP), 30
        heads.append((x, head))
        for node in nodes:
            lines = wrapped(node.label or node.word)
            height = 2 * PAD + LINE * (len(lines) + 1)
            written = [(y + PAD + LINE * (2 + number) - 5, line) for number, line in enumerate(lines)]
            boxes[node.name] = Box(node, x, y, WIDTH, height, written, node.name == focus)
            y += height + 14
        bottom = max(bottom, y)
    width = len(heads) * (WIDTH + GAP) - GAP if heads else 0
    curves = [Curve(edge, _path(boxes[edge.left], boxes[edge.right])) for edge in edges]
    return Drawing(width, bottom, heads, list(boxes.values()), curves)


def _path(left: Box, right: Box) -> str:
    x1, y1 = left.x + left.width, left.y + left.height // 2
    x2, y2 = right.x, right.y + right.height // 2
    middle = (x1 + x2) // 2
    return f"M{x1} {y1} C{middle} {y1} {middle} {y2} {x2} {y2}"
