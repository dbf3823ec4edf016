"""Numbers and periods as people write them: what is read back is what was written."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.exchange.files.cell_formats import day_of, shows_date
from indicators.exchange.files.lines import normalised, plain_number
from indicators.exchange.numbers import BadNumber
from indicators.exchange.written_numbers import written_number
from indicators.exchange.written_periods import (
    BadWritten,
    date_period,
    named_period,
    period_of_parts,
    written_date,
)
from indicators.periods import Period

MONTHS_FR = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]
MONTHS_EN = ["January", "February", "March", "April", "May", "June"]
MONTHS_EN += ["July", "August", "September", "October", "November", "December"]
REASONS = {"not_a_number", "ambiguous_number", "not_finite", "number_too_long"}


def number_or_reason(text: str, decimal: str, thousands: str) -> str:
    try:
        return written_number(text, decimal=decimal, thousands=thousands)
    except BadNumber as error:
        return str(error.args[0])


@given(
    st.decimals(min_value=-999_999_999, max_value=999_999_999, places=2),
    st.sampled_from([(".", ","), (",", "."), (",", " "), (".", " "), (",", "'"), (",", "\u00a0"), (",", "\u202f")]),
)
def test_a_number_is_read_as_it_was_written_with_the_chosen_signs(number: Decimal, signs: tuple[str, str]) -> None:
    decimal, thousands = signs
    written = f"{number:,.2f}".replace(",", "T").replace(".", decimal).replace("T", thousands)
    chosen = " " if thousands in "\u00a0\u202f" else thousands
    assert Decimal(written_number(written, decimal=decimal, thousands=chosen)) == number


@given(st.text(max_size=60), st.sampled_from(["", ".", ","]), st.sampled_from(["", " ", ".", ",", "'"]))
def test_any_other_text_is_refused_with_a_reason(text: str, decimal: str, thousands: str) -> None:
    found = number_or_reason(text, decimal, thousands)
    assert found in REASONS or (found.isascii() and Decimal(found).is_finite())


@given(st.integers(-(10**14), 10**14) | st.floats(-1e14, 1e14))
def test_a_number_of_a_workbook_keeps_its_fifteen_digits(number: float) -> None:
    assert float(plain_number(float(number))) == float(f"{number:.15g}")


@pytest.mark.parametrize(
    ("text", "decimal", "thousands", "expected"),
    [
        ("1.005", ",", "", "ambiguous_number"),
        ("45.5", ",", "", "not_a_number"),
        ("45,5", ".", "", "not_a_number"),
        ("1,234", ".", "", "ambiguous_number"),
        ("1,234", "", " ", "1.234"),
        ("1.234", "", ".", "1234"),
        ("1'234", "", "", "not_a_number"),
        ("1 234,5", "", "", "1234.5"),
        ("0,125", "", "", "0.125"),
        ("1,234,567", "", "", "1234567"),
        ("1.234,5", "", "", "1234.5"),
        ("5,", "", "", "not_a_number"),
    ],
)
def test_nothing_but_the_chosen_signs_is_read(text: str, decimal: str, thousands: str, expected: str) -> None:
    assert number_or_reason(text, decimal, thousands) == expected


@given(st.integers(1950, 2090), st.integers(1, 12), st.sampled_from([MONTHS_FR, MONTHS_EN]))
def test_months_by_name_number_and_parts_are_one_month(year: int, month: int, names: list[str]) -> None:
    told = f"{year}{month:02d}"
    name = names[month - 1]
    for text in (f"{name} {year}", f"{name.upper()} {year}", f"{year}-{month:02d}", f"{month}/{year}", told):
        assert named_period(text) == told
    assert period_of_parts(str(year), name) == period_of_parts(str(year), f"{month:02d}") == told
    assert Period.parse(told).id == told


@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.sampled_from(["day", "month", "quarter", "half", "year"]))
def test_a_date_is_in_one_period_of_each_length(day: date, length: str) -> None:
    found = date_period(day, "", length)
    assert date_period(f"{day:%d/%m/%Y}", "dmy", length) == found
    assert date_period(f"{day:%m-%d-%Y}", "mdy", length) == found
    assert date_period(day.isoformat(), "", length) == found
    if length in ("month", "quarter", "year"):
        period = Period.parse(found)
        assert period.start <= day <= period.end


@pytest.mark.parametrize(
    ("text", "form", "code"),
    [
        ("03/04/2024", "", "ambiguous_date"),
        ("30/02/2024", "", "bad_period"),
        ("03/04/2024", "ymd", "bad_period"),
        ("4 March", "", "bad_period"),
        ("13/13/2024", "", "bad_period"),
    ],
)
def test_a_date_that_may_be_two_is_none(text: str, form: str, code: str) -> None:
    with pytest.raises(BadWritten, match=code):
        written_date(text, form)
    assert written_date("03/03/2024", "") == date(2024, 3, 3)


@pytest.mark.parametrize(("year", "month"), [("24", "1"), ("2024", "13"), ("2024", "Germinal"), ("٢٠٢٤", "1")])
def test_a_year_or_month_that_is_none(year: str, month: str) -> None:
    with pytest.raises(BadWritten, match="bad_period"):
        period_of_parts(year, month)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("dd/mm/yyyy", True),
        ("[$-40C]mmm-yy;@", True),
        ("mmmm", True),
        ("0.00", False),
        ("General", False),
        ('0 "doses/day"', False),
        ("[Red]0", False),
        ("h:mm", False),
        ("[h]:mm:ss", False),
        ("0\\d", False),
    ],
)
def test_which_formats_show_a_date(code: str, expected: bool) -> None:
    assert shows_date(164, code) is expected


def test_serial_numbers_of_both_systems() -> None:
    assert day_of(45292) == day_of(45292 - 1462, from_1904=True) == date(2024, 1, 1)
    assert day_of(60) is None
    assert day_of(61) == date(1900, 3, 1)
    assert day_of(1e9) is None
    assert shows_date(14, None)
    assert not shows_date(2, None)


def test_headers_are_compared_without_case_accents_and_signs() -> None:
    assert normalised(" Période ") == normalised("PERIODE") == normalised("_periode") == "periode"
    assert normalised("Unité d’organisation") == normalised("unite d'organisation")
    assert normalised("Penta 1") != normalised("Penta 3")
