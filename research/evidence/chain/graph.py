"""A chain of evidence as nodes in columns and edges between them. Pure."""

from collections import Counter
from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

Name = tuple[str, str]
"""Kind and key of a node."""


class Column(IntEnum):
    """From what was done with an answer to where its evidence came from."""

    DONE = 0
    QUESTION = 1
    FINDING = 2
    EVIDENCE = 3
    SOURCE = 4
    ORIGIN = 5


class Node(NamedTuple):
    """`word`: its kind in the reader's language; `warning`: why it should be doubted, if it should."""

    kind: str
    key: str
    column: int
    word: str
    label: str
    detail: str = ""
    url: str = ""
    warning: str = ""
    demonstration: bool = False

    @property
    def name(self) -> Name:
        return self.kind, self.key


class Edge(NamedTuple):
    """From the left to the right: `left` rests on `right`, in the way that `word` says (for, against, …)."""

    left: Name
    right: Name
    word: str
    against: bool = False


class Graph:
    """Nodes by name, each once, and edges, each once. `hidden`: how many there are that the person may not see, and
    `more`: how many are not drawn because there are too many, both by kind's word."""

    def __init__(self, focus: Name) -> None:
        self.focus = focus
        self._nodes: dict[Name, Node] = {}
        self._edges: dict[tuple[Name, Name], Edge] = {}
        self.hidden: Counter[str] = Counter()
        self.more: Counter[str] = Counter()

    def add(self, node: Node) -> Name:
        self._nodes.setdefault(node.name, node)
        return node.name

    def tie(self, left: Name, right: Name, word: str, *, against: bool = False) -> None:
        """An edge between two nodes that are there; others are left out."""
        if left in self._nodes and right in self._nodes and left != right:
            self._edges.setdefault((left, right), Edge(left, right, word, against))

    def __contains__(self, name: Name) -> bool:
        return name in self._nodes

    def __getitem__(self, name: Name) -> Node:
        return self._nodes[name]

    @property
    def columns(self) -> list[tuple[Column, list[Node]]]:
        """The columns in which something stands, each in the order in which its nodes were added."""
        found = [(column, [node for node in self._nodes.values() if node.column == column]) for column in Column]
        return [(column, nodes) for column, nodes in found if nodes]

    @property
    def edges(self) -> list[Edge]:
        return list(self._edges.values())

    def rests_on(self, name: Name) -> list[tuple[Edge, Node]]:
        """What a node rests on."""
        return [(edge, self._nodes[edge.right]) for edge in self.edges if edge.left == name]

    def carries(self, name: Name) -> list[tuple[Edge, Node]]:
        """What rests on a node."""
        return [(edge, self._nodes[edge.left]) for edge in self.edges if edge.right == name]


def reachable(graph: Graph, start: Name, *, down: bool) -> set[Name]:
    """Everything that the node rests on (`down`), or that rests on it; itself left out."""
    seen: set[Name] = set()
    waiting = [start]
    while waiting:
        at = waiting.pop()
        following: Iterable[tuple[Edge, Node]] = graph.rests_on(at) if down else graph.carries(at)
        for _edge, node in following:
            if node.name not in seen:
                seen.add(node.name)
                waiting.append(node.name)
    return seen - {start}
