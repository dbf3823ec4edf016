"""All DHIS2 period types, against DHIS2's own examples and a second way of counting."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.period_types import TYPES, Weeks
from indicators.periods import EVERY_MONTH, FIRST_YEAR, LAST_YEAR, MONTHS_IN, BadPeriod, Frequency, Period

DAYS = st.dates(date(1901, 1, 1), date(2099, 12, 31))
PERIODS = st.builds(Period.holding, DAYS, st.sampled_from(Frequency))
WEEKS = {Frequency.WEEK: 0, Frequency.WEEK_WEDNESDAY: 2, Frequency.WEEK_THURSDAY: 3, Frequency.WEEK_SATURDAY: 5}
WEEKS[Frequency.WEEK_SUNDAY] = 6
OVERLAP = [Frequency.TWO_WEEKS]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("20040315", "2004-03-15", "2004-03-15"),
        ("20040229", "2004-02-29", "2004-02-29"),
        ("2004W1", "2003-12-29", "2004-01-04"),
        ("2004W10", "2004-03-01", "2004-03-07"),
        ("2004W53", "2004-12-27", "2005-01-02"),
        ("2004WedW10", "2004-03-03", "2004-03-09"),
        ("2004ThuW10", "2004-03-04", "2004-03-10"),
        ("2004SatW10", "2004-03-06", "2004-03-12"),
        ("2004SunW10", "2004-03-07", "2004-03-13"),
        ("2004BiW1", "2003-12-29", "2004-01-11"),
        ("2004BiW27", "2004-12-27", "2005-01-09"),
        ("200403", "2004-03-01", "2004-03-31"),
        ("200401B", "2004-01-01", "2004-02-29"),
        ("200406B", "2004-11-01", "2004-12-31"),
        ("2004Q1", "2004-01-01", "2004-03-31"),
        ("2004NovQ1", "2003-11-01", "2004-01-31"),
        ("2004NovQ4", "2004-08-01", "2004-10-31"),
        ("2004S1", "2004-01-01", "2004-06-30"),
        ("2004S2", "2004-07-01", "2004-12-31"),
        ("2004AprilS1", "2004-04-01", "2004-09-30"),
        ("2004AprilS2", "2004-10-01", "2005-03-31"),
        ("2004NovS1", "2003-11-01", "2004-04-30"),
        ("2004NovS2", "2004-05-01", "2004-10-31"),
        ("2004", "2004-01-01", "2004-12-31"),
        ("2004April", "2004-04-01", "2005-03-31"),
        ("2004July", "2004-07-01", "2005-06-30"),
        ("2004Sep", "2004-09-01", "2005-08-31"),
        ("2004Oct", "2004-10-01", "2005-09-30"),
        ("2004Nov", "2003-11-01", "2004-10-31"),
    ],
)
def test_an_id_means_these_days(text: str, start: str, end: str) -> None:
    period = Period.parse(text)
    assert (period.start.isoformat(), period.end.isoformat(), period.id) == (start, end, text)
    assert Period.from_code(period.code) == period
    assert period.days == (period.end - period.start).days + 1


@pytest.mark.parametrize(
    ("padded", "plain"), [("2004W01", "2004W1"), ("2004WedW09", "2004WedW9"), ("2004BiW07", "2004BiW7")]
)
def test_weeks_may_be_padded(padded: str, plain: str) -> None:
    assert Period.parse(padded) == Period.parse(plain)
    assert Period.parse(padded).id == plain


REFUSED = [
    "2004W0",
    "2004W00",
    "2004W001",
    "2004W54",
    "2005W53",
    "2005BiW27",
    "2004BiW28",
    "2004W",
    "2004w10",
    "W10",
    "04W10",
    "20040230",
    "20050229",
    "20040015",
    "2004031",
    "200403155",
    "2004-03-15",
    "2004-02-30",
    "200400B",
    "200407B",
    "20041B",
    "2004Q0",
    "2004Q5",
    "2004NovQ5",
    "2004S3",
    "2004S0",
    "2004S01",
    "2004AprilS3",
    "2004april",
    "2004Apr",
    "2004Dec",
    "Oct",
    "2004W1٠",
    "٢٠٠٤W10",
    "1899W10",
    "2101W1",
    "21010101",
    "2004MonW1",
    "2004FriW1",
]


@pytest.mark.parametrize("text", [*REFUSED, "2004W10\n", " 2004W10", "2004Q1 "])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(BadPeriod):
        Period.parse(text)


@given(PERIODS)
def test_id_and_code_lead_back_to_the_period(period: Period) -> None:
    assert Period.parse(period.id) == period
    assert Period.from_code(period.code) == period
    assert 0 < period.code < 2**31
    assert period.start == date.fromisoformat(f"{period.code % 10**8:08d}")


@given(PERIODS)
def test_periods_follow_each_other_without_gap_or_overlap(period: Period) -> None:
    if period.frequency not in OVERLAP:
        assert period.next().start == period.end + timedelta(days=1)
    assert period.next().shift(-1) == period
    assert period.shift(0) == period
    assert period.next().start > period.start


@given(PERIODS, st.integers(-80, 80))
def test_a_shift_is_that_many_steps(period: Period, by: int) -> None:
    wanted, step = period, 1 if by > 0 else -1
    try:
        for _ in range(abs(by)):
            wanted = wanted.shift(step)
    except BadPeriod:
        with pytest.raises(BadPeriod):
            period.shift(by)
    else:
        assert period.shift(by) == wanted
        assert wanted.shift(-by) == period


@given(DAYS, st.sampled_from(Frequency))
def test_a_day_lies_in_the_period_that_holds_it(day: date, frequency: Frequency) -> None:
    period = Period.holding(day, frequency)
    assert period.start <= day <= period.end


@given(PERIODS, PERIODS)
def test_codes_sort_by_time_within_a_frequency_and_never_meet_between_two(one: Period, other: Period) -> None:
    assert (one.code == other.code) == (one == other)
    if one.frequency is other.frequency:
        assert (one.code < other.code) == (one.start < other.start) == (one < other)


@given(DAYS)
def test_weeks_from_monday_are_those_of_the_iso_calendar(day: date) -> None:
    iso = day.isocalendar()
    assert Period.holding(day, Frequency.WEEK) == Period(Frequency.WEEK, iso.year, iso.week)
    assert Period.holding(day, Frequency.WEEK).id == f"{iso.year}W{iso.week}"


@pytest.mark.parametrize(("frequency", "weekday"), WEEKS.items())
def test_weeks_are_those_counted_on_the_fingers(frequency: Frequency, weekday: int) -> None:
    """Each week belongs to the year of its fourth day; within a year they are counted from 1."""
    first = next(day for day in days_from(date(1995, 1, 1)) if day.weekday() == weekday)
    year, number = 0, 0
    for week in range(52 * 40):
        start = first + timedelta(weeks=week)
        its_year = (start + timedelta(days=3)).year
        year, number = its_year, number + 1 if its_year == year else 1
        if its_year > 1995:
            assert Period(frequency, year, number).start == start
            assert Period.holding(start + timedelta(days=6), frequency) == Period(frequency, year, number)


def days_from(day: date) -> Iterator[date]:
    return (day + timedelta(days=many) for many in range(366))


def test_only_long_years_have_a_53rd_week() -> None:
    long = {year for year in range(1990, 2040) if date(year, 12, 28).isocalendar().week == 53}
    assert {1992, 1998, 2004, 2009, 2015, 2020, 2026, 2032, 2037} == long
    assert {year for year in range(1990, 2040) if exists(f"{year}W53")} == long
    assert {year for year in range(1990, 2040) if exists(f"{year}BiW27")} == long
    # A week from Sunday belongs to the year of its Wednesday, so other years are long.
    assert exists("2020W53")
    assert exists("2020SunW53") == (date(2020, 12, 30).weekday() == 2)


def exists(text: str) -> bool:
    try:
        return bool(Period.parse(text))
    except BadPeriod:
        return False


@pytest.mark.parametrize("frequency", [one for one in Frequency if not isinstance(TYPES[one], Weeks)])
def test_a_year_of_months_or_days_is_full(frequency: Frequency) -> None:
    for year in (1999, 2000, 2023, 2024):
        periods = [Period(frequency, year, number) for number in range(1, TYPES[frequency].count(year) + 1)]
        assert all(later.start == earlier.end + timedelta(days=1) for earlier, later in pairwise(periods))
        assert 365 <= sum(period.days for period in periods) <= 366


@pytest.mark.parametrize("frequency", Frequency)
def test_the_first_and_the_last_year_have_their_periods(frequency: Frequency) -> None:
    first = Period(frequency, FIRST_YEAR)
    last = Period(frequency, LAST_YEAR, TYPES[frequency].count(LAST_YEAR))
    for period in (first, last):
        assert Period.from_code(period.code) == Period.parse(period.id) == period
        assert period.end >= period.start
        assert 0 < period.code < 2**31
    for beyond in (first.shift, last.shift):
        with pytest.raises(BadPeriod):
            beyond(-1 if beyond == first.shift else 1)


@pytest.mark.parametrize("frequency", [one for one in Frequency if one not in MONTHS_IN])
def test_other_types_are_not_added_up(frequency: Frequency) -> None:
    period = Period(frequency, 2024)
    for asked in (
        period.months,
        lambda: period.within(Frequency.YEAR),
        lambda: Period(Frequency.MONTH, 2024).within(frequency),
    ):
        refused(asked)
    refused(lambda: Period.parse_added_up(period.id))


def refused(asked: Callable[[], object]) -> None:
    with pytest.raises(BadPeriod):
        asked()


def test_months_quarters_and_years_are_added_up() -> None:
    assert [Period.parse_added_up(text).id for text in ("202403", "2024Q1", "2024")] == ["202403", "2024Q1", "2024"]


@given(PERIODS)
def test_codes_of_months_lie_apart(period: Period) -> None:
    assert (EVERY_MONTH[0] <= period.code <= EVERY_MONTH[1]) == (period.frequency is Frequency.MONTH)


@pytest.mark.parametrize("code", [0, 20250101, 2_120_250_101, 320251301, 220250100, 200010101, -1])
def test_numbers_that_are_no_code(code: int) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Period.from_code(code)
