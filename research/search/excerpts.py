"""The piece of a text in which a question is met, with what was met marked. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from research.search.tokens import Word, words

AROUND = 12
"""Words shown on each side of the first that is met."""


class Piece(NamedTuple):
    text: str
    met: bool


def is_met(word: Word, stems: Iterable[str]) -> bool:
    """Whether the word is one that was looked for (`Question.stems`)."""
    return any(word.exact.startswith(stem[:-1]) if stem.endswith("*") else stem in word.stems for stem in stems)


def excerpt(text: str, stems: frozenset[str]) -> list[Piece]:
    """The text around the first word that is met, in pieces; its beginning where none is. Cut ends carry «…»."""
    found = list(words(text))
    if not found:
        return [Piece(text[:200], False)] if text else []
    met = [number for number, word in enumerate(found) if is_met(word, stems)]
    first = max((met[0] if met else 0) - AROUND, 0)
    last = min(first + 2 * AROUND, len(found) - 1)
    start = 0 if first == 0 else found[first].start
    end = len(text) if last == len(found) - 1 else found[last].end
    pieces, at = [Piece("… ", False)] if start else [], start
    for number in met:
        if first <= number <= last:
            word = found[number]
            pieces += [Piece(text[at : word.start], False), Piece(text[word.start : word.end], True)]
            at = word.end
    pieces.append(Piece(text[at:end] + (" …" if end < len(text) else ""), False))
    return [piece for piece in pieces if piece.text]
