"""The same stock-outs by three rules: worked numbers, and a count day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.periods import Frequency, Period
from indicators.registry.stockout_days import Rule, Stockout, days_out


def out(start: str, back: str = "") -> Stockout:
    return Stockout(date.fromisoformat(start), date.fromisoformat(back) if back else None)


@pytest.mark.parametrize(
    ("stockouts", "period", "calendar", "thirty_360", "whole_is_zero"),
    [
        ([], "202502", 0, 0, 0),
        ([out("2025-02-01", "2025-03-01")], "202502", 28, 30, 0),
        ([out("2025-01-01", "2025-02-01")], "202501", 31, 30, 0),
        ([out("2024-12-15")], "202501", 31, 30, 0),
        ([out("2025-01-02", "2025-01-12")], "202501", 10, 10, 10),
        ([out("2025-01-02", "2025-02-01")], "202501", 30, 29, 30),
        ([out("2025-02-01", "2025-03-01")], "2025Q1", 28, 30, 28),
        ([out("2025-01-31", "2025-03-01")], "2025Q1", 29, 31, 29),
        ([out("2025-02-28", "2025-03-31")], "2025Q1", 31, 30, 31),
        ([out("2025-01-01")], "2025", 365, 360, 0),
        ([out("2025-01-05", "2025-01-10"), out("2025-01-08", "2025-01-12")], "202501", 7, 7, 7),
        ([out("2025-03-01", "2025-03-05")], "202502", 0, 0, 0),
        ([out("2025-01-10", "2025-01-10"), out("2025-01-12", "2025-01-11")], "202501", 0, 0, 0),
    ],
)
def test_three_rules_by_hand(
    stockouts: list[Stockout], period: str, calendar: int, thirty_360: int, whole_is_zero: int
) -> None:
    wanted = {Rule.CALENDAR: calendar, Rule.THIRTY_360: thirty_360, Rule.WHOLE_PERIOD_IS_ZERO: whole_is_zero}
    assert {rule: days_out(stockouts, Period.parse(period), rule) for rule in Rule} == wanted


DAYS = st.dates(date(2023, 11, 1), date(2025, 2, 28))


@given(
    st.lists(st.builds(Stockout, DAYS, st.none() | DAYS), max_size=4),
    st.sampled_from([Period(Frequency.MONTH, 2024, 2), Period(Frequency.QUARTER, 2024, 1), Period.parse("2024")]),
)
def test_calendar_days_are_those_counted_one_by_one(stockouts: list[Stockout], period: Period) -> None:
    days = [period.start + timedelta(days=step) for step in range(period.days)]
    slow = sum(any(it.start <= day and (it.back is None or day < it.back) for it in stockouts) for day in days)
    assert days_out(stockouts, period, Rule.CALENDAR) == slow
    assert days_out(stockouts, period, Rule.WHOLE_PERIOD_IS_ZERO) == (0 if slow == period.days else slow)
    assert 0 <= days_out(stockouts, period, Rule.THIRTY_360) <= 30 * len(period.months())
