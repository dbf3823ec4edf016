"""What cannot be stored of a month of stock, said to who types it. What is merely odd is a flag (balance.py)."""

from datetime import date

from django.utils.translation import gettext as _

from indicators.periods import Period
from research.medexis.formulas.balance import Line

MOST = 9_999_999
"""Doses. No health centre holds ten million: a longer number is a slip of the finger."""
EARLIEST = 2000


def month_problem(period: Period, today: date) -> str:
    """A sentence where the month cannot be reported; empty where it can. The current month can."""
    if period.start > today:
        return _("This month has not begun yet.")
    return _("This is too long ago. Check the year.") if period.year < EARLIEST else ""


def received_on_problem(received_on: date, period: Period, today: date) -> str:
    """A sentence where a report of the month cannot have been received on that day; empty where it can."""
    if received_on > today:
        return _("The report cannot have been received on a day to come.")
    return _("The report cannot have been received before its month began.") if received_on < period.start else ""


def line_problems(line: Line, *, days: int) -> dict[str, str]:
    """A sentence by name of the field that is wrong. `days` is the length of the month."""
    found: dict[str, str] = {}
    for field in ("opening", "received", "issued", "lost", "closing", "days_out"):
        if (getattr(line, field) or 0) < 0:
            found[field] = _("A number below zero is possible for an adjustment only.")
    for field in ("opening", "received", "issued", "lost", "adjustment", "closing"):
        if abs(getattr(line, field) or 0) > MOST:
            found[field] = _("This number is too large.")
    if line.days_out is not None and line.days_out > days:
        found["days_out"] = _("The month has %(days)s days.") % {"days": days}
    return found
