"""Cells of workbooks that are more than plain numbers or texts: each has its one expected result."""

import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from indicators.exchange.files import workbook
from indicators.exchange.files.lines import Fault
from tests.tables.sheets import HEADER, HEADER_ROW, LINE, SHEET, a_row, a_sheet, text, with_sheet, with_value
from tests.tables.tables import a_workbook, long, notes_of, outcome, problems_of, read, rows_of, with_parts


@pytest.mark.parametrize(
    "cell",
    ["<c r='D2'><f>A1+1</f></c>", "<c r='D2'><f>A1</f><v/></c>", "<c r='D2'><f t='shared' si='0'/><v></v></c>"],
)
def test_x_12_a_formula_without_its_value_is_not_missing(tmp_path: Path, cell: str) -> None:
    assert outcome(with_value(tmp_path, cell), long()) == ("ROW", [("formula_no_value", 2)])


def test_x_12_formulas_as_they_are_saved(tmp_path: Path) -> None:
    path = a_workbook(tmp_path, [HEADER, [*LINE[:3], "=1+1"]])
    assert outcome(path, long()) == ("ROW", [("formula_no_value", 2)])
    assert outcome(with_value(tmp_path, '<c r="D2"><f>1+1</f><v>2</v></c>'), long()) == ("OK", ["2"])
    empty = '<c r="D2" t="str"><f>""</f><v></v></c>'
    assert outcome(with_value(tmp_path, empty), long()) == ("OK", [])


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#REF!"])
def test_x_13_an_error_is_not_missing(tmp_path: Path, error: str) -> None:
    path = with_value(tmp_path, f'<c r="D2" t="e"><f>1/0</f><v>{error}</v></c>')
    assert outcome(path, long()) == ("ROW", [("excel_error", 2)])
    assert problems_of(read(path, long()))[0].value == error


def test_x_14_dates_of_both_systems_are_the_same_day(tmp_path: Path) -> None:
    dated = [HEADER, ["CSCom 1", date(2024, 1, 1), "BCG", 5]]
    spec = long(periods="date")

    def mac(book: Workbook) -> None:
        book.epoch = CALENDAR_MAC_1904

    for change in (None, mac):
        [row] = rows_of(read(a_workbook(tmp_path, dated, change), spec))
        assert row.period == "202401"
    [row] = rows_of(read(a_workbook(tmp_path, [HEADER, ["CSCom 1", 45292, "BCG", 5]]), spec))
    assert row.period == "202401"
    [row] = rows_of(
        read(a_workbook(tmp_path, [HEADER, ["CSCom 1", "01/02/2024", "BCG", 5]]), long(periods="date", dates="dmy"))
    )
    assert row.period == "202402"
    assert outcome(a_workbook(tmp_path, [HEADER, ["CSCom 1", 12, "BCG", 5]]), spec) == ("ROW", [("bad_period", 2)])


def test_x_14_a_date_is_no_value(tmp_path: Path) -> None:
    path = a_workbook(tmp_path, [HEADER, ["CSCom 1", "202401", "BCG", date(2024, 1, 5)]])
    assert outcome(path, long()) == ("ROW", [("date_not_expected", 2)])


def test_x_15_numbers_as_text_are_numbers_and_codes_keep_their_zeros(tmp_path: Path) -> None:
    [row] = rows_of(read(a_workbook(tmp_path, [HEADER, ["00123", 202401, "BCG", "1 234"]]), long()))
    assert (row.org_unit, row.period, row.value) == ("00123", "202401", "1234")
    [row] = rows_of(read(a_workbook(tmp_path, [HEADER, [123, 202401, "BCG", 5]]), long()))
    assert row.org_unit == "123"


def test_x_16_hidden_rows_columns_and_sheets_are_read_and_told(tmp_path: Path) -> None:
    def hide(book: Workbook) -> None:
        sheet: Any = book.active
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["C"].hidden = True
        sheet.auto_filter.ref = "A1:D3"
        book.create_sheet("Secret").append(["x"])
        book["Secret"].sheet_state = "hidden"

    path = a_workbook(tmp_path, [HEADER, LINE, ["CSCom 2", "202401", "BCG", 6]], hide)
    items = read(path, long(sheet="Sheet"))
    assert [row.value for row in rows_of(items)] == ["5", "6"]
    assert notes_of(items) == {"hidden_rows": "1", "hidden_columns": "1", "hidden_sheets": "Secret"}
    assert workbook.sheets(path) == [workbook.SheetInfo("Sheet"), workbook.SheetInfo("Secret", hidden=True)]


def test_x_16_a_merged_header_is_refused_and_merged_cells_below_are_not_filled(tmp_path: Path) -> None:
    def merged(place: str) -> Any:
        def change(book: Workbook) -> None:
            assert isinstance(book.active, Worksheet)
            book.active.merge_cells(place)

        return change

    rows = [HEADER, LINE, ["CSCom 2", "202401", "BCG", 6]]
    assert outcome(a_workbook(tmp_path, rows, merged("A1:B1")), long()) == ("FILE", "merged_header", 1)
    assert outcome(a_workbook(tmp_path, rows, merged("A2:A3")), long()) == ("ROW", [("missing_field", 3)])


