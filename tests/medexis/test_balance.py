"""The balance of a line, computed a second time by walking through its movements."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from research.medexis.formulas.balance import (
    LOSS_REASONS,
    Flag,
    Line,
    difference,
    expected_closing,
    flags,
    lost_by_reason,
)

doses = st.none() | st.integers(0, 500)
lines = st.builds(
    Line,
    **dict.fromkeys(("opening", "received", "issued", "administered", "lost", *LOSS_REASONS, "closing"), doses),
    adjustment=st.none() | st.integers(-50, 50),
    days_out=st.none() | st.integers(0, 31),
)
FULL = Line(opening=10, received=15, issued=10, lost=9, adjustment=0, closing=6, days_out=0)


def walk(line: Line) -> int | None:
    """Takes each dose in and out of an imaginary fridge; gives up at the first blank."""
    fridge = 0
    for amount, step in [
        (line.opening, 1), (line.received, 1), (line.issued, -1), (line.lost, -1), (line.adjustment, 1)
    ]:  # fmt: skip
        if amount is None:
            return None
        for _dose in range(abs(amount)):
            fridge += step if amount > 0 else -step
    return fridge


@given(lines)
def test_expected_closing_is_where_the_movements_lead(line: Line) -> None:
    assert expected_closing(line) == walk(line)


@given(lines)
def test_the_difference_is_unknown_as_soon_as_one_of_six_fields_is_blank(line: Line) -> None:
    six = (line.opening, line.received, line.issued, line.lost, line.adjustment, line.closing)
    assert (difference(line) is None) == (None in six)
    assert (Flag.IMBALANCE in flags(line)) == (difference(line) not in (None, 0))


def test_a_line_that_balances_raises_no_question() -> None:
    assert difference(FULL) == 0
    assert flags(FULL, closing_before=10) == ()


def test_missing_stock_is_a_negative_difference_and_stays_as_typed() -> None:
    line = Line(opening=10, received=15, issued=10, lost=9, adjustment=0, closing=2, days_out=1)
    assert difference(line) == -4
    assert flags(line) == (Flag.IMBALANCE,)


def test_blank_is_not_zero() -> None:
    blank = Line(opening=10, received=0, issued=0, lost=0)
    assert expected_closing(blank) is None
    assert Flag.INCOMPLETE in flags(replace(blank, closing=10))
    assert flags(Line()) == ()
    assert Line(opening=0).is_blank is False


def test_more_out_than_in_is_a_question_not_a_clamp() -> None:
    line = Line(opening=5, received=0, issued=8, lost=0, adjustment=0, closing=0, days_out=3)
    assert expected_closing(line) == -3
    assert Flag.MORE_OUT_THAN_IN in flags(line)


@given(lines)
def test_more_used_than_there_was_never_escapes(line: Line) -> None:
    raised = {Flag.MORE_OUT_THAN_IN, Flag.USED_MORE_THAN_THERE_WAS} & set(flags(line))
    if None not in (line.opening, line.received, line.issued):
        there = line.opening + line.received + max(line.adjustment or 0, 0)  # type: ignore[operator]
        assert bool(raised) or line.issued <= there  # type: ignore[operator]
    assert len(raised) < 2


def test_more_used_than_there_was_is_asked_about_where_a_blank_hides_the_balance() -> None:
    asked = Flag.USED_MORE_THAN_THERE_WAS
    assert asked in flags(Line(opening=5, received=2, issued=8))
    assert asked not in flags(Line(opening=5, received=2, issued=7))
    assert asked not in flags(Line(opening=5, received=2, issued=8, adjustment=1))
    assert asked not in flags(Line(opening=5, issued=8))


def test_opening_is_compared_with_a_known_closing_only() -> None:
    assert Flag.OPENING_DIFFERS in flags(FULL, closing_before=11)
    assert Flag.OPENING_DIFFERS not in flags(FULL, closing_before=None)
    assert Flag.OPENING_DIFFERS in flags(Line(opening=0), closing_before=11)
    assert Flag.OPENING_DIFFERS not in flags(Line(received=5), closing_before=11)


def test_nothing_left_without_a_day_out_is_asked_about() -> None:
    assert Flag.ZERO_WITHOUT_DAYS_OUT in flags(Line(closing=0, days_out=0))
    assert Flag.ZERO_WITHOUT_DAYS_OUT not in flags(Line(closing=0, days_out=None))
    assert Flag.ZERO_WITHOUT_DAYS_OUT not in flags(Line(closing=0, days_out=4))


def test_more_days_than_the_month_has_are_asked_about() -> None:
    assert Flag.IMPOSSIBLE_DAYS in flags(Line(days_out=300), days=30)
    assert Flag.IMPOSSIBLE_DAYS not in flags(Line(days_out=30), days=30)
    assert Flag.IMPOSSIBLE_DAYS not in flags(Line(days_out=300))
    assert Flag.OUT_YET_USED in flags(Line(days_out=30, issued=4), days=30)
    assert Flag.OUT_YET_USED not in flags(Line(days_out=30, issued=0), days=30)


def test_reasons_may_tell_a_part_of_what_was_lost_but_not_more() -> None:
    zeros = dict.fromkeys(LOSS_REASONS, 0)
    assert Flag.LOSS_REASONS_DIFFER not in flags(Line(lost=5, lost_broken=2))
    assert Flag.LOSS_REASONS_DIFFER in flags(Line(lost=5, lost_broken=6))
    assert Flag.LOSS_REASONS_DIFFER in flags(Line(lost=5, **zeros | {"lost_broken": 2}))
    assert Flag.LOSS_REASONS_DIFFER not in flags(Line(lost=2, **zeros | {"lost_broken": 2}))
    assert (lost_by_reason(Line(lost=5)), lost_by_reason(Line(lost_vvm=1, lost_other=2))) == (None, 3)


def test_more_given_than_used_is_impossible() -> None:
    assert Flag.MORE_GIVEN_THAN_USED in flags(Line(issued=10, administered=11))
    assert Flag.MORE_GIVEN_THAN_USED not in flags(Line(issued=10, administered=10))
    assert Flag.MORE_GIVEN_THAN_USED not in flags(Line(administered=10))
