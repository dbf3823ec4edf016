"""Tables as files: CSV and XLSX in which no text can act as a formula, and a missing value is an empty cell."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from indicators.exchange.files.inert import inert

Value = str | float | int | None
Rows = Iterable[Sequence[Value]]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_TEXT = 32_767  # what a cell of XLSX holds
_REPLACED = "\ufffd"  # stands where a file cannot hold a character
_CUT = "…"
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # in a workbook `_x0041_` means A
_NO_SHEET_NAME = re.compile(r"[\\/*?:\[\]]")


def csv_file(name: str, headers: Sequence[str], rows: Rows) -> HttpResponse:
    """UTF-8 with a byte-order mark, commas, a decimal point. Text that a spreadsheet would compute starts with '.

    The table reader takes that sign away again: what goes out comes back in unchanged.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_csv_value(header) for header in headers])
    writer.writerows([_csv_value(value) for value in row] for row in rows)
    return _attachment(out.getvalue().encode("utf-8-sig"), f"{name}.csv", "text/csv; charset=utf-8")


def xlsx_file(name: str, sheets: Sequence[tuple[str, Sequence[str], Rows]]) -> HttpResponse:
    """A workbook of sheets (title, headers, rows). Text cells are typed as text, whatever they begin with."""
    book = Workbook(write_only=True)
    for title, headers, rows in sheets:
        sheet = book.create_sheet(_NO_SHEET_NAME.sub(" ", title)[:31])
        sheet.freeze_panes = "A2"
        sheet.append([_text_cell(sheet, header, bold=True) for header in headers])
        for row in rows:
            sheet.append([_xlsx_value(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return _attachment(out.getvalue(), f"{name}.xlsx", XLSX)


def _csv_value(value: Value) -> Value:
    return inert(ILLEGAL_CHARACTERS_RE.sub(_REPLACED, value)) if isinstance(value, str) else _plain(value)


def _plain(value: float | int | None) -> float | int | None:
    """12.0 as 12: doses are counted, not measured."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _xlsx_value(sheet: Any, value: Value) -> Any:
    """A typed cell costs several times a plain value: only text that would be taken for something else gets one."""
    if not isinstance(value, str):
        return _plain(value)
    plain = not (value.startswith(("=", "#")) or len(value) > _LONGEST_TEXT or "_x" in value)
    return value if plain and not ILLEGAL_CHARACTERS_RE.search(value) else _text_cell(sheet, value)


def _text_cell(sheet: Any, text: str, *, bold: bool = False) -> Any:
    text = _ESCAPE.sub("_x005F_", ILLEGAL_CHARACTERS_RE.sub(_REPLACED, text))
    if len(text) > _LONGEST_TEXT:
        text = text[: _LONGEST_TEXT - 1] + _CUT
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # else text that starts with «=» would be a formula
    if bold:
        cell.font = Font(bold=True)
    return cell


def _attachment(content: bytes, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
