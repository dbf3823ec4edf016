"""The words of DHIS2's expressions, each with its position. Pure."""

import re
from enum import Enum
from typing import NamedTuple

LONGEST = 20_000
"""Characters of an expression."""


class Kind(Enum):
    NUMBER = "number"
    TEXT = "text"
    OPERAND = "operand"
    DAYS = "days"
    NAME = "name"
    SIGN = "sign"
    END = "end"


class Token(NamedTuple):
    kind: Kind
    text: str
    at: int


class BadExpression(ValueError):
    """An expression that cannot be read: `code`, and what stands `at` that position (counted from 0).

    Codes: `unexpected` (this cannot stand here), `unexpected_end`, `unknown_character`, `bad_operand` (braces without
    an identifier as DHIS2 has them), `bad_number` (too large), `too_deep`, `too_long`.
    """

    def __init__(self, code: str, at: int, found: str) -> None:
        super().__init__(f"{code} at {at}: {found[:40]}" if found else f"{code} at {at}")
        self.code = code
        self.at = at
        self.found = found


_UID = r"[A-Za-z][A-Za-z0-9]{10}"
_SOME = rf"(?:{_UID}(?:&{_UID})*|\*)"
_TAGGED = rf"(?:(?:co|coGroup|deGroup):)?{_SOME}"
RATE_TYPES = (
    "REPORTING_RATE", "REPORTING_RATE_ON_TIME", "ACTUAL_REPORTS", "ACTUAL_REPORTS_ON_TIME", "EXPECTED_REPORTS",
)  # fmt: skip
_RATE = rf"{_UID}\s*\.\s*(?:{'|'.join(RATE_TYPES)})"
_OPERAND = re.compile(
    rf"#\{{\s*{_TAGGED}(?:\s*\.\s*{_TAGGED}){{0,2}}\s*\}}"
    rf"|(?:C|OUG|N|I)\{{\s*{_UID}\s*\}}"
    rf"|[R#]\{{\s*{_RATE}\s*\}}"
    rf"|[AD]\{{\s*{_UID}\s*\.\s*{_UID}\s*\}}"
    r"|V\{\s*[a-z_]+\s*\}"
)
_WORDS = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<operand>(?:\#|OUG|[A-Z])\{[^{}]*\}?)"
    r"|(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<days>\[days\])"
    r"|(?P<name>(?:d2:)?[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z]+(?=\s*\())?)"
    r"""|(?P<text>'[^'\\]*'|"[^"'\\]*")"""
    r"|(?P<sign><=|>=|==|!=|&&|\|\||[-+*/%^<>!(),.])"
)


def tokens(text: str) -> list[Token]:
    """The words of the text and an END. Raises BadExpression."""
    if len(text) > LONGEST:
        raise BadExpression("too_long", LONGEST, "")
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _WORDS.match(text, at)
        if match is None:
            raise BadExpression("unknown_character", at, text[at])
        kind, word = str(match.lastgroup), match[0]
        if kind == "operand" and not _OPERAND.fullmatch(word):
            raise BadExpression("bad_operand", at, word)
        if kind == "number" and float(word) == float("inf"):
            raise BadExpression("bad_number", at, word)
        if kind != "space":
            found.append(Token(Kind(kind), word, at))
        at = match.end()
    return [*found, Token(Kind.END, "", len(text))]
