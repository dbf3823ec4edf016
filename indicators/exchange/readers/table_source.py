"""The file behind a table: its lines, and what a person should know of it beside them."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

from indicators.exchange.files import csv_rows, workbook
from indicators.exchange.files.archive import members, opened
from indicators.exchange.files.lines import Cell, Lines
from indicators.exchange.files.workbook import SheetInfo
from indicators.exchange.mapping import Mapping
from indicators.exchange.problems import BadFile, Problem, shown
from indicators.exchange.records import Note

LARGEST = 32 * 1024 * 1024
"""Bytes of a text table after unpacking: 50,000 lines of 640."""
_ENCODINGS = {"cp1252": "Windows-1252", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
_NO_TABLES = ((b"<", "HTML, XML"), (b"{", "JSON"), (b"[", "JSON"), (b"%PDF", "PDF"), (b"PAR1", "Parquet"))
_OLE = bytes.fromhex("d0cf11e0")


class Source:
    """A text table. `sheet` is empty; a workbook's Source tells it."""

    sheets: list[SheetInfo] = []
    sheet = ""
    from_1904 = False
    encoding = ""
    delimiter = ""

    def lines(self) -> Lines:
        raise NotImplementedError

    def notes(self) -> Iterator[Note]:
        yield from ()

    def mixes_delimiters(self, cells: Sequence[Cell], width: int | None) -> bool:
        return False


class _Text(Source):
    def __init__(self, path: Path, mapping: Mapping | None) -> None:
        _refuse_other_formats(path)
        self._path = path
        delimiter, encoding = (mapping.delimiter, mapping.encoding) if mapping else ("", "")
        self._dialect = csv_rows.dialect_of(path, delimiter=delimiter, encoding=encoding, largest=LARGEST)
        self.encoding, self.delimiter = self._dialect.encoding.name, self._dialect.delimiter

    def lines(self) -> Lines:
        return csv_rows.lines(self._path, self._dialect)

    def notes(self) -> Iterator[Note]:
        if self.encoding in _ENCODINGS:
            yield _note("encoding_found", _ENCODINGS[self.encoding])

    def mixes_delimiters(self, cells: Sequence[Cell], width: int | None) -> bool:
        texts = [cell for cell in cells if isinstance(cell, str)]
        return csv_rows.other_delimiter(texts, width, self.delimiter)


class _Workbook(Source):
    def __init__(self, path: Path, mapping: Mapping | None, sheet: str, any_sheet: bool) -> None:
        self._path = path
        self._header_row = mapping.header_row if mapping else 0
        self.sheets = workbook.sheets(path)
        self.sheet = sheet or (mapping.sheet if mapping else "")
        if not self.sheet:
            if len(self.sheets) > 1 and not any_sheet:
                raise BadFile("choose_sheet", ", ".join(info.name for info in self.sheets))
            self.sheet = next((info.name for info in self.sheets if not info.hidden), self.sheets[0].name)
        self.from_1904 = workbook.from_1904(path)

    @cached_property
    def _layout(self) -> workbook.Layout:
        return workbook.layout(self._path, self.sheet)

    def lines(self) -> Lines:
        """Raises BadFile `merged_header` first: a merged cell belongs to one column and stands over several."""
        for top, _left, bottom, _right in self._layout.merged:
            if self._header_row and top <= self._header_row <= bottom:
                raise BadFile("merged_header", self._header_row, row=self._header_row)
        return workbook.rows(self._path, self.sheet)

    def notes(self) -> Iterator[Note]:
        hidden = sum(last - first + 1 for first, last in self._layout.hidden_columns)
        if hidden:
            yield _note("hidden_columns", hidden)
        if others := [info.name for info in self.sheets if info.hidden]:
            yield _note("hidden_sheets", ", ".join(others))
        if parts := workbook.foreign_parts(self._path):
            yield _note("foreign_parts", parts)


def source_of(path: Path, mapping: Mapping | None, *, sheet: str = "", any_sheet: bool = False) -> Source:
    """The file as a table; `any_sheet` takes the first that is shown where none is named. Raises BadFile."""
    if is_workbook(path):
        return _Workbook(path, mapping, sheet, any_sheet)
    return _Text(path, mapping)


def is_workbook(path: Path) -> bool:
    """True for what a spreadsheet program saved in a format of its own, of those that are refused too."""
    try:
        with path.open("rb") as stream:
            head = stream.read(4)
        if head == _OLE:
            return True
    except OSError as error:
        raise BadFile("file_not_found", error.strerror or path.name) from error
    names = members(path)
    return "[Content_Types].xml" in names or "mimetype" in names


def _refuse_other_formats(path: Path) -> None:
    with opened(path) as stream:
        head = stream.read(1024).removeprefix(b"\xef\xbb\xbf").lstrip()
    for start, name in _NO_TABLES:
        if head.startswith(start):
            raise BadFile("no_table", name)


def _note(code: str, value: object) -> Note:
    return Note(Problem(code, None, None, shown(value)))
