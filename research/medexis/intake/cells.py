"""What the cells of a table of stock say: numbers, months, days. Pure; None where a cell cannot be read."""

import re
from datetime import date, datetime

from indicators.periods import BadPeriod, Frequency, Period


def number_of(text: str) -> int | None:
    """A whole number in digits, with a sign where it has one."""
    return int(text) if re.fullmatch(r"[+\-\u2212]?[0-9]{1,12}", text) and text.isascii() else None


def month_of(text: str, year: str = "") -> Period | None:
    """`202509`, `2025-09`, `09/2025`, the month's first day as a date; with a year, the number of the month."""
    for pattern in (r"(?P<year>\d{4})-?(?P<month>\d{2})(-01)?", r"(01/)?(?P<month>\d{1,2})/(?P<year>\d{4})"):
        if not year and text.isascii() and (found := re.fullmatch(pattern, text)):
            return _month(found["year"], found["month"])
    return _month(year, text) if year else None


def day_of(text: str) -> date | None:
    for shape in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    return None


def _month(year: str, month: str) -> Period | None:
    if not (re.fullmatch(r"[0-9]{4}", year) and re.fullmatch(r"[0-9]{1,2}", month)):
        return None
    try:
        return Period(Frequency.MONTH, int(year), int(month))
    except BadPeriod:
        return None
