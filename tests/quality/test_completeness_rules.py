"""The rules about reports that are missing, late, irregular or counted twice, each with a case that it lets pass."""

from datetime import date

import numpy as np

from indicators.quality.completeness import (
    DataSetReports,
    Opening,
    irregular,
    late,
    missing_reports,
    not_received,
    open_throughout,
    reports_beside,
)
from tests.quality.given_reports import UNIT, YEAR, reports, table

FIRST = "dtp1_doses"
UNITS = np.array([UNIT])
REPORTING = np.array([True])


def a_data_set(expected: list[int], received: list[int], on_time: list[int], dated: list[int]) -> DataSetReports:
    return DataSetReports(
        "form",
        table(expected),
        table(received),
        table(on_time),
        np.array(dated, np.bool_),
        np.ones(len(dated), np.bool_),
    )


def test_a_place_is_open_throughout_a_month_or_not() -> None:
    opened = open_throughout([Opening(date(2025, 2, 1), date(2025, 5, 15)), Opening()], YEAR)
    assert [month.id for month, it in zip(YEAR, opened[0], strict=True) if it] == ["202502", "202503", "202504"]
    assert opened[1].all()


def test_a_value_is_missing_where_it_was_expected_and_zero_is_a_value() -> None:
    found = missing_reports({FIRST: reports([None, 0, None, 4])}, {FIRST: table([0, 1, 1, 1] + [0] * 8)})
    assert found.tested == {UNIT: 3}
    assert [(flag.period.id, flag.value) for flag in found.flags] == [("202503", None)]


def test_a_report_that_nobody_expected_is_neither_missing_nor_counted() -> None:
    form = a_data_set([1, 1, 0, 0], [1, 0, 1, 0], [0] * 4, [0] * 4)
    found = not_received(UNITS, YEAR[:4], [form], REPORTING)
    assert [flag.period.id for flag in found.flags] == ["202502"]
    assert found.tested == {UNIT: 2}


def test_only_reports_that_came_can_be_late_and_only_where_days_are_known() -> None:
    form = a_data_set([1, 1, 1, 1], [1, 1, 0, 1], [1, 0, 0, 0], [1, 1, 1, 0])
    found = late(UNITS, YEAR[:4], [form], REPORTING)
    assert [flag.period.id for flag in found.flags] == ["202502"]
    assert found.tested == {UNIT: 2}
    assert [(gap.reason, gap.values) for gap in found.untested] == [("no_dates", 1)]


def test_without_a_data_set_nobody_knows_what_was_expected() -> None:
    for rule in (not_received, late):
        found = rule(np.array([UNIT, 8]), YEAR, [], np.array([True, False]))
        assert (found.flags, found.tested) == ([], {})
        assert [(gap.unit, gap.reason, gap.values) for gap in found.untested] == [(UNIT, "no_data_set", 12)]


def test_reporting_now_and_then_is_told_from_every_month_and_from_never() -> None:
    opened = table([1] * 12, [1] * 12, [1] * 12, [0] * 6 + [1] * 6)
    found = irregular({FIRST: reports([5] * 12, [5] * 7, [], [None] * 6 + [5] * 6)}, opened)
    assert [(flag.unit, flag.value, flag.against, flag.score) for flag in found.flags] == [(UNIT + 1, 7, 12, -5)]
    assert found.tested == {UNIT: 1, UNIT + 1: 1, UNIT + 3: 1}
    assert (found.flags[0].since, found.flags[0].period) == (YEAR[0], YEAR[-1])


def test_a_place_that_reports_beside_those_below_is_told_their_sum() -> None:
    series = {FIRST: reports([40, 40, 40], [10, None, 0], [5, None, None])}
    found = reports_beside(series, {0: np.array([1, 2])})
    assert [(flag.unit, flag.period.id, flag.value, flag.against) for flag in found.flags] == [
        (UNIT, "202501", 40, 15),
        (UNIT, "202503", 40, 0),
    ]
    assert found.tested == {UNIT: 3}
    assert reports_beside(series, {}).flags == []