def test_x_17_one_of_two_sheets_is_never_chosen_by_the_reader(tmp_path: Path) -> None:
    path = a_workbook(tmp_path, [["wrong"], ["sheet"]], lambda book: book.create_sheet("Data").append(HEADER))
    assert outcome(path, long()) == ("FILE", "choose_sheet", None)
    assert outcome(path, long(sheet="Data")) == ("FILE", "no_rows", None)
    assert outcome(path, long(sheet="Other")) == ("FILE", "unknown_sheet", None)


def test_x_18_links_and_objects_are_left_out_and_told(tmp_path: Path) -> None:
    more = {"xl/externalLinks/externalLink1.xml": b"<x/>", "xl/embeddings/oleObject1.bin": b"x"}
    items = read(with_parts(a_workbook(tmp_path, [HEADER, LINE]), {}, more=more), long())
    assert [row.value for row in rows_of(items)] == ["5"]
    assert notes_of(items) == {"foreign_parts": "2"}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('<c r="D2" t="b"><v>1</v></c>', ("ROW", [("boolean_cell", 2)])),
        ('<c r="D2"><v>0.30000000000000004</v></c>', ("OK", ["0.3"])),
        ('<c r="D2"><v>1E+21</v></c>', ("OK", ["1000000000000000000000"])),  # refused by every type's range
        ('<c r="D2"><v>1E-7</v></c>', ("OK", ["0.0000001"])),
        ('<c r="D2"><v>1E999</v></c>', ("ROW", [("not_finite", 2)])),
        ('<c r="D2"><v>-0</v></c>', ("OK", ["0"])),
        ('<c r="D2"><v>five</v></c>', ("FILE", "bad_workbook", 2)),
        ('<c r="D2" t="s"><v>99999</v></c>', ("FILE", "bad_workbook", 2)),
        ('<c r="D2" s="1"/>', ("OK", [])),
        ("<c><v>5</v></c>", ("OK", ["5"])),
        ('<c r="A2"><v>5</v></c>', ("FILE", "bad_workbook", 2)),
    ],
)
def test_x_19_cells_are_what_they_say(tmp_path: Path, cell: str, expected: Any) -> None:
    assert outcome(with_value(tmp_path, cell), long()) == expected


def test_x_19_a_cell_longer_than_any_workbook_writes_is_one_bad_cell(tmp_path: Path) -> None:
    row = a_row(2, text("A2", "x" * 200_000), text("B2", "202401"), text("C2", "BCG"), '<c r="D2"><v>5</v></c>')
    assert outcome(with_sheet(tmp_path, a_sheet(HEADER_ROW + row)), long()) == ("ROW", [("too_long", 2)])


def test_x_20_names_of_sheets_are_text_to_compare(tmp_path: Path) -> None:
    path = a_workbook(tmp_path, [HEADER, LINE])
    with zipfile.ZipFile(path) as archive:
        book = archive.read("xl/workbook.xml").replace(b'name="Sheet"', b'name="../../x&#x202E;"')
    with_parts(path, {"xl/workbook.xml": book})
    assert outcome(path, long(sheet="Sheet")) == ("FILE", "unknown_sheet", None)
    assert [info.name for info in workbook.sheets(path)] == ["../../x\u202e"]
    assert outcome(path, long()) == ("OK", ["5"])


def test_texts_written_in_pieces_and_escaped_are_whole(tmp_path: Path) -> None:
    rich = "<c r='A2' t='inlineStr'><is><r><t>Sé</t></r><rPh><t>no</t></rPh><r><t>gou_x0041_</t></r></is></c>"
    path = with_sheet(tmp_path, a_sheet(a_row(2, rich)))
    assert [line.cells for line in workbook.rows(path, "Sheet")] == [["SégouA"]]


def test_a_percentage_is_refused_as_it_is_in_a_text(tmp_path: Path) -> None:
    def percent(book: Workbook) -> None:
        assert isinstance(book.active, Worksheet)
        book.active["D2"].number_format = "0.0%"

    path = a_workbook(tmp_path, [HEADER, [*LINE[:3], 0.45]], percent)
    assert outcome(path, long()) == ("ROW", [("percent_cell", 2)])
    assert problems_of(read(path, long()))[0].value == "45 %"


def test_a_day_that_never_was_is_no_date(tmp_path: Path) -> None:
    path = a_workbook(tmp_path, [[date(2024, 2, 29)]])
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read(SHEET)
    assert [line.cells for line in workbook.rows(path, "Sheet")] == [[date(2024, 2, 29)]]
    with_parts(path, {SHEET: sheet.replace(b"<v>45351</v>", b"<v>60</v>")})
    assert [line.cells for line in workbook.rows(path, "Sheet")] == [[Fault("bad_date", "60")]]
