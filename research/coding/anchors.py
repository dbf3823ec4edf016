"""Where a coded stretch is after its text was edited. Pure.

The two texts are compared word by word. A stretch moves with its words: what was typed before it pushes it on, what
was typed inside makes it longer, what was taken out of it makes it shorter. Where its words were moved elsewhere whole
it is found there. Where fewer than half of its letters are left, its words are gone: None, and the caller keeps the
stretch and says so.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

Stretch = tuple[int, int]
"""From, and to (not included), in characters (Unicode code points)."""

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
_Block = tuple[int, int, int]
"""From in the old text, from in the new text, length."""


def moved(before: str, after: str, stretches: Sequence[Stretch]) -> list[Stretch | None]:
    """For each stretch of `before` its place in `after`, or None where its words are gone."""
    kept = _kept(before, after)
    return [_place(before, after, stretch, kept) for stretch in stretches]


def found_again(text: str, excerpt: str, near: int) -> Stretch | None:
    """Where the excerpt stands word for word, as near as possible to the place `near`; None where it does not."""
    if not excerpt.strip():
        return None
    best, place = -1, text.find(excerpt)
    while place >= 0:
        if best < 0 or abs(place - near) < abs(best - near):
            best = place
        place = text.find(excerpt, place + 1)
    return None if best < 0 else (best, best + len(excerpt))


def _place(before: str, after: str, stretch: Stretch, kept: Sequence[_Block]) -> Stretch | None:
    start, end = stretch
    words = before[start:end]
    pieces = [
        (max(start, old), max(start, old) - old + new, min(end, old + length) - max(start, old))
        for old, new, length in kept
        if max(start, old) < min(end, old + length)
    ]
    pieces = [piece for piece in pieces if after[piece[1] : piece[1] + piece[2]].strip()]
    if pieces:
        first, last = pieces[0][1], pieces[-1][1] + pieces[-1][2]
        if after[first:last] == words:
            return first, last
    near = pieces[0][1] if pieces else start
    if again := found_again(after, words, near):
        return again
    left = sum(_letters(after[new : new + length]) for _old, new, length in pieces)
    if not pieces or 2 * left < _letters(words):
        return None
    first, last = _trimmed(after, first, last)
    return first, last


def _kept(before: str, after: str) -> list[_Block]:
    """What stands in both texts, in its order. What both begin and end with is not compared word by word."""
    head = _shared(before, after)
    tail = _shared(before[head:][::-1], after[head:][::-1])
    blocks: list[_Block] = [(0, 0, head)] if head else []
    old, new = _WORDS.findall(before[head : len(before) - tail]), _WORDS.findall(after[head : len(after) - tail])
    if old and new:
        old_at, new_at = _places(old, head), _places(new, head)
        for a, b, size in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
            if size:
                blocks.append((old_at[a], new_at[b], old_at[a + size] - old_at[a]))
    if tail:
        blocks.append((len(before) - tail, len(after) - tail, tail))
    return blocks


def _shared(one: str, other: str) -> int:
    """How many characters both begin with."""
    for place, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return place
    return min(len(one), len(other))


def _places(words: Sequence[str], start: int) -> list[int]:
    places = [start]
    for word in words:
        places.append(places[-1] + len(word))
    return places


def _letters(text: str) -> int:
    return sum(not char.isspace() for char in text)


def _trimmed(text: str, first: int, last: int) -> Stretch:
    piece = text[first:last]
    return first + len(piece) - len(piece.lstrip()), first + len(piece.rstrip())
