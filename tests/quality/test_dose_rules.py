"""The rules about doses, each with a case that it lets pass."""

from hypothesis import given
from hypothesis import strategies as st

from indicators.periods import Period
from indicators.quality.doses import (
    extreme_outliers,
    later_over_earlier,
    moderate_outliers,
    modified_z_outliers,
)
from indicators.quality.ratios import negative_dropout
from indicators.quality.years import year_ratios
from tests.quality.given_reports import UNIT, YEAR, reports

FIRST, THIRD = "dtp1_doses", "dtp3_doses"
BEFORE = [Period.parse(f"{year}{month:02d}") for year in (2022, 2023, 2024) for month in range(1, 13)]
doses = st.none() | st.integers(0, 9)
years = st.lists(doses, min_size=12, max_size=12)


def test_third_doses_above_first_are_flagged_in_months_with_both() -> None:
    found = later_over_earlier(reports([10, 10, None, 0]), reports([10, 12, 8, 3]), "dropout")
    assert [(flag.period.id, flag.value, flag.against, flag.score) for flag in found.flags] == [
        ("202502", 12, 10, 2),
        ("202504", 3, 0, 3),
    ]
    assert found.tested == {UNIT: 3}
    assert [(gap.reason, gap.values) for gap in found.untested] == [("one_missing", 1)]


@given(st.lists(st.tuples(years, years), min_size=1, max_size=4))
def test_pairs_against_a_plain_loop(pairs: list[tuple[list[float | None], list[float | None]]]) -> None:
    found = later_over_earlier(reports(*(one for one, _ in pairs)), reports(*(other for _, other in pairs)), "dropout")
    flagged, tested, alone = set(), 0, 0
    for place, pair in enumerate(pairs):
        for month, one, other in zip(YEAR, *pair, strict=True):
            alone += (one is None) != (other is None)
            if one is not None and other is not None:
                tested += 1
                flagged |= {(UNIT + place, month)} if other > one else set()
    assert {(flag.unit, flag.period) for flag in found.flags} == flagged
    assert found.tested.total() == tested
    assert sum(gap.values for gap in found.untested) == alone


@given(years, years)
def test_dropout_against_a_plain_loop(first: list[float | None], third: list[float | None]) -> None:
    found = negative_dropout(reports(first), reports(third), "dropout")
    flagged, tested, incomplete = {}, 0, 0
    for quarter in range(4):
        mine, other = first[3 * quarter : 3 * quarter + 3], third[3 * quarter : 3 * quarter + 3]
        if None in mine + other:
            incomplete += any(value is not None for value in mine + other)
            continue
        tested += 1
        one, three = sum(value or 0 for value in mine), sum(value or 0 for value in other)
        if three > one:
            flagged[f"2025Q{quarter + 1}"] = 100 * (one - three) / one if one else None
    assert {flag.period.id: flag.score for flag in found.flags} == flagged
    assert found.tested.total() == tested
    assert sum(gap.values for gap in found.untested) == incomplete


def test_moderate_and_extreme_outliers_share_no_value() -> None:
    series = {FIRST: reports([10] * 5 + [12] + [10] * 4 + [11, 90])}
    assert [flag.value for flag in extreme_outliers(series).flags] == [90]
    assert moderate_outliers(series).flags == []
    gentle = {FIRST: reports([8, 9, 10, 11, 12, 9, 10, 11, 10, 15])}
    assert [flag.value for flag in moderate_outliers(gentle).flags] == [15]
    assert extreme_outliers(gentle).flags == []


def test_series_that_cannot_be_tested_are_counted_and_not_called_fine() -> None:
    found = modified_z_outliers({FIRST: reports([10] * 7 + [500]), THIRD: reports([1, 2])})
    assert found.flags == []
    assert not found.tested
    assert [(gap.subject, gap.reason, gap.values) for gap in found.untested] == [
        (FIRST, "mad_zero", 8),
        (THIRD, "too_few", 2),
    ]


def test_a_year_a_third_away_from_the_mean_of_the_years_before_is_flagged() -> None:
    before = [80] * 12 + [100] * 12 + [120] * 12
    for each, flagged in ((133, True), (132, False), (67, True), (68, False)):
        found = year_ratios({FIRST: reports([each] * 12)}, {FIRST: reports(before, months=BEFORE)})
        assert [(flag.value, flag.against) for flag in found.flags] == ([(12 * each, 1200)] if flagged else []), each
        assert found.tested == {UNIT: 1}


def test_only_complete_years_enter_the_mean_and_a_short_time_meets_the_same_months() -> None:
    before = [80] * 12 + [None] + [100] * 11 + [120] * 12
    [flag] = year_ratios({FIRST: reports([200] * 12)}, {FIRST: reports(before, months=BEFORE)}).flags
    assert (flag.value, flag.against, flag.score, flag.since) == (2400, 1200, 100, YEAR[0])
    quarter = reports([30, 30, 30], months=YEAR[:3])
    seasonal = [10, 10, 10, *[99] * 9] * 3
    [flag] = year_ratios({FIRST: quarter}, {FIRST: reports(seasonal, months=BEFORE)}).flags
    assert (flag.value, flag.against, flag.since, flag.period) == (90, 30, YEAR[0], YEAR[2])


def test_years_that_cannot_be_compared_say_why() -> None:
    nothing, zero = reports([], months=BEFORE), reports([0] * 36, months=BEFORE)
    for now, before, reason in (
        ([5] * 11, zero, "window_incomplete"),
        ([5] * 12, nothing, "no_years_before"),
        ([5] * 12, zero, "zero_before"),
    ):
        found = year_ratios({FIRST: reports(now)}, {FIRST: before})
        assert (found.flags, [gap.reason for gap in found.untested]) == ([], [reason])
    assert year_ratios({FIRST: reports([])}, {FIRST: nothing}).untested == []
