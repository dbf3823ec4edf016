"""Numbers as DHIS2 writes them, and nothing else. Pure."""

import re

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_INTEGER = re.compile(r"-?[0-9]+")
_LARGEST_INTEGER = 2**31 - 1
_LARGEST = 1e15
"""Past this a double no longer holds every whole number."""
_RANGES: dict[str, tuple[float, float]] = {
    "NUMBER": (-_LARGEST, _LARGEST),
    "INTEGER": (-_LARGEST_INTEGER - 1, _LARGEST_INTEGER),
    "INTEGER_POSITIVE": (1, _LARGEST_INTEGER),
    "INTEGER_NEGATIVE": (-_LARGEST_INTEGER - 1, -1),
    "INTEGER_ZERO_OR_POSITIVE": (0, _LARGEST_INTEGER),
    "PERCENTAGE": (0, 100),
    "UNIT_INTERVAL": (0, 1),
}
NUMERIC_TYPES = frozenset(_RANGES)


class BadNumber(ValueError):
    """`args[0]` is the problem's code."""


def parse_number(text: str, value_type: str, *, count: bool = False) -> float:
    """The number; BadNumber with `not_a_number`, `not_integer`, `negative` or `out_of_range` where it is none.

    ASCII digits, a leading minus, a decimal point: no `+7`, `1_000`, `1 000`, `1,5`, `.5`, `1e5`, `0x10`, `٣`. Leading
    zeros pass, `017` is 17: DHIS2 refuses them today, yet its exports hold some from before. `12.0` is a NUMBER, not an
    INTEGER. `count` refuses what is below zero: doses, visits and days cannot be.
    """
    if len(text) > 40 or not _NUMBER.fullmatch(text):
        raise BadNumber("not_a_number")
    if value_type.startswith("INTEGER") and not _INTEGER.fullmatch(text):
        raise BadNumber("not_integer")
    value = float(text)
    low, high = _RANGES[value_type]
    if value < 0 and (count or low >= 0):
        raise BadNumber("negative")
    if not low <= value <= high:
        raise BadNumber("out_of_range")
    return value + 0.0  # −0 becomes 0
