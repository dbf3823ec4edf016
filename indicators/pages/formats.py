"""Numbers, percentages and periods as text in the reader's language. Missing is «—», and 0 is «0»."""

import math
from datetime import date
from functools import lru_cache

from babel.dates import format_date, format_interval, format_skeleton
from django.utils.formats import number_format
from django.utils.translation import get_language

from indicators.period_types import TYPES, Months
from indicators.periods import Frequency, Period

MISSING = "—"


def number_text(value: float | None, decimals: int | None = None) -> str:
    """`1 146` / `1,146`; at most one decimal unless `decimals` says how many. None and NaN give «—»."""
    if value is None or math.isnan(value):
        return MISSING
    if decimals is None:
        decimals = 0 if float(value).is_integer() else 1
    rounded = round(value, decimals) + 0.0  # + 0.0: a rounded -0.04 is 0, not -0
    return _written(rounded, decimals, _language())


@lru_cache(maxsize=10_000)
def _written(rounded: float, decimals: int, language: str) -> str:
    """In the reader's language, which is part of the call only to tell the texts kept apart."""
    return number_format(rounded, decimal_pos=decimals, use_l10n=True, force_grouping=True)


def percent_text(value: float | None, decimals: int = 1) -> str:
    """A percentage that is already times 100, as the field writes it: 82.7 → `82,7 %` / `82.7%`."""
    if value is None or math.isnan(value):
        return MISSING
    sign = "%" if _language() == "en" else "\N{NO-BREAK SPACE}%"
    return number_text(value, decimals) + sign


def signed_text(value: float | None, decimals: int = 1) -> str:
    """A change, with its sign: `+3,2`, `−1,0`, `0,0`. None gives «—»."""
    if value is None or math.isnan(value):
        return MISSING
    rounded = round(value, decimals) + 0.0
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return sign + number_text(abs(rounded), decimals)


def period_text(period: Period | int | str) -> str:
    """`T1 2024` / `Q1 2024`, `janv. 2024` / `Jan 2024`, `2024`, from a Period, its stored code or its DHIS2 id.

    Periods of other types are named by what they hold: `4–10 mars 2024`, `avr. 2024 – mars 2025`, `5 mars 2024`.
    Raises BadPeriod (a ValueError) where the text is no period.
    """
    if isinstance(period, str):
        period = Period.parse(period)
    elif isinstance(period, int):
        period = Period.from_code(period)
    return _named(period, _language())


@lru_cache(maxsize=10_000)
def _named(period: Period, language: str) -> str:
    if period.frequency is Frequency.YEAR:
        return str(period.year)
    if period.frequency in (Frequency.QUARTER, Frequency.MONTH):
        pattern = "QQQ y" if period.frequency is Frequency.QUARTER else "LLL y"
        return format_date(period.start, pattern, locale=language)
    skeleton = "yMMM" if isinstance(TYPES[period.frequency], Months) else "yMMMd"
    return format_interval(period.start, period.end, skeleton, locale=language)


def month_text(month: date | Period | int | str) -> str:
    """`janvier 2024` / `January 2024`, from a date or a month's Period, code or id."""
    if isinstance(month, str):
        month = Period.parse(month)
    elif isinstance(month, int):
        month = Period.from_code(month)
    day = month.start if isinstance(month, Period) else month
    return format_skeleton("yMMMM", day, locale=_language())


def _language() -> str:
    return "en" if (get_language() or "fr").startswith("en") else "fr"
