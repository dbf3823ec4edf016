"""Small tables to read, and what the reader said of them."""

import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from indicators.exchange.problems import MESSAGES, BadFile, Problem
from indicators.exchange.readers import table
from indicators.exchange.records import Item, Note, Row, Unreadable

HEADER = "unite,periode,element,valeur"
LINE = "CSCom 1,202401,BCG,5"
Spec = dict[str, Any]


def long(**settings: Any) -> Spec:
    """The mapping of a table with the columns unite, periode, element, valeur and, where wanted, a note."""
    roles = {"unite": "unit", "periode": "period", "element": "element", "valeur": "value"}
    roles |= settings.pop("more", {})
    return {"shape": "long", "columns": [{"column": name, "role": role} for name, role in roles.items()], **settings}


def wide(*elements: str, **settings: Any) -> Spec:
    columns = [{"column": "unite", "role": "unit"}, {"column": "periode", "role": "period"}]
    columns += [{"column": element, "role": "value", "element": element} for element in elements]
    return {"shape": "wide", "columns": columns, **settings}


def a_file(folder: Path, content: str | bytes, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def a_workbook(folder: Path, rows: Sequence[Any], change: Callable[[Workbook], object] | None = None) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if change:
        change(book)
    path = folder / "table.xlsx"
    book.save(path)
    return path


def with_parts(path: Path, changes: dict[str, bytes | None], *, more: dict[str, bytes] | None = None) -> Path:
    """The workbook with some of its parts replaced, taken out (None) or added."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    kept = {name: changes.get(name, content) for name, content in parts.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**kept, **(more or {})}.items():
            if content is not None:
                archive.writestr(name, content)
    path.write_bytes(out.getvalue())
    return path


def read(path: Path, spec: Spec) -> list[Item]:
    return list(table.read(path, {"mapping": spec}))


def rows_of(items: list[Item]) -> list[Row]:
    return [item for item in items if isinstance(item, Row)]


def problems_of(items: list[Item]) -> list[Problem]:
    found = [problem for item in items if isinstance(item, Unreadable) for problem in item.problems]
    for problem in found:
        assert problem.message
    return found


def notes_of(items: list[Item]) -> dict[str, str]:
    notes = {item.problem.code: item.problem.value for item in items if isinstance(item, Note)}
    assert notes.keys() <= MESSAGES.keys()
    return notes


def outcome(path: Path, spec: Spec) -> Any:
    """What became of the file: `("FILE", code, row)`, or `("ROW", [(code, row), …])`, or `("OK", values)`."""
    try:
        items = read(path, spec)
    except BadFile as error:
        return "FILE", error.problem.code, error.problem.row
    wrong = [(problem.code, problem.row) for problem in problems_of(items)]
    return ("ROW", wrong) if wrong else ("OK", [row.value for row in rows_of(items)])
