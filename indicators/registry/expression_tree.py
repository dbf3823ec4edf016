"""DHIS2's expressions as trees: each part writes itself out with `str`, in brackets only where they matter. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

BINDING = {
    "||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, ">": 4, "<=": 4, ">=": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "%": 6, "^": 8,
}  # fmt: skip
UNARY = 7


@dataclass(frozen=True, slots=True)
class Number:
    value: float

    def __str__(self) -> str:
        return str(int(self.value)) if self.value.is_integer() and self.value < 1e15 else repr(self.value)


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted text without backslashes or quotes: the name of a group, say."""

    value: str

    def __str__(self) -> str:
        return f"'{self.value}'"


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word among arguments: the group of `orgUnit.group(oZg33kd9taw)`, the rule of `.aggregationType(SUM)`."""

    value: str

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Days:
    """`[days]`: days of the period."""

    def __str__(self) -> str:
        return "[days]"


@dataclass(frozen=True, slots=True)
class Operand:
    """A number from elsewhere, `#{fClA2Erf6IO.HllvX50cXC0}`: `kind` is what stands before the brace, `parts` what lies
    between its dots.

    `#` data element (with option combination), `C` constant, `OUG` units in a group, `R` reporting rate of a data set,
    `N` indicator, `I` program indicator, `D` and `A` data element and attribute of a program, `V` program variable.
    """

    kind: str
    parts: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.kind}{{{'.'.join(self.parts)}}}"


@dataclass(frozen=True, slots=True)
class Unary:
    operator: str
    operand: "Node"

    def __str__(self) -> str:
        return self.operator + _inside(self.operand, UNARY)


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str
    left: "Node"
    right: "Node"

    def __str__(self) -> str:
        binding, from_right = BINDING[self.operator], self.operator == "^"
        left, right = _inside(self.left, binding + from_right), _inside(self.right, binding + (not from_right))
        return f"{left} {self.operator} {right}"


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments: `if(…, …, …)`, `isNull(…)`."""

    name: str
    arguments: tuple["Node", ...]

    def __str__(self) -> str:
        return f"{self.name}({', '.join(map(str, self.arguments))})"


@dataclass(frozen=True, slots=True)
class Modified:
    """A part read otherwise than as reported: `#{…}.periodOffset(-1)`."""

    node: "Node"
    name: str
    arguments: tuple["Node", ...]

    def __str__(self) -> str:
        bare = isinstance(self.node, Operand | Call | Modified)
        inner = str(self.node) if bare else f"({self.node})"
        return f"{inner}.{self.name}({', '.join(map(str, self.arguments))})"


Node = Number | Text | Word | Days | Operand | Unary | Binary | Call | Modified


def operands(node: Node) -> Iterator[Operand]:
    """Every operand of the tree from left to right, as often as it stands there."""
    for part in walk(node):
        if isinstance(part, Operand):
            yield part


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, from left to right."""
    yield node
    match node:
        case Unary(_, operand):
            yield from walk(operand)
        case Binary(_, left, right):
            yield from walk(left)
            yield from walk(right)
        case Call(_, arguments):
            for argument in arguments:
                yield from walk(argument)
        case Modified(inner, _, arguments):
            yield from walk(inner)
            for argument in arguments:
                yield from walk(argument)


def _inside(node: Node, binding: int) -> str:
    """In brackets where the node binds looser than what stands around it."""
    own = BINDING[node.operator] if isinstance(node, Binary) else UNARY if isinstance(node, Unary) else 9
    return f"({node})" if own < binding else str(node)
