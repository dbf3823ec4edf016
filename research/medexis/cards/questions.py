"""The questions that a stock card raises, in words. What a flag means is said in flags.py."""

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from indicators.pages.formats import number_text
from research.medexis.cards.flags import Checked, Flag, flags
from research.medexis.models import CardLine


def checked(line: CardLine) -> Checked:
    return Checked(
        line.occurred_on,
        line.reason.kind,
        line.reason.column,
        line.balance,
        line.lot_balance,
        line.lot.expires_on if line.lot else None,
        line.vvm,
    )


def questions(line: CardLine) -> list[str]:
    """A sentence for each question that the line raises; none for a cancelled one. Lot and reason must be at hand."""
    if line.cancelled_because:
        return []
    words: dict[str, Any] = {
        "balance": number_text(line.balance),
        "lot_balance": number_text(line.lot_balance),
        "lot": line.lot.code if line.lot else _("without a lot"),
        "expired": date_format(line.lot.expires_on) if line.lot and line.lot.expires_on else "",
        "vvm": line.vvm,
    }
    sentences = {
        Flag.NEGATIVE: _("More went out than there was: the balance is %(balance)s. A line is missing or wrong."),
        Flag.NEGATIVE_LOT: _("More of this lot went out than there was: %(lot_balance)s are left of %(lot)s."),
        Flag.EXPIRED_WHEN_RECEIVED: _("The lot came after its expiry date, %(expired)s. Check date and lot."),
        Flag.EXPIRED_WHEN_USED: _("The lot was taken out for use after its expiry date, %(expired)s."),
        Flag.VVM_WHEN_USED: _("Taken out for use with the vaccine vial monitor at stage %(vvm)s."),
    }
    return [sentences[flag] % words for flag in flags(checked(line))]
