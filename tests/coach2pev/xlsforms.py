"""Workbooks for the tests of XLSForm: rows as lists, the first one the header."""

import io
from pathlib import Path
from typing import Any

from openpyxl import Workbook

HEADER = ["type", "name", "label::French (fr)", "label::English (en)"]
Rows = list[list[Any]]
YES_NO = [["list_name", "name", "label::French (fr)", "label::English (en)"],
          ["on", "yes", "Oui", "Yes"], ["on", "no", "Non", "No"]]  # fmt: skip


def a_workbook(survey: Rows, choices: Rows | None = None, settings: Rows | None = None, **more: Rows) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    sheets = {"survey": survey, "choices": choices, "settings": settings, **more}
    for title, rows in sheets.items():
        if rows is not None:
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def a_file(folder: Path, content: bytes, name: str = "form.xlsx") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path
