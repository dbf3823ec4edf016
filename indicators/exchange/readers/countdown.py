"""Countdown to 2030's data workbook: districts by month or year, a column an element. Writes nothing.

Row 1 of a sheet names its columns for machines, rows 2 and 3 for people. Source: the tool of the Countdown's health
facility data analyses (github.com/damurka/cd2030.core).
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from indicators.exchange.files import workbook
from indicators.exchange.files.characters import composed, has_control
from indicators.exchange.files.lines import Cell, Fault, Line, normalised, plain_number, shown_cell
from indicators.exchange.numbers import BadNumber
from indicators.exchange.problems import BadFile, Problem, shown
from indicators.exchange.readers.table_source import is_workbook
from indicators.exchange.records import DEFAULT, Item, Note, Row, Unreadable
from indicators.exchange.written_numbers import written_number
from indicators.exchange.written_periods import BadWritten, period_of_parts

_SHEETS = {"Reporting_completeness", "Service_data_1"}
_FIRST_LINE = 4
_RATE = "rate"
MOST_ROWS = 50_000


def looks_like(path: Path) -> bool:
    """True for a workbook with the Countdown's sheets and machine header. Never raises BadFile."""
    try:
        if not is_workbook(path) or not {info.name for info in workbook.sheets(path)} >= _SHEETS:
            return False
        header = next(workbook.rows(path, "Service_data_1"), None)
    except BadFile:
        return False
    return header is not None and _keys(header.cells) == ["district", "year", "month"]


def read(path: Path, options: Mapping[str, Any]) -> Iterator[Item]:
    """A Row for each filled cell: the element is the column's machine name, the unit the district as written.

    The period is the month, or the year where a sheet has no months (populations). Options: `columns`, machine names,
    takes these alone. Rates are left out: they are computed from their counts, and never added up. Raises BadFile.
    """
    wanted = {normalised(str(name)) for name in options.get("columns") or ()}
    for info in workbook.sheets(path):
        lines = workbook.rows(path, info.name)
        header = next(lines, None)
        keys = _keys(header.cells) if header and header.number == 1 else []
        if keys[:2] != ["district", "year"]:
            yield Note(Problem("left_out_sheet", None, None, shown(info.name)))
            continue
        assert header is not None
        columns = {}
        names: set[str] = set()
        for index, cell in islice(enumerate(header.cells), len(keys), None):
            name = " ".join(shown_cell(cell).split())
            if name and normalised(name) in names:
                raise BadFile("duplicate_header", name, field=info.name, row=1)
            names.add(normalised(name))
            if normalised(name).split()[-1:] == [_RATE]:
                yield Note(Problem("left_out_column", 1, info.name, shown(name)))
            elif name and (not wanted or normalised(name) in wanted):
                columns[index] = name
        for count, line in enumerate(line for line in lines if line.number >= _FIRST_LINE):
            if count == MOST_ROWS:
                raise BadFile("too_many_rows", f"{MOST_ROWS}", field=info.name)
            yield from _records(line, keys, columns, info.name)


def _keys(cells: Sequence[Cell]) -> list[str]:
    """What names the unit and the period: district, year and, where there is one, month."""
    names = [normalised(shown_cell(cell)) for cell in cells[:3]]
    return names if names[2:] == ["month"] else names[:2]


def _records(line: Line, keys: list[str], columns: dict[int, str], sheet: str) -> Iterator[Item]:
    found = [(index, name, line.cells[index]) for index, name in columns.items() if index < len(line.cells)]
    found = [one for one in found if one[2] != ""]
    if not found:
        return
    texts = [composed(shown_cell(cell)) for cell in line.cells[: len(keys)]]
    problems = []
    for key, cell, text in zip(keys, line.cells, texts, strict=False):
        if isinstance(cell, Fault):
            problems.append(Problem(cell.code, line.number, f"{sheet}: {key}", shown(cell.value)))
        elif not text:
            problems.append(Problem("missing_field", line.number, f"{sheet}: {key}", ""))
        elif has_control(text):
            problems.append(Problem("control_char", line.number, f"{sheet}: {key}", shown(text)))
    period = ""
    if not problems:
        try:
            period = period_of_parts(texts[1], texts[2] if len(texts) > 2 else "")
        except BadWritten as error:
            problems.append(Problem(error.args[0], line.number, f"{sheet}: year", shown(" ".join(texts[1:]))))
    if problems:
        yield Unreadable(tuple(problems))
        return
    for _, name, cell in found:
        place = shown(f"{sheet}: {name}")
        try:
            value = _value(cell)
        except BadNumber as error:
            yield Unreadable((Problem(error.args[0], line.number, place, shown(shown_cell(cell))),))
            continue
        yield Row(line.number, name, period, texts[0], DEFAULT, DEFAULT, value, False, "", place)


def _value(cell: Cell) -> str:
    if isinstance(cell, float):
        return plain_number(cell)
    if isinstance(cell, str):
        return written_number(cell)
    raise BadNumber(cell.code if isinstance(cell, Fault) else "date_not_expected")
