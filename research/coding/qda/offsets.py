"""Where a stretch of a file's text is in the text that is kept, whose lines end with \\n alone. Pure.

Offsets count Unicode code points. Programs on Windows end lines with \\r\\n: most count both signs, some count one and
write two (QualCoder does where it writes for MAXQDA). Which it was is told by the words that the file itself gives for
its stretches; where it gives none, both signs are counted, as the standard says.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

Stretch = tuple[int, int]


class Placed(NamedTuple):
    """`text` with lines that end in \\n; the stretches in it, None where one lies outside. `one_sign`: line ends of
    two signs were counted as one."""

    text: str
    stretches: list[Stretch | None]
    one_sign: bool


def normalised(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def shifted(raw: str, offsets: Sequence[int]) -> list[int]:
    """Places in `raw` → places in `normalised(raw)`. One between \\r and \\n stands before the line end."""
    pairs = [found.start() for found in re.finditer("\r\n", raw)]
    return [offset - bisect_left(pairs, offset) for offset in offsets]


def shifted_back(raw: str, offsets: Sequence[int]) -> list[int]:
    """Places in `normalised(raw)` → places in `raw`; a line end is taken whole."""
    pairs = [found.start() - place for place, found in enumerate(re.finditer("\r\n", raw))]
    return [offset + bisect_left(pairs, offset) for offset in offsets]


def placed(raw: str, stretches: Sequence[Stretch], words: Sequence[str]) -> Placed:
    """The stretches of a file's text in the text that is kept; `words`: what the file says they hold, or blank."""
    text = normalised(raw)
    as_they_are = [_within(text, *one) for one in stretches]
    if "\r\n" not in raw:
        return Placed(text, as_they_are, False)
    flat = shifted(raw, [place for stretch in stretches for place in stretch])
    # A place behind the end is shifted too, so it is looked at before.
    moved = [
        _within(text, start, end) if _within(raw, *stretch) else None
        for stretch, start, end in zip(stretches, flat[::2], flat[1::2], strict=True)
    ]
    one_sign = _agreeing(text, as_they_are, words) > _agreeing(text, moved, words)
    return Placed(text, as_they_are if one_sign else moved, one_sign)


def _within(text: str, start: int, end: int) -> Stretch | None:
    return (start, end) if 0 <= start < end <= len(text) else None


def _agreeing(text: str, stretches: Sequence[Stretch | None], words: Sequence[str]) -> int:
    """How many stretches hold the words that the file says they hold; programs shorten long ones."""
    count = 0
    for stretch, said in zip(stretches, words, strict=True):
        told = " ".join(said.split()).rstrip("….")
        if stretch and len(told) > 2:
            piece = " ".join(text[slice(*stretch)].split())
            count += piece.rstrip("….") == told or (len(told) > 7 and piece.startswith(told))
    return count
