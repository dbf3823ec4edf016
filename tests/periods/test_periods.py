from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.periods import MONTHS_IN, BadPeriod, Frequency, Period, between

PERIODS = st.builds(
    lambda frequency, year, number: Period(frequency, year, number % (12 // MONTHS_IN[frequency]) + 1),
    st.sampled_from(list(MONTHS_IN)),
    st.integers(1901, 2099),
    st.integers(0, 11),
)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("202501", date(2025, 1, 1), date(2025, 1, 31)),
        ("202402", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024Q4", date(2024, 10, 1), date(2024, 12, 31)),
        ("2023", date(2023, 1, 1), date(2023, 12, 31)),
    ],
)
def test_an_id_means_these_days(text: str, start: date, end: date) -> None:
    period = Period.parse(text)
    assert (period.start, period.end, period.id) == (start, end, text)
    assert period.days == (end - start).days + 1


@pytest.mark.parametrize(
    "text",
    ["", "202413", "202400", "2024Q5", "2024Q0", "24", "2024-02", "٢٠٢٤", "202401 ", "1899", "2024W54", "2024B"],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(BadPeriod):
        Period.parse(text)


@given(PERIODS)
def test_id_and_code_lead_back_to_the_period(period: Period) -> None:
    assert Period.parse(period.id) == period
    assert Period.from_code(period.code) == period
    assert period.code < 2**31


@given(PERIODS)
def test_periods_follow_each_other_without_gap_or_overlap(period: Period) -> None:
    assert period.next().start == period.end + timedelta(days=1)
    assert period.next().shift(-1) == period


@given(PERIODS, PERIODS)
def test_codes_of_one_frequency_sort_by_time(one: Period, other: Period) -> None:
    if one.frequency is other.frequency:
        assert (one.code < other.code) == (one.start < other.start)


@given(PERIODS)
def test_the_months_of_a_period_fill_it_and_nest_back(period: Period) -> None:
    months = period.months()
    assert (months[0].start, months[-1].end) == (period.start, period.end)
    assert {month.within(period.frequency) for month in months} == {period}


def test_a_year_does_not_fit_into_a_month() -> None:
    with pytest.raises(BadPeriod):
        Period.parse("2024").within(Frequency.MONTH)


def test_between_includes_both_ends() -> None:
    ids = [p.id for p in between(Period.parse("2023Q4"), Period.parse("2024Q2"))]
    assert ids == ["2023Q4", "2024Q1", "2024Q2"]
    assert list(between(Period.parse("2024Q2"), Period.parse("2023Q4"))) == []
