"""Workbooks (.xlsx), read row by row in bounded memory; nothing is computed, guessed or written.

Our own reader because the ones at hand lose what matters here: a formula that was never computed reads as an empty
cell, hidden rows as any other, and the size that a sheet claims is believed.
"""

import math
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from indicators.exchange.files.cell_formats import day_of
from indicators.exchange.files.lines import MOST_COLUMNS, Cell, Fault, Line
from indicators.exchange.files.workbook_book import Book, SheetInfo, unescaped
from indicators.exchange.files.workbook_parts import Attributes, opened_workbook
from indicators.exchange.problems import BadFile

LONGEST_CELL = 100_000
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_RANGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}[0-9]{1,7}):([A-Z]{1,3}[0-9]{1,7})"')
_COLUMN = re.compile(rb"<(?:\w+:)?col\s[^>]*>")
_FOREIGN = ("xl/externalLinks/", "xl/embeddings/", "xl/activeX/", "xl/connections", "xl/queryTables/")
_TAIL = 1024


class Layout(NamedTuple):
    """What of a sheet is not in its cells. Rows and columns count from 1; a merged range is first and last of both."""

    merged: tuple[tuple[int, int, int, int], ...]
    hidden_columns: tuple[tuple[int, int], ...]


def sheets(path: Path) -> list[SheetInfo]:
    """The sheets that hold cells, in the workbook's order. Raises BadFile."""
    with opened_workbook(path) as parts:
        return [sheet for sheet, _ in Book(parts).sheets]


def foreign_parts(path: Path) -> int:
    """How many linked workbooks, embedded objects and data connections the file carries; none is ever read."""
    with opened_workbook(path) as parts:
        return sum(name.startswith(_FOREIGN) and "/_rels/" not in name for name in parts.names)


def from_1904(path: Path) -> bool:
    """True where the workbook counts its days from 1 January 1904."""
    with opened_workbook(path) as parts:
        return Book(parts).from_1904


def layout(path: Path, sheet: str) -> Layout:
    """Merged ranges and hidden columns; searched for, not parsed, since they stand behind the cells."""
    merged: set[tuple[int, int, int, int]] = set()
    hidden: set[tuple[int, int]] = set()
    with opened_workbook(path) as parts:
        tail = b""
        for piece in parts.pieces(Book(parts).part_of(sheet)):
            window = tail + piece
            for first, last in _RANGE.findall(window) if b"mergeCell" in window else ():
                (top, left), (bottom, right) = _place(first.decode()), _place(last.decode())
                merged.add((top, left, bottom, right))
            for column in _COLUMN.findall(window) if b"col " in window else ():
                found = dict(re.findall(rb'(\w+)="([^"]*)"', column))
                if found.get(b"hidden") in (b"1", b"true"):
                    hidden.add((int(found.get(b"min", 0)), int(found.get(b"max", 0))))
            tail = window[-_TAIL:]
    return Layout(tuple(sorted(merged)), tuple(sorted(hidden)))


def rows(path: Path, sheet: str, *, most_columns: int = MOST_COLUMNS) -> Iterator[Line]:
    """The rows that hold anything. Raises BadFile with the row.

    Numbers come as floats, cells shown as dates as dates (1904's system honoured), a formula as the value that was
    kept with it. A Fault stands for what has none: `formula_no_value`, `excel_error`, `boolean_cell`, `percent_cell`,
    `bad_date`, `too_long`, `not_finite`.
    """
    with opened_workbook(path) as parts:
        book = Book(parts)
        part = book.part_of(sheet)
        reading = _Rows(book, most_columns)
        for _ in parts.walk(part, reading.start, reading.end, reading.data):
            yield from reading.done
            reading.done.clear()


