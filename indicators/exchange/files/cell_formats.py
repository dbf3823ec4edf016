"""Which number formats of a workbook show dates, and what a serial number means as one. Pure."""

import re
from datetime import date, timedelta

_BUILT_IN_DATES = frozenset((14, 15, 16, 17, 22, *range(27, 37), *range(50, 59)))
# What a format writes as it stands, and conditions, colours and languages in brackets.
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_EPOCH_1900, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
_LAST_SERIAL = 2_958_465  # 31 December 9999


def shows_date(format_id: int, code: str | None) -> bool:
    """True where the format shows a day, a month or a year; `code` is None for a built-in format."""
    if code is None:
        return format_id in _BUILT_IN_DATES
    letters = set(_LITERAL.sub("", code.split(";")[0]).casefold().replace("general", ""))
    return bool(letters & set("dy")) or ("m" in letters and not letters & set("hs"))


def shows_percent(format_id: int, code: str | None) -> bool:
    """True where a cell shows a hundred times the number that it holds."""
    return format_id in (9, 10) if code is None else "%" in _LITERAL.sub("", code)


def day_of(serial: float, *, from_1904: bool = False) -> date | None:
    """The day of a serial number; None before 1 March 1900, where Excel counts a day that never was, and after 9999."""
    first = _EPOCH_1904 if from_1904 else _EPOCH_1900
    if not (0 if from_1904 else 61) <= serial <= _LAST_SERIAL - (1_462 if from_1904 else 0):
        return None
    return first + timedelta(days=int(serial))
