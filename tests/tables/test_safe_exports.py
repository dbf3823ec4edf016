"""What goes out of the tables is safe to open in a spreadsheet program, and comes back in unchanged."""

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from indicators.exchange.files import csv_rows, workbook
from indicators.exchange.files.characters import without_control
from indicators.exchange.files.inert import bared, inert
from indicators.pages.downloads import Value, csv_file, xlsx_file
from tests.tables.tables import long, read, rows_of

STARTS = st.sampled_from(["", "=", "+", "-", "@", "\t", "\r", "\n", "'", "''", "＝", " =", '"=', "\x00=", "\ufeff-"])
LETTERS = st.characters(exclude_categories=["Cs"])
TEXTS = st.builds("{}{}".format, STARTS, st.text(LETTERS, max_size=20))
FORMULAS = [*"=+-@＝＋－＠", "\t1", "\r1", "\n1", " =1", '"=1', "'=1", "\x00=1"]


@given(TEXTS)
def test_what_is_made_inert_is_no_formula_and_comes_back(text: str) -> None:
    assert bared(inert(text)) == text
    assert not inert(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


@pytest.mark.parametrize("text", FORMULAS)
def test_e_01_text_that_a_spreadsheet_would_compute_stays_text(text: str) -> None:
    rows: list[list[Value]] = [[text, -5, -5.5, None]]
    [_, cells] = csv.reader(io.StringIO(csv_file("x", ["a", "b", "c", "d"], rows).content.decode("utf-8-sig")))
    assert cells[0].startswith(("'", "�"))
    assert cells[1:] == ["-5", "-5.5", ""]
    sheet = load_workbook(io.BytesIO(xlsx_file("x", [("S", ["a", "b", "c", "d"], rows)]).content)).worksheets[0]
    assert (sheet["A2"].data_type, sheet["B2"].value, sheet["C2"].value) == ("s", -5, -5.5)


def test_e_02_an_address_is_no_link() -> None:
    book = xlsx_file("x", [("S", ["a"], [["https://example.org/x"], ["mailto:a@example.org"]])]).content
    sheet = load_workbook(io.BytesIO(book)).worksheets[0]
    assert sheet["A2"].value == "https://example.org/x"
    assert sheet["A2"].hyperlink is None


def test_e_07_what_a_workbook_cannot_hold_leaves_a_mark(tmp_path: Path) -> None:
    rows: list[list[Value]] = [["a\x00b\x1fc"], ["x" * 32_768], ["y" * 32_767], ["_x0041_"]]
    path = tmp_path / "x.xlsx"
    path.write_bytes(xlsx_file("x", [("S", ["a"], rows)]).content)
    cells = [line.cells[0] for line in workbook.rows(path, "S")][1:]
    assert cells == ["a�b�c", "x" * 32_766 + "…", "y" * 32_767, "_x0041_"]


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=2), min_size=1, max_size=5))
def test_what_went_out_as_csv_and_came_in_goes_out_the_same(rows: list[list[str]]) -> None:
    once = csv_file("x", ["a", "b"], [["first", "row"], *rows]).content
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(once)
        lines = csv_rows.lines(path, csv_rows.dialect_of(path, delimiter=","))
        found = [[bared(str(cell)) for cell in line.cells] for line in lines]
    # A row of empty cells is no row of a table.
    again = csv_file("x", found[0], found[1:]).content
    assert again == csv_file("x", ["a", "b"], [row for row in [["first", "row"], *rows] if any(row)]).content


@given(st.lists(TEXTS.map(without_control), min_size=1, max_size=5), st.floats(-1e9, 1e9))
def test_what_went_out_came_in_through_a_mapping_and_goes_out_is_equal_byte_by_byte(
    notes: list[str], number: float
) -> None:
    header = ["unite", "periode", "element", "valeur", "note"]
    number = float(f"{number:.10g}")
    number = 0.0 if abs(number) < 1e-4 else number  # no e-notation
    table: list[list[Value]] = [[f"CSCom {i}", "202401", "=BCG", number, note] for i, note in enumerate(notes)]
    once = csv_file("x", header, table).content
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(once)
        found = rows_of(read(path, long(more={"note": "comment"})))
    back: list[list[Value]] = [
        [row.org_unit, row.period, row.data_element, float(row.value), row.comment] for row in found
    ]
    assert csv_file("x", header, back).content == once
