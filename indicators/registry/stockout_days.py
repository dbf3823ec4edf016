"""Days out of stock, counted from dated stock-outs by the three rules in use. Pure.

The same stock-out, the whole of February 2025, is 28 days, 30 days or 0:

- `calendar`: each day without stock counts once.
- `thirty_360`: every month has 30 days (US 30/360); the whole period out is 30 × its months, and never more than that.
  As OpenLMIS counts.
- `whole_period_is_zero`: as `calendar`, but 0 where there was no stock on any day, as Open mSupply's requisitions give
  it. A site that had nothing all month then looks like one that never ran out.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from indicators.periods import MONTHS_IN, Period

DAYS_IN_MONTH = 30


class Rule(StrEnum):
    CALENDAR = "calendar"
    THIRTY_360 = "thirty_360"
    WHOLE_PERIOD_IS_ZERO = "whole_period_is_zero"


class Stockout(NamedTuple):
    """From the first day without stock up to, not including, the day it came back; None: it has not come back."""

    start: date
    back: date | None = None


def days_out(stockouts: Iterable[Stockout], period: Period, rule: Rule) -> int:
    """Days of the period without stock. What lies outside the period is cut off; overlapping stock-outs count once.

    No stock-out gives 0: whether the site kept a stock card at all is for the caller to know.
    """
    inside = _inside(stockouts, period)
    calendar = sum((back - start).days for start, back in inside)
    whole = calendar == period.days
    match rule:
        case Rule.THIRTY_360:
            most = DAYS_IN_MONTH * MONTHS_IN[period.frequency]
            return most if whole else min(most, sum(_days_360(start, back) for start, back in inside))
        case Rule.WHOLE_PERIOD_IS_ZERO if whole:
            return 0
    return calendar


def _inside(stockouts: Iterable[Stockout], period: Period) -> list[tuple[date, date]]:
    """The stock-outs cut to the period and joined where they touch, in order of time."""
    after = period.end + timedelta(days=1)
    cut = sorted((max(start, period.start), min(back or after, after)) for start, back in stockouts)
    joined: list[tuple[date, date]] = []
    for start, back in cut:
        if start >= back:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], back))
        else:
            joined.append((start, back))
    return joined


def _days_360(start: date, end: date) -> int:
    """Days between by the US 30/360 rule: the 31st, and the end of February as a start, count as the 30th."""
    first, last = start.day, end.day
    if _ends_february(start):
        last = 30 if _ends_february(end) else last
        first = 30
    if last == 31 and first >= 30:
        last = 30
    first = min(first, 30)
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first


def _ends_february(day: date) -> bool:
    return day.month == 2 and (day + timedelta(days=1)).month == 3