class _Rows:
    """Puts the rows of a sheet together while its tags are told; `done` holds those that are complete."""

    def __init__(self, book: Book, most_columns: int) -> None:
        self.done: list[Line] = []
        self._shared = book.shared()
        self._dates, self._percents = book.styles()
        self._from_1904 = book.from_1904
        self._most_columns = most_columns
        self._number = 0
        self._hidden = False
        self._cells: list[Cell] = []
        self._column = 0
        self._given: Attributes = {}
        self._formula = self._has_value = self._wanted = self._aside = False
        self._pieces: list[str] = []
        self._length = 0

    def start(self, tag: str, given: Attributes) -> None:
        if tag == "v" or (tag == "t" and not self._aside):
            self._wanted = self._has_value = True
        elif tag == "c":
            self._given, self._formula, self._has_value, self._pieces, self._length = given, False, False, [], 0
            self._column += 1
            if "r" in given:
                self._column = _place(given["r"])[1]
            if self._column <= len(self._cells):
                raise BadFile("bad_workbook", given["r"], row=self._number)
        elif tag == "f":
            self._formula = True
        elif tag == "rPh":
            self._aside = True
        elif tag == "row":
            before = self._number
            text = given.get("r", "")
            self._number = int(text) if text.isdecimal() and len(text) < 8 else before + 1
            if self._number <= before:
                raise BadFile("bad_workbook", text, row=before)
            self._hidden = given.get("hidden", "0") in ("1", "true")
            self._cells, self._column = [], 0

    def data(self, text: str) -> None:
        if self._wanted:
            self._length += len(text)
            if self._length <= LONGEST_CELL:
                self._pieces.append(text)

    def end(self, tag: str) -> None:
        if tag == "v" or tag == "t":
            self._wanted = False
        elif tag == "rPh":
            self._aside = False
        elif tag == "c":
            cell = self._cell()
            if cell != "":
                if self._column > self._most_columns:
                    raise BadFile("too_many_columns", self._most_columns, row=self._number)
                cells = self._cells
                cells.extend([""] * (self._column - 1 - len(cells)))
                cells.append(cell)
        elif tag == "row" and self._cells:
            self.done.append(Line(self._number, self._cells, self._hidden))
            self._cells = []

    def _cell(self) -> Cell:
        if self._length > LONGEST_CELL:
            return Fault("too_long", "".join(self._pieces)[:100])
        text = "".join(self._pieces)
        kind = self._given.get("t", "n")
        if self._formula and not (text or (kind == "str" and self._has_value)):
            return Fault("formula_no_value", self._given.get("r", ""))
        if kind == "s":
            return self._text(text)
        if kind == "n":
            return self._number_or_date(text) if text else ""
        if kind in ("str", "inlineStr"):
            return unescaped(text)
        if kind == "b":
            return Fault("boolean_cell", "TRUE" if text == "1" else "FALSE")
        if kind == "d":
            return _written_date(text)
        return Fault("excel_error", text)

    def _text(self, index: str) -> Cell:
        if not index:
            return ""
        if not index.isdecimal() or len(index) > 9 or int(index) >= len(self._shared):
            raise BadFile("bad_workbook", index, row=self._number)
        text = self._shared[int(index)]
        return text if len(text) <= LONGEST_CELL else Fault("too_long", text[:100])

    def _number_or_date(self, text: str) -> Cell:
        try:
            number = float(text)
        except ValueError as error:
            raise BadFile("bad_workbook", text, row=self._number) from error
        if not math.isfinite(number):
            return Fault("not_finite", text)
        style = self._given.get("s", "0")
        if style in self._percents:
            return Fault("percent_cell", f"{number * 100:.15g} %")
        if style not in self._dates:
            return number
        return day_of(number, from_1904=self._from_1904) or Fault("bad_date", text)


def _place(reference: str) -> tuple[int, int]:
    """`AB12` → row 12, column 28."""
    match = _REFERENCE.fullmatch(reference)
    if not match:
        raise BadFile("bad_workbook", reference)
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def _written_date(text: str) -> Cell:
    try:
        return date(*datetime.fromisoformat(text).timetuple()[:3])
    except ValueError:
        return Fault("bad_date", text)
