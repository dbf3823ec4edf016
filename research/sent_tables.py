"""Rows of a file that was sent: CSV, XLSX or JSON, told by content. One flat record for each.

A record is what the file says, by the name of its field with the groups before it (`froid/temperature`); nothing is
read into it yet.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from indicators.exchange.files import csv_rows, strict_json, workbook
from indicators.exchange.files.archive import members, opened
from indicators.exchange.files.characters import composed, without_control
from indicators.exchange.files.inert import bared
from indicators.exchange.files.lines import Fault, Line, shown_cell
from indicators.exchange.problems import BadFile

LARGEST = 20 * 1024**2
"""Bytes after unpacking."""
MOST_COLUMNS = 2_000
_LISTS = ("results", "value")
"""Under which names the two systems' interfaces put their submissions."""


class Record(NamedTuple):
    """`number` is the row of the sheet, or the place in the list of a JSON file from 1."""

    number: int
    fields: dict[str, str]


class Records(NamedTuple):
    """`columns` in the order in which they first appear; `notices` are sentences on what was not read."""

    kind: str
    columns: list[str]
    rows: list[Record]
    notices: list[str]


def records_of(path: Path, most: int) -> Records:
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


def _of_workbook(path: Path, most: int) -> Records:
    visible = [info.name for info in workbook.sheets(path) if not info.hidden]
    if not visible:
        raise BadFile("no_rows")
    notices = [
        _("The sheet “%(name)s” was not read: submissions stand in the first one.") % {"name": name[:60]}
        for name in visible[1:11]
    ]
    return _of_table("XLSX", workbook.rows(path, visible[0], most_columns=MOST_COLUMNS), most, notices)


def _of_table(kind: str, lines: Iterator[Line], most: int, notices: list[str]) -> Records:
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
    return Records(kind, [column for column in columns if column], rows, notices)


def _of_json(path: Path, most: int) -> Records:
    content = strict_json.load(path)
    for name in _LISTS:
        if isinstance(content, dict) and isinstance(content.get(name), list):
            content = content[name]
    if isinstance(content, dict):
        content = [content]
    if not isinstance(content, list) or not all(isinstance(one, dict) for one in content):
        raise BadFile("wrong_shape", _("a list of submissions"))
    if len(content) > most:
        raise BadFile("too_many_rows", most)
    rows, columns, lists = [], dict[str, None](), dict[str, None]()
    for number, one in enumerate(content, 1):
        fields: dict[str, str] = {}
        _flatten(one, "", fields, lists)
        columns |= dict.fromkeys(fields)
        rows.append(Record(number, fields))
    notices = [
        _("“%(name)s” holds several records and was not read.") % {"name": name[:60]}
        for name in lists
        if not name.startswith("_")
    ]
    return Records("JSON", list(columns), rows, notices[:10])


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
