"""The questions that a stock card raises. Pure: a line and its lot in, questions out. None of them refuses a line."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from research.medexis.cards.balances import CREDIT, DEBIT

USED = "issued"
UNUSABLE_VVM = 3
"""From this stage of the vaccine vial monitor on a vaccine must not be used (WHO)."""


class Flag(StrEnum):
    NEGATIVE = "negative"  # more went out than there was
    NEGATIVE_LOT = "negative_lot"  # more of this lot went out than there was
    EXPIRED_WHEN_RECEIVED = "expired_when_received"  # the lot's expiry date lies before the day it came
    EXPIRED_WHEN_USED = "expired_when_used"  # taken out for use after its expiry date
    VVM_WHEN_USED = "vvm_when_used"  # taken out for use though the monitor said no


class Checked(NamedTuple):
    """What the questions are asked of: a line that counts, with the balances after it."""

    day: date
    kind: str
    column: str
    balance: int
    lot_balance: int
    expires_on: date | None
    vvm: int | None


def flags(line: Checked) -> tuple[Flag, ...]:
    """The questions that the line raises, in the order of `Flag`.

    A balance below zero is asked of the lines that took stock, not of those that brought some without mending it. A lot
    may be received and used on its last day.
    """
    expired = line.expires_on is not None and line.expires_on < line.day
    used = line.kind == DEBIT and line.column == USED
    raised = {
        Flag.NEGATIVE: line.kind == DEBIT and line.balance < 0,
        Flag.NEGATIVE_LOT: line.kind == DEBIT and line.lot_balance < 0 <= line.balance,
        Flag.EXPIRED_WHEN_RECEIVED: expired and line.kind == CREDIT and line.column != USED,
        Flag.EXPIRED_WHEN_USED: expired and used,
        Flag.VVM_WHEN_USED: used and line.vvm is not None and line.vvm >= UNUSABLE_VVM,
    }
    return tuple(flag for flag, true in raised.items() if true)


class LotStock(NamedTuple):
    """What is left of a lot; `expires_on` None where nobody wrote it."""

    balance: int
    expires_on: date | None


def usable(lots: Iterable[LotStock], day: date) -> int:
    """The balance of all lots less what is left of those that expired before `day`. Without a date a lot counts.

    Below zero where more went out than there was: a lot that was used without being named is missing elsewhere.
    """
    found = list(lots)
    expired = (max(0, lot.balance) for lot in found if lot.expires_on is not None and lot.expires_on < day)
    return sum(lot.balance for lot in found) - sum(expired)
