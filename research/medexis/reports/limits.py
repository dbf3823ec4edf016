"""What cannot be stored of a month of stock, said to who types it. What is merely odd is a flag (balance.py)."""

from datetime import date

from django.utils.translation import gettext as _

from indicators.periods import Period
from research.medexis.formulas.balance import Line

MOST = 9_999_999
"""Doses. No health centre holds ten million: a longer number is a slip of the finger."""
MOST_DAYS = 999
"""Days out of stock that a file may claim of a month: impossible ones are kept and flagged, a date or a sum is none."""
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


def most_days_problem(days: int | None) -> str:
    """A sentence where a file's days out of stock are no days at all; empty where they can be kept."""
    return _("This number is too large.") if days is not None and days > MOST_DAYS else ""


def line_problems(line: Line, *, days: int, stored: Line | None = None) -> dict[str, str]:
    """A sentence by name of the field that is wrong. `days` is the length of the month.

    Days out of stock beyond it are not taken from a keyboard; where they stand on record already (`stored`, from a
    file), they may stay, so that the rest of the line can be corrected.
    """
    found: dict[str, str] = {}
    for field in line.__slots__:
        number = getattr(line, field)
        if field != "adjustment" and (number or 0) < 0:
            found[field] = _("A number below zero is possible for an adjustment only.")
        elif field != "days_out" and abs(number or 0) > MOST:
            found[field] = _("This number is too large.")
    on_record = stored is not None and stored.days_out == line.days_out
    if line.days_out is not None and line.days_out > days and not on_record:
        found["days_out"] = _("The month has %(days)s days.") % {"days": days}
    return found
