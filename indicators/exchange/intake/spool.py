"""What a reader found, on disk: written by the child process, read back by the worker. Pure, and light to import.

Records come in chunks of at most CHUNK: ten columns of four-byte whole numbers, and beside them the different texts
that the columns point to. So neither side holds more than a chunk, however long the file and however different its
texts. Nothing is pickled: what the child says is data, even where a file has taken the child over.
"""

import json
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from indicators.exchange.problems import BadFile, Problem
from indicators.exchange.records import Item, Note, Row, Unreadable

CHUNK = 50_000
MOST_ROWS = 20_000_000
LARGEST = 8 * 1024**3
"""Bytes of a whole spool."""
LISTED = 1000
"""Problems kept one by one; the rest are counted."""
NOTES = 200
LONGEST = 4000
"""No field may be as long; what is longer is cut, and still too long."""
TEXTS = ("data_element", "period", "org_unit", "option", "attribute", "value", "comment", "field")
_NUMBERS = ("number", "deleted")
COLUMNS = (*_NUMBERS, *TEXTS)
_PLACES = {name: Row._fields.index(name) for name in COLUMNS}


class Chunk(NamedTuple):
    """Some records: `columns` by name, each a whole number a record; for names in TEXTS its place in `texts`."""

    columns: "dict[str, array[int]]"
    texts: dict[str, list[str]]


class Said(NamedTuple):
    """What a reader said beside the rows. `unreadable` counts the records that are none."""

    kind: str
    rows: int
    unreadable: int
    chunks: int
    problems: list[Problem]
    problem_counts: dict[str, int]
    notes: list[Problem]


def write(items: Iterable[Item], folder: Path, *, kind: str) -> None:
    """Reads everything and writes it down. Raises BadFile for a file without end, and what the reader raises."""
    waiting: list[Row] = []
    counts: Counter[str] = Counter()
    problems: list[Problem] = []
    notes: list[Problem] = []
    rows = unreadable = chunks = size = 0
    for item in items:
        if type(item) is Row:
            waiting.append(item)
            if len(waiting) == CHUNK:
                rows += CHUNK
                size += _write_chunk(waiting, folder, chunks)
                chunks += 1
                waiting = []
                if rows + unreadable > MOST_ROWS:
                    raise BadFile("too_many_rows", f"{MOST_ROWS}")
                if size > LARGEST:
                    raise BadFile("too_costly")
        elif isinstance(item, Unreadable):
            unreadable += 1
            counts.update(problem.code for problem in item.problems)
            problems += item.problems[: max(LISTED - len(problems), 0)]
            if unreadable > MOST_ROWS:
                raise BadFile("too_many_rows", f"{MOST_ROWS}")
        elif isinstance(item, Note) and len(notes) < NOTES:
            notes.append(item.problem)
    if waiting:
        _write_chunk(waiting, folder, chunks)
        rows, chunks = rows + len(waiting), chunks + 1
    lists = {"problems": [_flat(it) for it in problems], "notes": [_flat(it) for it in notes]}
    said = {"kind": kind, "rows": rows, "unreadable": unreadable, "chunks": chunks, "problem_counts": counts}
    (folder / "said.json").write_text(json.dumps(said | lists))


def said(folder: Path) -> Said:
    found: dict[str, Any] = json.loads((folder / "said.json").read_text())
    found |= {name: [Problem(*flat) for flat in found[name]] for name in ("problems", "notes")}
    return Said(**found)


def chunks(folder: Path, said: Said) -> Iterator[Chunk]:
    for place in range(said.chunks):
        lists = json.loads(_texts(folder, place).read_text())
        numbers: array[int] = array("i")
        with _records(folder, place).open("rb") as stream:
            numbers.frombytes(stream.read())
        count = len(numbers) // len(COLUMNS)
        columns = {name: numbers[at * count : (at + 1) * count] for at, name in enumerate(COLUMNS)}
        yield Chunk(columns, dict(zip(TEXTS, lists, strict=True)))


def rows_so_far(folder: Path) -> int:
    return CHUNK * len(list(folder.glob("chunk-*.records")))


def _write_chunk(rows: list[Row], folder: Path, place: int) -> int:
    columns: list[Any] = list(zip(*rows, strict=True))
    lists = []
    with _records(folder, place).open("wb") as stream:
        for name in COLUMNS:
            column = columns[_PLACES[name]]
            if name in TEXTS:
                known = {text: at for at, text in enumerate(dict.fromkeys(column))}
                lists.append([text[:LONGEST] for text in known])
                column = map(known.__getitem__, column)
            array("i", column).tofile(stream)
        size = stream.tell()
    text = json.dumps(lists)
    _texts(folder, place).write_text(text)
    return size + len(text)


def _records(folder: Path, place: int) -> Path:
    return folder / f"chunk-{place:05d}.records"


def _texts(folder: Path, place: int) -> Path:
    return folder / f"chunk-{place:05d}.texts"


def _flat(problem: Problem) -> list[Any]:
    return [problem.code, problem.row, problem.field, problem.value]
