"""States of a number, differences and bands, text that must not act as a formula."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from indicators.pages.comparison import band, difference, differs
from indicators.pages.downloads import Value, csv_file, xlsx_file
from indicators.pages.states import State, state_of
from indicators.periods import Period
from indicators.rollup.readings import Reading

TODAY = date(2025, 6, 15)


def a_reading(value: float | None = None, *flags: str, expected: int | None = None) -> Reading:
    return Reading(value, value, None, None, 3, False, flags, expected)


@pytest.mark.parametrize(
    ("reading", "state"),
    [
        (a_reading(4), State.REPORTED),
        (a_reading(0), State.ZERO),
        (a_reading(-3, "negative"), State.REPORTED),
        (a_reading(0, "incomplete"), State.INCOMPLETE),
        (a_reading(3, "reports_missing"), State.REPORTS_MISSING),
        (a_reading(0, "incomplete", "reports_missing"), State.INCOMPLETE),
        (a_reading(None), State.EXPECTATION_UNKNOWN),
        (a_reading(None, expected=3), State.MISSING),
        (a_reading(None, expected=0), State.NOT_ASKED),
        (a_reading(4, expected=0), State.REPORTED),
        (a_reading(None, "reports_missing"), State.TERM_MISSING),
        (a_reading(None, "zero_denominator", "not_applicable"), State.NOT_APPLICABLE),
        (a_reading(None, "no_denominator", "not_applicable"), State.NOT_APPLICABLE),
        (a_reading(None, "no_denominator", "not_applicable", "incomplete"), State.NOT_APPLICABLE),
        (a_reading(None, "incomplete"), State.TERM_MISSING),
        (a_reading(None, "no_denominator", "incomplete"), State.NO_DENOMINATOR),
        (a_reading(None, "zero_denominator"), State.ZERO_DENOMINATOR),
    ],
)
def test_a_reading_has_one_state(reading: Reading, state: State) -> None:
    assert state_of(reading, Period.parse("2025Q1"), opened=None, closed=None, today=TODAY) is state


@pytest.mark.parametrize(
    ("period", "opened", "closed", "state"),
    [
        ("2025Q1", date(2025, 4, 1), None, State.NOT_OPEN),
        ("2025Q1", date(2025, 3, 31), None, State.EXPECTATION_UNKNOWN),
        ("2025Q1", None, date(2024, 12, 31), State.NOT_OPEN),
        ("2025Q1", None, date(2025, 1, 1), State.EXPECTATION_UNKNOWN),
        ("2025Q2", None, None, State.EXPECTATION_UNKNOWN),
        ("2025Q3", None, None, State.NOT_BEGUN),
    ],
)
def test_nothing_is_expected_of_a_closed_place_or_of_the_future(
    period: str, opened: date | None, closed: date | None, state: State
) -> None:
    assert state_of(a_reading(), Period.parse(period), opened=opened, closed=closed, today=TODAY) is state


def test_what_was_reported_counts_even_where_nothing_was_expected() -> None:
    when = Period.parse("2025Q1")
    assert state_of(a_reading(4), when, opened=date(2026, 1, 1), closed=None, today=TODAY) is State.REPORTED


def test_a_difference_needs_something_to_differ_from() -> None:
    assert difference(110, 100) == pytest.approx(10)
    assert difference(90, 100) == pytest.approx(-10)
    assert difference(0, 100) == -100
    assert difference(5, 0) is None
    assert difference(None, 100) is None
    assert difference(5, None) is None


@pytest.mark.parametrize(("percent", "far"), [(10.0, True), (-10.0, True), (9.99, False), (None, False), (0.0, False)])
def test_the_threshold_is_ten_percent_either_way(percent: float | None, far: bool) -> None:
    assert differs(percent) is far


def test_the_band_is_the_coverage_with_another_target() -> None:
    found = band(99, 100, 100)
    assert found
    assert (found.low, found.given, found.high) == pytest.approx((90, 99, 110))
    assert band(None, 100, 100) is None
    assert band(5, 0, 100) is None
    assert band(5, None, 100) is None


@given(st.floats(0, 1e6), st.floats(0.1, 1e6))
def test_a_band_holds_its_coverage(numerator: float, target: float) -> None:
    found = band(numerator, target, 100)
    assert found
    assert found.low <= found.given <= found.high


@pytest.mark.parametrize("text", ["=1+1", "#N/A", "+33 1", "-12", "@SUM(A1)", "\tx", "Ségou", "", "'quoted"])
def test_text_stays_text_in_both_files(text: str) -> None:
    rows: list[list[Value]] = [[text, 12.0, -3.5, None]]
    table = list(csv.reader(io.StringIO(csv_file("x", ["a", "b", "c", "d"], rows).content.decode("utf-8-sig"))))
    assert not table[1][0].startswith(("=", "+", "-", "@", "\t"))
    assert table[1][0].endswith(text)
    assert table[1][1:] == ["12", "-3.5", ""]
    book = xlsx_file("x", [("Sheet: [1]", ["a", "b", "c", "d"], rows)]).content
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert sheet[1] == [text, 12, -3.5, ""]
    assert load_workbook(io.BytesIO(book)).worksheets[0]["A2"].data_type not in ("f", "e")


def test_letters_that_a_workbook_cannot_hold_leave_a_mark() -> None:
    book = xlsx_file("x", [("S", ["a"], [["a\x00b\x1fc"]])]).content
    assert CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()[1] == ["a\ufffdb\ufffdc"]
