"""DHIS2 values as CSV, headed in all the ways that DHIS2 and its neighbours do, or without a header.

Streams; writes nothing, knows no database.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Any

from indicators.exchange.files import csv_rows
from indicators.exchange.files.inert import bared
from indicators.exchange.files.lines import Line, normalised
from indicators.exchange.problems import BadFile, Problem, shown
from indicators.exchange.readers.sets import counted
from indicators.exchange.records import Item, Note, Row, Unreadable
from indicators.geography.uids import is_uid

_NAMES = {
    **dict.fromkeys(("dataelement", "dataelementid", "de"), "data_element"),
    **dict.fromkeys(("period", "pe"), "period"),
    **dict.fromkeys(("orgunit", "organisationunit", "orgunitid", "ou"), "org_unit"),
    **dict.fromkeys(("categoryoptioncombo", "catoptcombo", "coc"), "option"),
    **dict.fromkeys(("attributeoptioncombo", "attroptcombo", "aoc", "acoc"), "attribute"),
    "value": "value",
    **dict.fromkeys(("comment", "cmt"), "comment"),
    "deleted": "deleted",
}
_LEFT_OUT = {"dataset", "storedby", "strby", "timestamp", "lastupdated", "lstupd", "created", "followup"}
"""Columns that DHIS2 knows and that are not read: our clock counts, not the file's."""
REQUIRED = ("data_element", "period", "org_unit", "value")
_BY_PLACE = ["data_element", "period", "org_unit", "option", "attribute", "value", "", "", "comment", "", "deleted"]
_DELETED = {"": False, "false": False, "true": True}
_row = partial(tuple.__new__, Row)
_ENCODINGS = {"cp1252": "Windows-1252", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}


def read(path: Path, options: Mapping[str, Any]) -> Iterator[Item]:
    """The values; `number` counts the file's rows from 1, its header too. Option: `rows`, how many there must be.

    Spaces around a cell are no part of it. Columns behind the value may be missing at a row's end, as in DHIS2's own
    files. Raises BadFile: what `csv_rows` raises, `no_rows`, `missing_column`, `duplicate_header`.
    """
    return counted(_items(path), options)


def looks_like(cells: Sequence[str]) -> bool:
    """Whether the first row is a DHIS2 header, or a value without one."""
    header = [_plain(cell) for cell in cells]
    named = {_NAMES.get(name) for name in header}
    return named >= set(REQUIRED) or _is_value(cells)


def _items(path: Path) -> Iterator[Item]:
    dialect = csv_rows.dialect_of(path)
    if found := _ENCODINGS.get(dialect.encoding.name):
        yield Note(Problem("encoding_found", None, None, found))
    lines = csv_rows.lines(path, dialect)
    first = next(lines, None)
    if first is None:
        raise BadFile("no_rows")
    cells = [str(cell) for cell in first.cells]
    if _is_value(cells):
        columns, lines = _BY_PLACE, chain([first], lines)
    else:
        columns = _columns(cells)
        unknown = [
            cell for cell, name in zip(cells, columns, strict=True) if not name and _plain(cell) not in _LEFT_OUT
        ]
        for name in unknown:
            yield Note(Problem("column_left_out", first.number, None, shown(name)))
    line = next(lines, None)
    if line is None:
        raise BadFile("no_rows")
    yield from map(_Rows(columns).of, chain([line], lines))


def _columns(header: Sequence[str]) -> list[str]:
    """What each column holds; an empty text for those that are not read."""
    found = [_NAMES.get(_plain(cell), "") for cell in header]
    for name in REQUIRED:
        if name not in found:
            raise BadFile("missing_column", name.replace("_", ""))
    for place, name in enumerate(found):
        if name and name in found[:place]:
            raise BadFile("duplicate_header", header[place].strip())
    return found


class _Rows:
    """Makes a row of each line; a column that the file has not is read as an empty cell behind the last."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._width = len(columns)
        self._least = max(columns.index(name) for name in REQUIRED) + 1
        wanted = ("data_element", "period", "org_unit", "option", "attribute", "value", "deleted", "comment")
        self._cells = itemgetter(*(columns.index(name) if name in columns else -1 for name in wanted))

    def of(self, line: Line) -> Row | Unreadable:
        number, many = line.number, len(line.cells)
        if not self._least <= many <= self._width:
            code = "too_many_cells" if many > self._width else "too_few_cells"
            return Unreadable((Problem(code, number, None, str(many)),))
        cells = self._cells([*line.cells, *[""] * (self._width - many + 1)])
        *fields, deleted, comment = [cell.strip() for cell in cells]
        if deleted not in _DELETED and (deleted := deleted.casefold()) not in _DELETED:
            return Unreadable((Problem("wrong_type", number, "deleted", shown(deleted)),))
        if '"' in "".join(fields):
            fields = [_bare(field) for field in fields]
        return _row((number, *fields, _DELETED[deleted], bared(comment) if comment else "", ""))


def _bare(cell: Any) -> str:
    """Without spaces around it, and without the quotes that a space before them made part of the cell."""
    text: str = cell.strip()
    return text[1:-1].strip() if text[:1] == '"' == text[-1:] and len(text) > 1 else text


def _plain(header: str) -> str:
    return normalised(_bare(header)).replace(" ", "")


def _is_value(cells: Sequence[str]) -> bool:
    """Data element, period, unit, two combinations or nothing, value: by their place."""
    if not 6 <= len(cells) <= len(_BY_PLACE):
        return False
    named = [_bare(cell) for cell in cells[:5]]
    return is_uid(named[0]) and is_uid(named[2]) and all(not one or is_uid(one) for one in named[3:])
