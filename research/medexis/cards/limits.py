"""What cannot be stored on a stock card, said to who types it. What is merely odd is a question (questions.py)."""

from datetime import date

from django.utils.translation import gettext as _

from research.medexis.cards.balances import COUNT
from research.medexis.reports.limits import EARLIEST, MOST

LATEST_EXPIRY = 2100


def day_problem(day: date, today: date) -> str:
    """A sentence where nothing can have moved on that day; empty where it can."""
    if day > today:
        return _("This day is still to come.")
    return _("This is too long ago. Check the year.") if day.year < EARLIEST else ""


def quantity_problem(quantity: int, kind: str) -> str:
    """A sentence where the quantity is none of a line of that kind. Nothing can be counted, but nothing cannot move."""
    if quantity < 0:
        return _("Write the quantity without a sign: the reason says whether it came or went.")
    if quantity > MOST:
        return _("This number is too large.")
    return (
        _("A movement of 0 is none. For a physical count that found nothing choose that reason.")
        if (quantity == 0 and kind != COUNT)
        else ""
    )


def expiry_problem(expires_on: date) -> str:
    """A sentence where no lot can expire then. A lot that has expired is possible, and asked about."""
    return "" if EARLIEST <= expires_on.year <= LATEST_EXPIRY else _("Check the year of the expiry date.")
