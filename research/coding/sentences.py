"""Where the sentences of a text begin and end. Pure.

A sentence ends after . ! ? … (with the quotation marks and brackets that close behind it) where a blank follows, and
where the line ends. «3.5» and «CSCom.Niono» stay whole; «Dr. Traoré» becomes two, which is the price of a simple rule.
"""

import re

Stretch = tuple[int, int]
"""From, and to (not included), in characters."""

_END = re.compile(r"(?<=[.!?…])[\"'»”’)\]]*\s+|\n+")


def sentences(text: str) -> list[Stretch]:
    """The sentences in their order, without the blanks around them; none that is blank."""
    found: list[Stretch] = []
    start = 0
    for end in _END.finditer(text):
        _add(found, text, start, end.end())
        start = end.end()
    _add(found, text, start, len(text))
    return found


def sentences_touched(text: str, stretches: list[Stretch], among: list[Stretch]) -> set[int]:
    """Places in `among` of the sentences in which a stretch holds at least one character that is no blank."""
    found: set[int] = set()
    for start, end in stretches:
        for place, (first, last) in enumerate(among):
            if text[max(start, first) : min(end, last)].strip():
                found.add(place)
    return found


def _add(found: list[Stretch], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    if piece.strip():
        found.append((start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())))
