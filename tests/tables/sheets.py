"""Workbooks written by hand, for what no spreadsheet program writes."""

from pathlib import Path

from tests.tables.tables import a_workbook, with_parts

HEADER = ["unite", "periode", "element", "valeur"]
LINE = ["CSCom 1", "202401", "BCG", 5]
SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def a_sheet(rows: str, before: str = "") -> bytes:
    content = f'<worksheet xmlns="{NAMESPACE}">{before}<sheetData>{rows}</sheetData></worksheet>'
    return f'<?xml version="1.0" encoding="UTF-8"?>{content}'.encode()


def a_row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def text(place: str, value: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


HEADER_ROW = a_row(1, *(text(f"{letter}1", name) for letter, name in zip("ABCD", HEADER, strict=True)))


def with_sheet(folder: Path, content: bytes) -> Path:
    return with_parts(a_workbook(folder, [HEADER, LINE]), {SHEET: content})


def with_value(folder: Path, cell: str) -> Path:
    row = a_row(2, text("A2", "CSCom 1"), text("B2", "202401"), text("C2", "BCG"), cell)
    return with_sheet(folder, a_sheet(HEADER_ROW + row))
