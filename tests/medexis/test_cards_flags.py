"""The questions that a stock card raises, what is usable of it, and how it is set beside the report."""

from datetime import date
from typing import Any

import pytest

from research.medexis.cards.balances import COUNT, CREDIT, DEBIT
from research.medexis.cards.comparison import Compared, compare
from research.medexis.cards.flags import Checked, Flag, LotStock, flags, usable
from research.medexis.formulas.balance import Line

DAY = date(2025, 9, 10)


def raised(kind: str = DEBIT, column: str = "issued", **fields: Any) -> set[Flag]:
    defaults: dict[str, Any] = {"balance": 10, "lot_balance": 10, "expires_on": None, "vvm": None}
    return set(flags(Checked(DAY, kind, column, **defaults | fields)))


def test_a_line_in_order_raises_nothing() -> None:
    assert raised() == raised(expires_on=DAY, vvm=2) == raised(CREDIT, "received", expires_on=DAY) == set()


def test_more_out_than_there_was_is_asked_of_the_line_that_took_it() -> None:
    assert raised(balance=-1, lot_balance=-1) == {Flag.NEGATIVE}
    assert raised(balance=5, lot_balance=-1) == {Flag.NEGATIVE_LOT}
    assert raised(balance=0, lot_balance=0) == set()
    assert raised(CREDIT, "received", balance=-20) == raised(COUNT, "adjustment", balance=-20) == set()


def test_an_expiry_date_before_the_day() -> None:
    past = date(2025, 9, 9)
    assert raised(CREDIT, "received", expires_on=past) == {Flag.EXPIRED_WHEN_RECEIVED}
    assert raised(CREDIT, "adjustment", expires_on=past) == {Flag.EXPIRED_WHEN_RECEIVED}
    assert raised(expires_on=past) == {Flag.EXPIRED_WHEN_USED}
    assert raised(DEBIT, "lost_expired", expires_on=past) == set(), "that is what becomes of it"
    assert raised(CREDIT, "issued", expires_on=past) == set(), "back from a session, not received"


def test_the_vial_monitor_says_no() -> None:
    assert raised(vvm=3) == raised(vvm=4) == {Flag.VVM_WHEN_USED}
    assert raised(DEBIT, "lost_vvm", vvm=4) == raised(CREDIT, "received", vvm=3) == set()


def test_usable_is_what_has_not_expired() -> None:
    lots = [LotStock(50, date(2025, 9, 9)), LotStock(30, DAY), LotStock(20, None)]
    assert usable(lots, DAY) == 50
    assert usable([*lots, LotStock(-45, None)], DAY) == 5, "used without naming the lot"
    assert usable([LotStock(-3, date(2025, 1, 1))], DAY) == -3
    assert usable([], DAY) == 0


def test_card_and_report_are_set_side_by_side() -> None:
    card = Line(opening=10, received=5, closing=None)
    reported = Line(opening=12, received=5, closing=3)
    assert compare(card, reported, ("opening", "received", "closing", "lost")) == [
        Compared("opening", 10, 12, 2),
        Compared("received", 5, 5, 0),
        Compared("closing", None, 3, None),
        Compared("lost", None, None, None),
    ]
    with pytest.raises(ValueError, match="demand"):
        compare(card, reported, ("demand",))
