"""DHIS2's indicator expressions: text to tree and back. Pure; computing is `evaluation`.

    parse("(#{fClA2Erf6IO} - #{n6aMJNLdvep.HllvX50cXC0}) / 2")

Operators from tight to loose, as in DHIS2's grammar: `^` (from the right), unary `+ - ! not`, `* / %`, `+ -`,
`< > <= >=`, `== !=`, `&& and`, `|| or`. A tree written out by `str` parses to an equal tree.
"""

from functools import lru_cache

from indicators.registry.expression_tree import (
    BINDING,
    UNARY,
    Binary,
    Call,
    Days,
    Modified,
    Node,
    Number,
    Operand,
    Text,
    Unary,
    Word,
    operands,
    walk,
)
from indicators.registry.tokens import RATE_TYPES, BadExpression, Kind, Token, tokens

__all__ = [
    "BINDING",
    "BadExpression",
    "Binary",
    "Call",
    "Days",
    "Modified",
    "Node",
    "Number",
    "Operand",
    "Text",
    "Unary",
    "Word",
    "operands",
    "parse",
    "walk",
]

DEEPEST = 200
"""Levels of a tree: a chain of 200 sums is that deep. Keeps every walk over a tree within Python's own limit."""
NESTED = 60
"""Brackets, arguments and signs inside each other."""
_WORDS = {"and": "&&", "or": "||", "not": "!"}


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """The tree, the same one for the same text.

    Raises BadExpression with code and position (counted from 0) of what cannot be read there.
    """
    return _Parser(text).whole()


def _operand(text: str) -> Operand:
    kind, _, rest = text.partition("{")
    parts = tuple(part.strip() for part in rest[:-1].split("."))
    if kind == "#" and parts[-1] in RATE_TYPES:  # as reporting rates were written before `R{…}`
        kind = "R"
    return Operand(kind, parts)


class _Parser:
    """Precedence climbing over the tokens. Each method gives a node and its depth."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)
        self.place = 0
        self.nesting = 0

    @property
    def here(self) -> Token:
        return self.tokens[self.place]

    def whole(self) -> Node:
        node, _ = self.expression(1)
        if self.here.kind is not Kind.END:
            self.refuse("unexpected")
        return node

    def refuse(self, code: str) -> None:
        if self.here.kind is Kind.END:
            raise BadExpression("unexpected_end", self.here.at, "")
        raise BadExpression(code, self.here.at, self.here.text)

    def take(self) -> Token:
        self.place += 1
        return self.tokens[self.place - 1]

    def sign(self, *wanted: str) -> str:
        """The operator or bracket that stands here, if it is one of these; consumed. Else blank."""
        found = _WORDS.get(self.here.text, self.here.text)
        if self.here.kind in (Kind.SIGN, Kind.NAME) and found in wanted:
            self.take()
            return found
        return ""

    def need(self, wanted: str) -> None:
        if not self.sign(wanted):
            self.refuse("unexpected")

    def deep(self, depth: int, limit: int = DEEPEST) -> int:
        if depth > limit:
            raise BadExpression("too_deep", self.here.at, "")
        return depth

    def expression(self, loosest: int) -> tuple[Node, int]:
        self.nesting = self.deep(self.nesting + 1, NESTED)
        left, depth = self.unary()
        while True:
            operator = _WORDS.get(self.here.text, self.here.text)
            binding = BINDING.get(operator, 0) if self.here.kind in (Kind.SIGN, Kind.NAME) else 0
            if binding < loosest or not binding:
                break
            self.take()
            right, other = self.expression(binding + (operator != "^"))
            left, depth = Binary(operator, left, right), self.deep(max(depth, other) + 1)
        self.nesting -= 1
        return left, depth

    def unary(self) -> tuple[Node, int]:
        if operator := self.sign("+", "-", "!"):
            operand, depth = self.expression(UNARY + 1)
            return Unary(operator, operand), self.deep(depth + 1)
        return self.modified()

    def modified(self) -> tuple[Node, int]:
        node, depth = self.primary()
        while self.sign("."):
            if self.here.kind is not Kind.NAME:
                self.refuse("unexpected")
            name = self.take().text
            self.need("(")
            arguments, below = self.arguments()
            node, depth = Modified(node, name, arguments), self.deep(max(depth, below) + 1)
        return node, depth

    def primary(self) -> tuple[Node, int]:
        if self.sign("("):
            node, depth = self.expression(1)
            self.need(")")
            return node, depth
        if self.here.kind is Kind.NAME and self.here.text not in _WORDS:
            name = self.take().text
            self.need("(")
            arguments, depth = self.arguments()
            return Call(name, arguments), self.deep(depth + 1)
        found = self.here
        if found.kind not in (Kind.NUMBER, Kind.TEXT, Kind.OPERAND, Kind.DAYS):
            self.refuse("unexpected")
        self.take()
        match found.kind:
            case Kind.NUMBER:
                return Number(float(found.text)), 1
            case Kind.TEXT:
                return Text(found.text[1:-1]), 1
            case Kind.DAYS:
                return Days(), 1
        return _operand(found.text), 1

    def arguments(self) -> tuple[tuple[Node, ...], int]:
        """What stands up to the closing bracket, commas between; the opening one is behind us."""
        found: list[Node] = []
        depth = 0
        if self.sign(")"):
            return (), depth
        while True:
            node, below = self.word() or self.expression(1)
            found.append(node)
            depth = max(depth, below)
            if self.sign(")"):
                return tuple(found), depth
            self.need(",")

    def word(self) -> tuple[Node, int] | None:
        if self.here.kind is Kind.NAME and self.tokens[self.place + 1].text in (",", ")"):
            return Word(self.take().text), 1
        return None
