"""Any table, CSV or workbook, read as a saved mapping of its columns says. Writes nothing, knows no database."""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Keyed
from pathlib import Path
from typing import Any, NamedTuple

from indicators.exchange.files.lines import Line, shown_cell
from indicators.exchange.files.workbook import SheetInfo
from indicators.exchange.mapping import IGNORED, BadMapping, Mapping
from indicators.exchange.mapping_suggestion import first_row_of, header_row_of, suggest
from indicators.exchange.problems import BadFile, Problem
from indicators.exchange.readers.table_records import Records
from indicators.exchange.readers.table_source import source_of
from indicators.exchange.records import Item, Note

MOST_ROWS = 50_000
_MOST_NAMED = 20


def read(path: Path, options: Keyed[str, Any]) -> Iterator[Item]:
    """The records of the table; options: `mapping` (a spec), `sheet` (instead of the mapping's). Raises BadFile.

    A line of a wide table gives a Row for each value; an empty cell, or a word declared to mean missing, gives none:
    missing is not zero. Notes tell what was left out or found by itself. At most 50,000 lines.
    """
    mapping = mapping_of(options)
    source = source_of(path, mapping)
    yield from source.notes()
    lines = source.lines()
    header, first = _header(lines, mapping)
    if sum(column.role != IGNORED for column in mapping.columns) > 1 and source.mixes_delimiters(header, None):
        raise BadFile("delimiter", row=mapping.header_row)
    records = Records(mapping, header, from_1904=source.from_1904, text_file=not source.sheet)
    for name in records.unknown[:_MOST_NAMED]:
        yield Note(Problem("unknown_column", mapping.header_row, None, name))
    count = hidden = 0
    for line in _from(mapping.first_line, first, lines):
        count += 1
        if count > MOST_ROWS:
            raise BadFile("too_many_rows", f"{MOST_ROWS}")
        hidden += line.hidden
        if len(line.cells) == 1 and source.mixes_delimiters(line.cells, len(header)):
            raise BadFile("delimiter", row=line.number)
        yield from records.of(line)
    if not count:
        raise BadFile("no_rows")
    for code, times in (("hidden_rows", hidden), ("missing_cells", records.missing), ("stripped", records.stripped)):
        if times:
            yield Note(Problem(code, None, None, str(times)))


class Preview(NamedTuple):
    """What the screen shows of a file before anything is read in.

    `lines`: number and cells as a person reads them; `items` what a given mapping makes of the first lines; `spec` the
    given mapping, or a proposal to be looked at. `problem`: why the file cannot be read with this mapping.
    """

    sheets: list[SheetInfo]
    sheet: str
    encoding: str
    delimiter: str
    header: list[str]
    lines: list[tuple[int, list[str]]]
    items: list[Item]
    spec: dict[str, Any]
    problem: Problem | None = None


def preview_rows(path: Path, mapping: Mapping | dict[str, Any] | None, n: int = 20, *, sheet: str = "") -> Preview:
    """The first `n` lines, with a mapping or, None, with a proposal of one. Raises BadFile where there is no table."""
    if isinstance(mapping, dict):
        mapping = mapping_of({"mapping": mapping})
    chosen = mapping.on_sheet(sheet) if mapping and sheet else mapping
    source = source_of(path, chosen, sheet=sheet, any_sheet=True)
    lines = [line for _, line in zip(range(n + 10), source.lines(), strict=False)]
    if not lines:
        raise BadFile("no_rows")
    top = chosen.header_row if chosen else header_row_of(lines)
    header = next(([shown_cell(cell) for cell in line.cells] for line in lines if line.number == top), [])
    first = chosen.first_line if chosen else first_row_of(lines, top) or top + 1
    body = [line for line in lines if line.number >= first][:n]
    if chosen:
        spec = chosen.to_spec()
    else:
        spec = suggest(header, [line.cells for line in body])
        spec |= {"header_row": top, "first_row": first if first > top + 1 else 0, "sheet": source.sheet}
    items: list[Item] = []
    problem = None
    if chosen:
        try:
            items = _first_items(read(path, {"mapping": {**spec, "sheet": source.sheet}}), body)
        except BadFile as error:
            problem = error.problem
    shown = [(line.number, [shown_cell(cell) for cell in line.cells]) for line in lines[: n + 1]]
    return Preview(source.sheets, source.sheet, source.encoding, source.delimiter, header, shown, items, spec, problem)


def mapping_of(options: Keyed[str, Any]) -> Mapping:
    """The mapping that the options carry; BadFile `no_mapping` or `bad_mapping` with the field."""
    if not options.get("mapping"):
        raise BadFile("no_mapping")
    try:
        mapping = Mapping.parse(options["mapping"])
    except BadMapping as error:
        wrong = error.problems[0]
        raise BadFile("bad_mapping", wrong.field, wrong.field) from error
    return mapping.on_sheet(options["sheet"]) if options.get("sheet") else mapping


def _header(lines: Iterator[Line], mapping: Mapping) -> tuple[list[str], Line | None]:
    """The header's cells, and the first line where there is no header."""
    if not mapping.header_row:
        first = next(lines, None)
        width = len(first.cells) if first else 0
        return [str(number) for number in range(1, width + 1)], first
    for line in lines:
        if line.number >= mapping.header_row:
            if line.number > mapping.header_row:
                break
            return [shown_cell(cell) for cell in line.cells], None
    raise BadFile("no_header", mapping.header_row, row=mapping.header_row)


def _from(number: int, first: Line | None, lines: Iterator[Line]) -> Iterator[Line]:
    if first and first.number >= number:
        yield first
    for line in lines:
        if line.number >= number:
            yield line


def _first_items(items: Iterator[Item], body: Sequence[Line]) -> list[Item]:
    """What the lines shown become; reading stops at the first line beyond them."""
    found: list[Item] = []
    last = body[-1].number if body else 0
    for item in items:
        if (getattr(item, "number", None) or 0) > last:
            break
        found.append(item)
    return found
