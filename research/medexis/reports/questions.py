"""The questions that a line raises, in words. What a flag means is said in balance.py."""

from django.utils.translation import gettext as _

from indicators.pages.formats import number_text
from research.medexis.formulas.balance import Flag, lost_by_reason
from research.medexis.reports.queries import CheckedLine

MISSING = "imbalance_missing"


def sentences() -> dict[str, str]:
    """The sentence of each flag, in the reader's language, with the names of its numbers; `MISSING`: an imbalance of
    less than there should be. The page that checks while somebody types says the same."""
    return {
        MISSING: _("Stock on hand is %(closing)s, the movements lead to %(expected)s: %(difference)s missing."),
        Flag.IMBALANCE: _("Stock on hand is %(closing)s, the movements lead to %(expected)s: %(difference)s too many."),
        Flag.MORE_OUT_THAN_IN: _("More went out than there was: the movements lead to %(expected)s."),
        Flag.USED_MORE_THAN_THERE_WAS: _(
            "%(used)s used, yet opening stock and what came in make %(there)s. Was something left out?"
        ),
        Flag.OPENING_DIFFERS: _("Opening stock is %(opening)s, the month before closed with %(before)s."),
        Flag.ZERO_WITHOUT_DAYS_OUT: _(
            "Nothing is left, yet no day out of stock is given. Did it run out on the last day?"
        ),
        Flag.IMPOSSIBLE_DAYS: _("%(days)s days out of stock are more than the month has."),
        Flag.OUT_YET_USED: _("Out of stock all month, and yet %(used)s used."),
        Flag.LOSS_REASONS_DIFFER: _("The reasons add up to %(told)s, lost in all: %(lost)s."),
        Flag.MORE_GIVEN_THAN_USED: _("%(given)s doses administered of %(used)s used: impossible."),
        Flag.INCOMPLETE: _(
            "Some fields are blank, so the balance cannot be checked. Blank is kept as unknown, not as 0."
        ),
    }


def question(flag: Flag, checked: CheckedLine) -> str:
    """One sentence for the person who reads or corrects the line; it names the numbers that do not fit."""
    line = checked.line
    there = (line.opening or 0) + (line.received or 0) + max(line.adjustment or 0, 0)
    numbers = {
        "closing": line.closing,
        "expected": checked.expected,
        "difference": abs(checked.difference or 0),
        "opening": line.opening,
        "before": checked.closing_before,
        "days": line.days_out,
        "used": line.issued,
        "there": there,
        "lost": line.lost,
        "told": lost_by_reason(line),
        "given": line.administered,
    }
    missing = flag is Flag.IMBALANCE and (checked.difference or 0) < 0
    return sentences()[MISSING if missing else flag] % {name: number_text(value) for name, value in numbers.items()}
