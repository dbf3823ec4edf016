"""The rules about reports and targets, each with a case that it lets pass."""

from collections.abc import Mapping
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from indicators.periods import Period
from indicators.quality.doses import (
    Opening,
    extreme_outliers,
    later_over_earlier,
    missing_reports,
    moderate_outliers,
    modified_z_outliers,
)
from indicators.quality.findings import Figure
from indicators.quality.targets import (
    SourceTarget,
    more_survivors_than_births,
    parts_differ,
    sources_differ,
    year_changes,
)

FIRST, THIRD, UNIT = "dtp1_doses", "dtp3_doses", 7
YEAR = [Period.parse(f"2025{month:02d}") for month in range(1, 13)]


def reported(*values: float | None) -> dict[Period, Figure]:
    return {month: Figure(value) for month, value in zip(YEAR, values, strict=False) if value is not None}


def years(**values: float) -> Mapping[tuple[str, int, int], Figure]:
    return {("surviving_infants", UNIT, int(year[1:])): Figure(value) for year, value in values.items()}


def test_third_doses_above_first_are_flagged_in_months_with_both() -> None:
    series = {(FIRST, UNIT): reported(10, 10, None, 0), (THIRD, UNIT): reported(10, 12, 8, 3)}
    found = later_over_earlier(series, FIRST, THIRD, "dropout")
    assert [(flag.period.id, flag.value, flag.against, flag.score) for flag in found.flags] == [
        ("202502", 12, 10, 2),
        ("202504", 3, 0, 3),
    ]
    assert found.tested == {UNIT: 3}
    assert [(gap.reason, gap.values) for gap in found.untested] == [("one_missing", 1)]


@given(st.lists(st.tuples(st.none() | st.integers(0, 9), st.none() | st.integers(0, 9)), max_size=12))
def test_pairs_against_a_plain_loop(pairs: list[tuple[float | None, float | None]]) -> None:
    series = {
        (FIRST, UNIT): reported(*(one for one, _ in pairs)),
        (THIRD, UNIT): reported(*(other for _, other in pairs)),
    }
    found = later_over_earlier(series, FIRST, THIRD, "dropout")
    both = [(one, other) for one, other in pairs if one is not None and other is not None]
    assert found.tested[UNIT] == len(both)
    assert len(found.flags) == sum(other > one for one, other in both)
    assert sum(gap.values for gap in found.untested) == sum((one is None) != (other is None) for one, other in pairs)


def test_a_month_is_expected_only_while_the_place_is_open_and_zero_is_a_report() -> None:
    opening = {UNIT: Opening(date(2025, 2, 1), date(2025, 5, 15))}
    series = {(FIRST, UNIT): reported(None, 0, None, 4)}
    found = missing_reports(series, {(FIRST, UNIT)}, opening, YEAR)
    assert found.tested == {UNIT: 3}  # February to April; it closed before May was over
    assert [flag.period.id for flag in found.flags] == ["202503"]


def test_a_place_that_never_reported_the_indicator_is_not_expected_to() -> None:
    found = missing_reports({}, [], {UNIT: Opening()}, YEAR)
    assert (found.flags, dict(found.tested)) == ([], {})


def test_moderate_and_extreme_outliers_share_no_value() -> None:
    series = {(FIRST, UNIT): reported(*[10] * 5, 12, *[10] * 4, 11, 90)}
    assert [flag.value for flag in extreme_outliers(series).flags] == [90]
    assert moderate_outliers(series).flags == []
    gentle = {(FIRST, UNIT): reported(8, 9, 10, 11, 12, 9, 10, 11, 10, 15)}
    assert [flag.value for flag in moderate_outliers(gentle).flags] == [15]
    assert extreme_outliers(gentle).flags == []


def test_series_that_cannot_be_tested_are_counted_and_not_called_fine() -> None:
    found = modified_z_outliers({(FIRST, UNIT): reported(*[10] * 7, 500), (THIRD, UNIT): reported(1, 2)})
    assert found.flags == []
    assert not found.tested
    assert [(gap.subject, gap.reason, gap.values) for gap in found.untested] == [
        (FIRST, "mad_zero", 8),
        (THIRD, "too_few", 2),
    ]


def test_a_change_of_exactly_ten_percent_counts_either_way() -> None:
    for after, flagged in ((110, True), (90, True), (109, False), (91, False)):
        found = year_changes(years(y2024=100, y2025=after), [2025])
        assert bool(found.flags) is flagged, after
    assert year_changes(years(y2025=100), [2025]).untested[0].reason == "no_year_before"
    assert year_changes(years(y2024=0, y2025=100), [2025]).untested[0].reason == "zero_before"


def test_a_whole_differs_from_its_parts_only_beyond_rounding() -> None:
    parts = {("surviving_infants", child, 2025): Figure(50) for child in (1, 2)}
    for own, flagged in ((100, False), (101, False), (102, True), (98, True)):
        found = parts_differ(years(y2025=own), parts, {UNIT: [1, 2]}, [2025])
        assert bool(found.flags) is flagged, own
    assert parts_differ(years(y2025=100), parts, {UNIT: [1, 2, 3]}, [2025]).untested[0].reason == "part_missing"


def test_more_survivors_than_births_imply_negative_mortality() -> None:
    births = {("live_births", UNIT, 2025): Figure(100)}
    found = more_survivors_than_births({**years(y2025=105), **births}, [2025])
    assert [round(flag.score or 0, 6) for flag in found.flags] == [-5]
    assert more_survivors_than_births({**years(y2025=95), **births}, [2025]).flags == []
    assert more_survivors_than_births(years(y2025=95), [2025]).untested[0].reason == "one_kind"


def test_sources_are_compared_with_the_preferred_one() -> None:
    def row(value: float, preferred: bool) -> SourceTarget:
        return SourceTarget("live_births", UNIT, 2025, Figure(value), preferred)

    found = sources_differ([row(100, True), row(90, False), row(105, False)], [2025])
    assert [(flag.value, flag.against, flag.score) for flag in found.flags] == [(90, 100, -10)]
    assert found.tested == {UNIT: 2}
    assert sources_differ([row(100, True)], [2025]).untested[0].reason == "one_source"
    assert sources_differ([row(100, False)], [2025]).untested[0].reason == "no_preferred"
