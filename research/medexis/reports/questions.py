"""The questions that a line raises, in words. What a flag means is said in balance.py."""

from django.utils.translation import gettext as _

from indicators.pages.formats import number_text
from research.medexis.formulas.balance import Flag, lost_by_reason
from research.medexis.reports.queries import CheckedLine


def question(flag: Flag, checked: CheckedLine) -> str:
    """One sentence for the person who reads or corrects the line; it names the numbers that do not fit."""
    line = checked.line
    numbers = {
        "closing": number_text(line.closing),
        "expected": number_text(checked.expected),
        "difference": number_text(abs(checked.difference or 0)),
        "opening": number_text(line.opening),
        "before": number_text(checked.closing_before),
    }
    if flag is Flag.IMBALANCE and (checked.difference or 0) < 0:
        return _("Stock on hand is %(closing)s, the movements lead to %(expected)s: %(difference)s missing.") % numbers
    if flag is Flag.IMBALANCE:
        return _("Stock on hand is %(closing)s, the movements lead to %(expected)s: %(difference)s too many.") % numbers
    if flag is Flag.MORE_OUT_THAN_IN:
        return _("More went out than there was: the movements lead to %(expected)s.") % numbers
    if flag is Flag.OPENING_DIFFERS:
        return _("Opening stock is %(opening)s, the month before closed with %(before)s.") % numbers
    if flag is Flag.ZERO_WITHOUT_DAYS_OUT:
        return _("Nothing is left, yet no day out of stock is given. Did it run out on the last day?")
    if flag is Flag.IMPOSSIBLE_DAYS:
        return _("%(days)s days out of stock are more than the month has. The number is kept, and counted nowhere.") % {
            "days": number_text(line.days_out)
        }
    if flag is Flag.OUT_YET_USED:
        return _("Out of stock all month, and yet %(used)s used.") % {"used": number_text(line.issued)}
    if flag is Flag.LOSS_REASONS_DIFFER:
        words = {"lost": number_text(line.lost), "told": number_text(lost_by_reason(line))}
        return _("The reasons add up to %(told)s, lost in all: %(lost)s.") % words
    if flag is Flag.MORE_GIVEN_THAN_USED:
        words = {"given": number_text(line.administered), "used": number_text(line.issued)}
        return _("%(given)s doses administered of %(used)s used: impossible.") % words
    return _("Some fields are blank, so the balance cannot be checked. Blank is kept as unknown, not as 0.")
