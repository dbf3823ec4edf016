"""Strict CSV: what Python's reader lets pass or loses without a word is refused here. Streams; writes nothing."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TextIO

from indicators.exchange.files.lines import MOST_COLUMNS, Line
from indicators.exchange.files.text import Encoding, encoding_of, text_of
from indicators.exchange.problems import BadFile

DELIMITERS = (",", ";", "\t", "|")
LONGEST_LINE = 4_000_000
"""Characters of one line of the file, and of one row where a quoted text holds line ends."""
_SAMPLE = 50
# Python's limit of a cell is one for the whole process; rows are limited below, before cells are made.
csv.field_size_limit(2 * LONGEST_LINE)


class Dialect(NamedTuple):
    """How the file is written. `skip`: the lines before the table that only name the delimiter (`sep=;`)."""

    encoding: Encoding
    delimiter: str
    skip: int = 0


def dialect_of(path: Path, *, delimiter: str = "", encoding: str = "", largest: int | None = None) -> Dialect:
    """The file's encoding and delimiter, found where they are not given.

    The delimiter is the one that cuts most of the first 50 lines into equally many cells. Raises BadFile: what
    `encoding_of` raises, `delimiter` where two fit equally well.
    """
    found = _chosen(path, encoding, largest) if encoding else encoding_of(path, largest=largest)
    with text_of(path, found) as text:
        sample = _sample(text)
    if sample and (named := sample[0].strip().casefold()).startswith("sep=") and len(sample[0].rstrip("\r\n")) == 5:
        return Dialect(found, delimiter or named[4:] or "\t", skip=1)
    return Dialect(found, delimiter or _delimiter_of(sample))


def lines(path: Path, dialect: Dialect, *, most_columns: int = MOST_COLUMNS) -> Iterator[Line]:
    """The lines that hold anything, cells as written. Raises BadFile with the row.

    `unclosed_quote`: a quote is not closed, or text follows a closed one; the row is the one that begins with it.
    `too_many_columns`, `line_too_long`. Rows are counted as a spreadsheet program does: a quoted text may hold line
    ends, and an empty line is counted and left out.
    """
    with text_of(path, dialect.encoding) as text:
        position = _Position()
        source = _lines(text, position)
        for _ in range(dialect.skip):
            next(source, None)
        number = dialect.skip
        rows = csv.reader(source, delimiter=dialect.delimiter, strict=True)
        while True:
            number += 1
            position.row, position.length = number, 0
            try:
                cells = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                raise BadFile("unclosed_quote", row=number) from error
            if len(cells) > most_columns:
                raise BadFile("too_many_columns", most_columns, row=number)
            if any(cells):
                yield Line(number, cells)


def other_delimiter(cells: list[str], width: int | None, delimiter: str) -> bool:
    """True where a row in one cell is `width` cells (None: several) with another delimiter: the file mixes them."""
    if len(cells) != 1:
        return False
    widths = {len(next(csv.reader(cells, delimiter=other))) for other in DELIMITERS if other != delimiter}
    return (width in widths and width != 1) if width else max(widths) > 1


def _sample(text: TextIO) -> list[str]:
    position = _Position()
    found: list[str] = []
    for line in _lines(text, position):
        found.append(line)
        position.row, position.length = position.row + 1, 0
        if len(found) == _SAMPLE:
            break
    return found


class _Position:
    """Where reading stands: the row that is being put together, and how long it is so far."""

    row = 1
    length = 0


def _lines(text: TextIO, position: _Position) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE + 1):
        position.length += len(line)
        if position.length > LONGEST_LINE:
            whole = position.length == len(line)
            raise BadFile("line_too_long" if whole else "unclosed_quote", LONGEST_LINE, row=position.row)
        yield line


def _delimiter_of(sample: list[str]) -> str:
    fits: dict[str, tuple[int, int]] = {}
    for delimiter in DELIMITERS:
        widths: Counter[int] = Counter()
        try:
            widths.update(len(cells) for cells in csv.reader(sample, delimiter=delimiter) if any(cells))
        except csv.Error:
            continue
        widths.pop(1, None)
        if widths:
            width, times = max(widths.items(), key=lambda item: (item[1], item[0]))
            fits[delimiter] = times, width
    if not fits:
        return DELIMITERS[0]
    ranked = sorted(fits, key=fits.__getitem__, reverse=True)
    if len(ranked) > 1 and fits[ranked[0]] == fits[ranked[1]]:
        raise BadFile("delimiter", row=1)
    return ranked[0]


def _chosen(path: Path, encoding: str, largest: int | None) -> Encoding:
    """A chosen encoding is believed, but for a byte-order mark; bytes that it cannot read are found while reading."""
    try:
        found = encoding_of(path, largest=largest)
    except BadFile as error:
        if error.problem.code != "encoding":
            raise
        return Encoding(encoding)
    return found if found.mark else Encoding(encoding)
