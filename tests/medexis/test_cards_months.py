"""Balances of a card and what it implies for a month, each against a slow second computation day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.periods import Period
from research.medexis.cards.balances import COUNT, CREDIT, DEBIT, Movement, end_of_day, running
from research.medexis.cards.months import implied_month, implied_months, without_stock
from research.medexis.episodes.days import Episode
from research.medexis.formulas.balance import Line, expected_closing

JANUARY, FEBRUARY, MARCH = (Period.parse(f"20250{number}") for number in (1, 2, 3))
LOST = ("lost_expired", "lost_vvm", "lost_frozen", "lost_broken", "lost_missing", "lost_other")


def received(day: date, quantity: int, lot: int | None = None) -> Movement:
    return Movement(day, lot, CREDIT, quantity, "received", 0)


def issued(day: date, quantity: int, lot: int | None = None) -> Movement:
    return Movement(day, lot, DEBIT, quantity, "issued", 0)


def counted(day: date, quantity: int, lot: int | None = None) -> Movement:
    return Movement(day, lot, COUNT, quantity, "adjustment", 0)


def test_a_count_sets_its_own_lot_and_no_other() -> None:
    card = [
        received(date(2025, 1, 3), 100, lot=1),
        received(date(2025, 1, 3), 50, lot=2),
        issued(date(2025, 1, 8), 30, lot=1),
        counted(date(2025, 1, 31), 65, lot=1),
        counted(date(2025, 1, 31), 50, lot=2),
        counted(date(2025, 1, 31), 4),
    ]
    after = running(card)
    assert [one.balance for one in after] == [100, 150, 120, 115, 115, 119]
    assert [one.lot_balance for one in after] == [100, 50, 70, 65, 50, 4]
    assert [one.change for one in after] == [100, 50, -30, -5, 0, 4]


def test_a_balance_below_zero_is_kept() -> None:
    assert [one.balance for one in running([received(date(2025, 1, 1), 5), issued(date(2025, 1, 2), 8)])] == [5, -3]


def test_an_unknown_kind_is_no_movement() -> None:
    with pytest.raises(ValueError, match="balance_adjustment"):
        running([Movement(date(2025, 1, 1), None, "balance_adjustment", 1, "adjustment", 1)])


def test_a_month_worked_by_hand() -> None:
    """120 at the start of February; +80, −150, 6 expired, 2 broken; a count finds 3 more; out from 20 to 24."""
    card = [
        received(date(2025, 1, 10), 120),
        issued(date(2025, 2, 3), 112),
        Movement(date(2025, 2, 10), None, DEBIT, 6, "lost_expired", 1),
        Movement(date(2025, 2, 12), None, DEBIT, 2, "lost_broken", 2),
        received(date(2025, 2, 12), 38),
        issued(date(2025, 2, 20), 38),
        received(date(2025, 2, 25), 42),
        counted(date(2025, 2, 28), 45),
    ]
    line = implied_month(card, FEBRUARY)
    assert (line.opening, line.received, line.issued, line.adjustment, line.closing) == (120, 80, 150, 3, 45)
    assert (line.lost, line.lost_expired, line.lost_broken, line.lost_frozen) == (8, 6, 2, 0)
    assert line.days_out == 5
    assert line.administered is None
    assert expected_closing(line) == line.closing


def test_before_the_first_line_nothing_is_known() -> None:
    card = [counted(date(2025, 2, 10), 0), received(date(2025, 2, 20), 30)]
    assert implied_month(card, JANUARY) == Line()
    february = implied_month(card, FEBRUARY)
    assert (february.opening, february.closing, february.received, february.adjustment) == (None, 30, 30, 0)
    assert february.days_out is None, "what was there from 1 to 9 February nobody knows"
    assert without_stock(card, date(2025, 3, 31)) == [Episode(0, date(2025, 2, 10), date(2025, 2, 19))]


def test_what_a_card_begins_with_is_no_adjustment_and_a_later_count_is() -> None:
    first = date(2025, 2, 1)
    begins = [counted(first, 70, lot=1), counted(first, 20, lot=2), counted(first, 21, lot=2)]
    assert implied_month(begins, FEBRUARY).adjustment == 1, "the second count of the same lot corrects the first"
    later = [*begins, counted(date(2025, 2, 9), 5, lot=3)]
    assert implied_month(later, FEBRUARY).adjustment == 6
    assert implied_month(later, FEBRUARY).days_out == 0, "the card knows the month from its first day"


def test_a_whole_month_out_is_all_its_days() -> None:
    card = [received(date(2025, 1, 1), 10), issued(date(2025, 1, 20), 10), received(date(2025, 3, 4), 5)]
    months = implied_months(card, [JANUARY, FEBRUARY, MARCH])
    assert [months[month].days_out for month in (JANUARY, FEBRUARY, MARCH)] == [12, 28, 3]
    assert months[FEBRUARY] == Line(
        opening=0, received=0, issued=0, lost=0, adjustment=0, closing=0, days_out=28, **dict.fromkeys(LOST, 0)
    )


def test_a_product_that_came_back_before_the_evening_was_there() -> None:
    day = date(2025, 1, 20)
    card = [received(date(2025, 1, 1), 10), issued(day, 10), received(day, 4)]
    assert without_stock(card, date(2025, 1, 31)) == []


def test_what_goes_on_has_no_end_and_days_to_come_are_not_counted() -> None:
    card = [received(date(2025, 1, 1), 10), issued(date(2025, 2, 20), 12)]
    assert without_stock(card, date(2025, 2, 22), product=7) == [Episode(7, date(2025, 2, 20), None)]
    assert implied_month(card, FEBRUARY, until=date(2025, 2, 22)).days_out == 3
    assert implied_month(card, MARCH, until=date(2025, 2, 22)) == Line()
    assert without_stock(card, date(2025, 2, 19)) == []


def test_returns_lower_what_they_give_back() -> None:
    card = [
        received(date(2025, 1, 1), 100),
        issued(date(2025, 2, 1), 40),
        Movement(date(2025, 2, 2), None, CREDIT, 15, "issued", 3),
        Movement(date(2025, 2, 3), None, DEBIT, 20, "received", 4),
        Movement(date(2025, 2, 4), None, DEBIT, 5, "adjustment", 5),
    ]
    line = implied_month(card, FEBRUARY)
    assert (line.issued, line.received, line.adjustment, line.closing) == (25, -20, -5, 50)
    assert expected_closing(line) == 50


_STEPS = st.lists(
    st.tuples(
        st.integers(0, 20),
        st.sampled_from([None, 1, 2]),
        st.sampled_from(
            [(CREDIT, "received"), (DEBIT, "issued"), (DEBIT, "lost_vvm"), (COUNT, "adjustment"), (CREDIT, "issued")]
        ),
        st.integers(0, 30),
    ),
    min_size=1,
    max_size=25,
)


@given(_STEPS)
@settings(max_examples=150, deadline=None)
def test_against_a_slow_second_computation(steps: list[tuple[int, int | None, tuple[str, str], int]]) -> None:
    day, card = date(2025, 1, 1), list[Movement]()
    for wait, lot, (kind, column), quantity in steps:
        day += timedelta(days=wait)
        card.append(Movement(day, lot, kind, quantity, column, len(card)))

    def lots_at(last: date) -> dict[int | None, int]:
        """Every line up to that evening, replayed from nothing."""
        lots: dict[int | None, int] = {}
        for line in card:
            if line.day <= last:
                old = lots.get(line.lot, 0)
                lots[line.lot] = {CREDIT: old + line.quantity, DEBIT: old - line.quantity, COUNT: line.quantity}[
                    line.kind
                ]
        return lots

    until = day + timedelta(days=40)
    days = [card[0].day + timedelta(days=n) for n in range((until - card[0].day).days + 1)]
    empty = {one for one in days if sum(lots_at(one).values()) <= 0}
    assert end_of_day(card) == {one: sum(lots_at(one).values()) for one in {line.day for line in card}}
    told = set()
    for stretch in without_stock(card, until):
        last = stretch.end or until
        told |= {one for one in days if stretch.start <= one <= last}
    assert told == empty
    for month in (JANUARY, FEBRUARY, MARCH):
        line = implied_month(card, month, until)
        if line.is_blank:
            assert until < month.start or card[0].day > month.end
            continue
        within = [one for one in days if month.start <= one <= month.end]
        if card[0].day <= month.start:
            assert line.days_out == len([one for one in within if one in empty])
        assert line.closing == sum(lots_at(month.end).values())
        if card[0].day < month.start:
            assert line.opening == sum(lots_at(month.start - timedelta(days=1)).values())
            assert expected_closing(line) == line.closing
        else:
            assert line.opening is None
