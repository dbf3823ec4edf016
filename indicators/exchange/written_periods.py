"""Periods as people write them in tables → DHIS2 ids, or the reason why not. Pure."""

import re
import unicodedata
from datetime import date

from indicators.exchange.files.cell_formats import day_of

DATE_FORMATS = ("", "ymd", "dmy", "mdy")
LENGTHS = ("day", "month", "quarter", "half", "year")
_MONTHS = (
    "janvier janv jan january",
    "fevrier fevr fev feb february",
    "mars mar march",
    "avril avr apr april",
    "mai may",
    "juin jun june",
    "juillet juil jul july",
    "aout aou aug august",
    "septembre sept sep september",
    "octobre oct october",
    "novembre nov november",
    "decembre dec december",
)
MONTHS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_NAMED = re.compile(r"([a-z]+)\.?[ /-]*([0-9]{4})|([0-9]{4})[ /-]*([a-z]+)\.?")
_PART = re.compile(r"(?:([tqs])(?:rim)?\.?[ /-]*([1-4])[ /-]*([0-9]{4})|([0-9]{4})[ /-]*([tqs])[ /-]*([1-4]))")
_NUMBERED = re.compile(r"(0?[1-9]|1[0-2])[/.-]([0-9]{4})|([0-9]{4})[/.-](0?[1-9]|1[0-2])")
_YEAR_FIRST = re.compile(r"([0-9]{4})[/.-]([0-9]{1,2})[/.-]([0-9]{1,2})(?:[T ].*)?", re.DOTALL)
_YEAR_LAST = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})(?: .*)?", re.DOTALL)
_SERIALS = (36_526, 73_050)
"""1 January 2000 to 31 December 2099: what a bare number may be as a date."""


class BadWritten(ValueError):
    """`args[0]` is the problem's code: `bad_period` or `ambiguous_date`."""


def named_period(text: str) -> str:
    """`janv. 2024`, `Jan 2024`, `2024-01`, `01/2024` → `202401`; `T1 2024`, `Q1 2024` → `2024Q1`; `S2 2024` → `2024S2`.

    Anything else comes back as it is: a DHIS2 id is one already, and what is none is refused where ids are read.
    """
    plain = unicodedata.normalize("NFKD", text.strip()).casefold()
    plain = " ".join("".join(char for char in plain if not unicodedata.combining(char)).split())
    if match := _PART.fullmatch(plain):
        sign, number, year = match[1] or match[5], match[2] or match[6], match[3] or match[4]
        if sign == "s" and number in "34":
            raise BadWritten("bad_period")
        return f"{year}{'S' if sign == 's' else 'Q'}{number}"
    if match := _NUMBERED.fullmatch(plain):
        return f"{match[2] or match[3]}{int(match[1] or match[4]):02d}"
    if match := _NAMED.fullmatch(plain):
        name = match[1] or match[4]
        if name in MONTHS:
            return f"{match[2] or match[3]}{MONTHS[name]:02d}"
    return text.strip()


def period_of_parts(year: str, month: str) -> str:
    """`2024` and `3`, `03`, `mars` or `March` → `202403`; without a month the year."""
    if not re.fullmatch(r"[0-9]{4}", year.strip()):
        raise BadWritten("bad_period")
    found = month_number(month) if month.strip() else ""
    return f"{year.strip()}{found:02d}" if found else year.strip()


def month_number(text: str) -> int:
    plain = unicodedata.normalize("NFKD", text.strip().rstrip(".")).casefold()
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    if re.fullmatch(r"0?[1-9]|1[0-2]", plain):
        return int(plain)
    if plain in MONTHS:
        return MONTHS[plain]
    raise BadWritten("bad_period")


def date_period(written: str | float | date, form: str, length: str, *, from_1904: bool = False) -> str:
    """The period of that length that holds the date; `03/04/2024` without a chosen form is `ambiguous_date`."""
    if isinstance(written, float):
        day = day_of(written, from_1904=from_1904) if _SERIALS[0] <= written < _SERIALS[1] else None
        if day is None:
            raise BadWritten("bad_period")
    else:
        day = written if isinstance(written, date) else written_date(written, form)
    return period_holding(day, length)


def period_holding(day: date, length: str) -> str:
    if length == "day":
        return f"{day:%Y%m%d}"
    if length == "month":
        return f"{day.year}{day.month:02d}"
    if length == "quarter":
        return f"{day.year}Q{(day.month + 2) // 3}"
    return f"{day.year}S{(day.month + 5) // 6}" if length == "half" else str(day.year)


def written_date(text: str, form: str) -> date:
    """The day; without a form only what can be read in one way."""
    text = text.strip()
    if match := _YEAR_FIRST.fullmatch(text):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    match = _YEAR_LAST.fullmatch(text)
    if not match or form == "ymd":
        raise BadWritten("bad_period")
    first, second, year = int(match[1]), int(match[2]), int(match[3])
    if not form:
        if first <= 12 and second <= 12 and first != second:
            raise BadWritten("ambiguous_date")
        form = "mdy" if second > 12 else "dmy"
    return _day(year, first, second) if form == "mdy" else _day(year, second, first)


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise BadWritten("bad_period") from error
