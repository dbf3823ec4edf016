"""Reads a table that was sent, in a process of its own (`sent_tables`): no settings, no database, no language.

CSV, XLSX or JSON, told by content. A record is what the file says, by the name of its field with the groups before it
(`froid/temperature`); nothing is read into it yet.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from indicators.exchange import confined
from indicators.exchange.files import csv_rows, strict_json, workbook
from indicators.exchange.files.archive import members, opened
from indicators.exchange.files.characters import composed, without_control
from indicators.exchange.files.inert import bared
from indicators.exchange.files.lines import Fault, Line, shown_cell
from indicators.exchange.problems import BadFile

LARGEST = 20 * 1024**2
"""Bytes after unpacking."""
MOST_COLUMNS = 2_000
SUBMISSIONS = "submissions"
"""What `wrong_shape` asks for, in the parent's language."""
SHEET, LIST = "sheet", "list"
"""What was not read: another sheet of the workbook, a field of several records."""
_LISTS = ("results", "value")
"""Under which names the two systems' interfaces put their submissions."""


class Record(NamedTuple):
    """`number` is the row of the sheet, or the place in the list of a JSON file from 1."""

    number: int
    fields: dict[str, str]


class Found(NamedTuple):
    """`columns` in the order in which they first appear; `unread`: what was not read (SHEET, LIST) and its name."""

    kind: str
    columns: list[str]
    rows: list[Record]
    unread: list[tuple[str, str]]


def read(path: Path, most: int) -> Found:
    """All records of the file, at most `most`. Raises BadFile."""
    names = members(path)
    if path.stat().st_size > LARGEST:
        raise BadFile("too_large", f"{LARGEST // 1024**2} MB")
    if "xl/workbook.xml" in names or "[Content_Types].xml" in names:
        found = _of_workbook(path, most)
    elif _is_json(path):
        found = _of_json(path, most)
    else:
        dialect = csv_rows.dialect_of(path, largest=LARGEST)
        lines = csv_rows.lines(path, dialect, most_columns=MOST_COLUMNS)
        found = _of_table("CSV", lines, most, [])
    if not found.rows:
        raise BadFile("no_rows")
    return found


def _is_json(path: Path) -> bool:
    with opened(path, LARGEST) as stream:
        return stream.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


def _of_workbook(path: Path, most: int) -> Found:
    visible = [info.name for info in workbook.sheets(path) if not info.hidden]
    if not visible:
        raise BadFile("no_rows")
    unread = [(SHEET, name) for name in visible[1:11]]
    return _of_table("XLSX", workbook.rows(path, visible[0], most_columns=MOST_COLUMNS), most, unread)


def _of_table(kind: str, lines: Iterator[Line], most: int, unread: list[tuple[str, str]]) -> Found:
    header = next(lines, None)
    if header is None:
        raise BadFile("empty_file")
    columns = [composed(shown_cell(cell)) for cell in header.cells]
    for column in columns:
        if column and columns.count(column) > 1:
            raise BadFile("duplicate_header", column, row=header.number)
    rows = []
    for line in lines:
        fields = {}
        if any(shown_cell(cell) for cell in line.cells[len(columns) :]):
            raise BadFile("too_many_cells", len(line.cells), row=line.number)
        for column, cell in zip(columns, line.cells, strict=False):
            if isinstance(cell, Fault) and cell.code != "boolean_cell":
                raise BadFile(cell.code, cell.value, row=line.number)
            text = _clean(bared(shown_cell(cell)))
            if column and text:
                fields[column] = text
        if fields:
            rows.append(Record(line.number, fields))
        if len(rows) > most:
            raise BadFile("too_many_rows", most)
    return Found(kind, [column for column in columns if column], rows, unread)


def _of_json(path: Path, most: int) -> Found:
    content = strict_json.load(path)
    for name in _LISTS:
        if isinstance(content, dict) and isinstance(content.get(name), list):
            content = content[name]
    if isinstance(content, dict):
        content = [content]
    if not isinstance(content, list) or not all(isinstance(one, dict) for one in content):
        raise BadFile("wrong_shape", SUBMISSIONS)
    if len(content) > most:
        raise BadFile("too_many_rows", most)
    rows, columns, lists = [], dict[str, None](), dict[str, None]()
    for number, one in enumerate(content, 1):
        fields: dict[str, str] = {}
        _flatten(one, "", fields, lists)
        columns |= dict.fromkeys(fields)
        rows.append(Record(number, fields))
    unread = [(LIST, name) for name in lists if not name.startswith("_")]
    return Found("JSON", list(columns), rows, unread[:10])


def _flatten(found: dict[str, Any], before: str, fields: dict[str, str], lists: dict[str, None]) -> None:
    for name, value in found.items():
        path = f"{before}{name}"
        if isinstance(value, dict):
            if value.get("type") == "Point" and isinstance(value.get("coordinates"), list):
                fields[path] = _point(value["coordinates"])
            else:
                _flatten(value, f"{path}/", fields, lists)
        elif isinstance(value, list):
            lists[path] = None
        elif isinstance(value, bool):
            fields[path] = "true" if value else "false"
        elif value is not None and (text := _clean(str(value))):
            fields[path] = text


def _point(coordinates: list[Any]) -> str:
    """ODK hands a place over as GeoJSON: longitude first."""
    parts = [str(part) for part in coordinates[:3]]
    return " ".join([*reversed(parts[:2]), *parts[2:]])


def _clean(text: str) -> str:
    return without_control(composed(text))


def write(found: Found, folder: Path) -> None:
    (folder / "records.json").write_text(json.dumps(found))


def written(folder: Path) -> Found:
    """What the process wrote: data, even where a file has taken it over."""
    kind, columns, rows, unread = json.loads((folder / "records.json").read_text())
    return Found(kind, columns, [Record(*row) for row in rows], [(what, name) for what, name in unread])


if __name__ == "__main__":
    sys.exit(confined.work(lambda folder: write(read(Path(sys.argv[1]), int(sys.argv[2])), folder)))
