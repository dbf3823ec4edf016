"""Text that a spreadsheet would compute is written with an apostrophe before it, and read without it. Pure.

The two are inverses: `bared(inert(text)) == text` for every text, one that begins with an apostrophe included.
"""

import re

# What spreadsheets skip before they look for a formula, then what begins one; tabs and line ends at the very start.
_COMPUTED = "[\\s\"'\x00-\x20\u200b\ufeff]*[=+\\-@＝＋－＠]|'*[\t\r\n]"
_FORMULA = re.compile(_COMPUTED)
_INERT = re.compile(f"'(?={_COMPUTED})")


def inert(text: str) -> str:
    """The text as a CSV cell that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def bared(text: str) -> str:
    """The text that `inert` was given; any other text as it is."""
    return text[1:] if _INERT.match(text) else text
