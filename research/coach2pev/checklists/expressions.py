"""Conditions and calculations of checklists, written as in XLSForm: a strict part of XPath 1.0.

    or · and · = != · < <= > >= · + - · * div mod · - x · ( )
    ${code}  the answer to an item      .  the value that is being given      'text'  "text"  12.5
    name     an attribute of a choice, in a filter of choices only
    selected count-selected regex string-length if coalesce concat not true false today number int round

An item that was not answered is the empty text: false, and as a number it is none, which is equal to nothing, neither
smaller nor greater. Several choices are their codes with blanks between. Two days compare as days. Whatever else XPath
or XLSForm knows is refused by name, so that nothing is evaluated otherwise than it was meant.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from research.coach2pev.checklists.patterns import is_runaway
from research.coach2pev.checklists.values import LONGEST, Node, Surroundings, Value, truth, value

DEEPEST = 50
FUNCTIONS: dict[str, tuple[int, int]] = {
    "selected": (2, 2), "count-selected": (1, 1), "regex": (2, 2), "string-length": (1, 1), "if": (3, 3),
    "coalesce": (2, 2), "concat": (1, 20), "not": (1, 1), "true": (0, 0), "false": (0, 0), "today": (0, 0),
    "number": (1, 1), "int": (1, 1), "round": (1, 2),
}  # fmt: skip
"""Least and most arguments of each function."""
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("or",), ("and",), ("=", "!="), ("<", "<=", ">", ">="), ("+", "-"), ("*", "div", "mod"),
)  # fmt: skip
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)
    | (?P<text>'[^']*'|"[^"]*")
    | \$\{\s*(?P<answer>[A-Za-z_][A-Za-z0-9_.\-]*)\s*\}
    | (?P<word>[A-Za-z_][A-Za-z0-9_\-]*(?:\.[A-Za-z0-9_\-]+)*)
    | (?P<sign><=|>=|!=|[=<>+\-*(),.])
    )""",
    re.VERBOSE,
)


__all__ = [
    "FUNCTIONS", "Expression", "ExpressionError", "Node", "Value", "as_json", "evaluate", "parse", "truth",
]  # fmt: skip


class ExpressionError(ValueError):
    """`str()` is a sentence for whoever wrote the expression."""


@dataclass(frozen=True, slots=True)
class Expression:
    """`text` as written, `tree` as read; `names` are the codes of the items whose answers it asks for."""

    text: str
    tree: Node

    @property
    def names(self) -> frozenset[str]:
        return frozenset(node[1] for node in _nodes(self.tree) if node[0] == "answer")

    @property
    def attributes(self) -> frozenset[str]:
        """The attributes of choices that it asks for."""
        return frozenset(node[1] for node in _nodes(self.tree) if node[0] == "attribute")


@lru_cache(maxsize=2048)
def parse(text: str) -> Expression:
    """Raises ExpressionError; a blank text too."""
    if len(text) > LONGEST:
        raise ExpressionError(_("The expression is longer than %(most)s signs.") % {"most": LONGEST})
    return Expression(text.strip(), _Reader(text).whole())


def evaluate(
    expression: Expression,
    answers: Mapping[str, Value],
    *,
    this: Value = "",
    attributes: Mapping[str, str] | None = None,
    today: date | None = None,
) -> Value:
    """The value with these answers by code; a code without answer is the empty text. Never raises.

    `this` is what `.` means, `attributes` those of the choice that a filter looks at. A division by zero gives none.
    """
    day = (today or date.today()).isoformat()  # noqa: DTZ011 - the caller's day counts; this is for tests and shells
    return value(expression.tree, Surroundings(answers, this, attributes or {}, day))


def as_json(expression: Expression) -> list[Any]:
    """The tree as lists, for the browser's evaluation of the same expression."""
    return _listed(expression.tree)


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens = list(_tokens(text))
        self.at = self.depth = 0

    def whole(self) -> Node:
        if not self.tokens:
            raise ExpressionError(_("The expression is empty."))
        tree = self._level(0)
        if self.at < len(self.tokens):
            raise self._unexpected()
        return tree

    def _level(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._unary()
        left = self._level(level + 1)
        while (sign := self._peek()) is not None and sign[0] in ("sign", "word") and sign[1] in _LEVELS[level]:
            self.at += 1
            left = (sign[1], left, self._level(level + 1))
        return left

    def _unary(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError(_("The expression is nested too deeply."))
        try:
            if self._take("-"):
                return ("minus", self._unary())
            return self._primary()
        finally:
            self.depth -= 1

    def _primary(self) -> Node:
        kind, value = self._peek() or ("", "")
        if self._take("("):
            inside = self._level(0)
            self._expect(")")
            return inside
        if self._take("."):
            return ("this",)
        if kind in ("text", "answer"):
            self.at += 1
            return (kind, value)
        if kind == "number":
            self.at += 1
            return ("number", float(value))
        if kind != "word" or value in ("or", "and", "div", "mod"):
            raise self._unexpected()
        self.at += 1
        return self._call(value) if self._take("(") else ("attribute", value)

    def _call(self, name: str) -> Node:
        if name not in FUNCTIONS:
            raise ExpressionError(_("The function %(name)s() is not known here.") % {"name": name})
        found: list[Node] = []
        if not self._take(")"):
            found.append(self._level(0))
            while self._take(","):
                found.append(self._level(0))
            self._expect(")")
        least, most = FUNCTIONS[name]
        if not least <= len(found) <= most:
            raise ExpressionError(_("The function %(name)s() is given too few or too many values.") % {"name": name})
        if name == "regex":
            _check_pattern(found[1])
        return ("call", name, *found)

    def _peek(self) -> tuple[str, str] | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def _take(self, sign: str) -> bool:
        taken = self._peek() == ("sign", sign)
        self.at += taken
        return taken

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            raise self._unexpected()

    def _unexpected(self) -> ExpressionError:
        token = self._peek()
        if token is None:
            return ExpressionError(_("The expression ends too early."))
        return ExpressionError(_("“%(sign)s” is not expected here.") % {"sign": token[1][:60]})


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise ExpressionError(_("“%(sign)s” cannot be read.") % {"sign": text[at:].strip()[:20]})
        at, kind = match.end(), str(match.lastgroup)
        value = match[kind]
        yield kind, value[1:-1] if kind == "text" else value


def _check_pattern(node: Node) -> None:
    if node[0] != "text" or len(node[1]) > 200 or is_runaway(node[1]):
        raise ExpressionError(_("regex() takes a pattern of at most 200 signs without repetitions within repetitions."))
    try:
        re.compile(node[1], re.ASCII)
    except re.error as error:
        raise ExpressionError(_("“%(pattern)s” is no regular expression.") % {"pattern": node[1]}) from error


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for part in node[1:]:
        if isinstance(part, tuple):
            yield from _nodes(part)


def _listed(node: Node) -> list[Any]:
    return [_listed(part) if isinstance(part, tuple) else part for part in node]
