"""A text cut where coded stretches begin and end, so that a page can mark what is coded. Pure."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple


class Segment(NamedTuple):
    """`keys`: the stretches that cover it, in the order in which they were given; `begins`: those that begin here."""

    start: int
    text: str
    keys: tuple[int, ...]
    begins: tuple[int, ...]


def segments(text: str, stretches: Iterable[tuple[int, int, int]]) -> list[Segment]:
    """The whole text in segments; `stretches` are (from, to, key). What lies beyond the text is cut off."""
    inside = [(max(start, 0), min(end, len(text)), key) for start, end, key in stretches]
    inside = [one for one in inside if one[0] < one[1]]
    cuts = sorted({0, len(text), *(place for start, end, _key in inside for place in (start, end))})
    return [_segment(text, first, last, inside) for first, last in pairwise(cuts)]


def _segment(text: str, first: int, last: int, inside: Sequence[tuple[int, int, int]]) -> Segment:
    covering = tuple(key for start, end, key in inside if start <= first and last <= end)
    begins = tuple(key for start, _end, key in inside if start == first)
    return Segment(first, text[first:last], covering, begins)
