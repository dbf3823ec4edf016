"""Balances of a stock card. Pure: the card's lines in their order in, the balance after each of them out.

    credit   balance and lot balance grow by the quantity
    debit    both fall by it
    count    the lot's balance becomes the quantity counted; the balance moves by the difference

Doses for vaccines, pieces for everything else. Lines without a lot are a lot of their own. A balance may fall below
zero: then the card lacks a line or has a wrong one. It is kept and asked about, never repaired. Arithmetic as on the
stock cards of OpenLMIS (types CREDIT, DEBIT and BALANCE_ADJUSTMENT; an inventory line sets the stock).
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

CREDIT, DEBIT, COUNT = "credit", "debit", "count"


class Movement(NamedTuple):
    """A line that counts. `lot` is any key of the lot, None without one; `column` is the column of the monthly report
    that it enters; `quantity` (0 or more) is what moved or, of a count, what was counted in the lot; `key` names it.
    """

    day: date
    lot: int | None
    kind: str
    quantity: int
    column: str
    key: int


class Balance(NamedTuple):
    """After the line `key`: stock of all lots, stock of its own lot, and by how much the line moved either."""

    key: int
    balance: int
    lot_balance: int
    change: int


def running(movements: Iterable[Movement]) -> list[Balance]:
    """The balance after each line, in the order given, which must be the card's. Before the first line every lot is 0.

    ValueError where a movement is of no kind named above.
    """
    total, lots = 0, dict[int | None, int]()
    found = []
    for line in movements:
        before = lots.get(line.lot, 0)
        if line.kind == COUNT:
            change = line.quantity - before
        elif line.kind in (CREDIT, DEBIT):
            change = line.quantity if line.kind == CREDIT else -line.quantity
        else:
            raise ValueError(f"unknown kind of movement: {line.kind!r}")
        total, lots[line.lot] = total + change, before + change
        found.append(Balance(line.key, total, lots[line.lot], change))
    return found


def end_of_day(movements: Iterable[Movement]) -> dict[date, int]:
    """Balance at the end of each day that has a line, in the order of the days. Days between keep the last one."""
    lines = list(movements)
    return {line.day: after.balance for line, after in zip(lines, running(lines), strict=True)}
