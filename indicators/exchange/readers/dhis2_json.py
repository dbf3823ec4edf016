"""DHIS2 `dataValueSets` as JSON. Streams; writes nothing, knows no database."""

import re
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import repeat
from operator import itemgetter
from pathlib import Path
from typing import Any

from indicators.exchange.files import strict_json
from indicators.exchange.files.archive import opened
from indicators.exchange.problems import BadFile, Problem, shown
from indicators.exchange.readers.sets import SetNotes, counted
from indicators.exchange.records import Item, Row, Unreadable

LIST = "dataValues"
_TEXTS = ("dataElement", "period", "orgUnit", "categoryOptionCombo", "attributeOptionCombo", "value", "comment")
_SHARED = ("period", "orgUnit", "attributeOptionCombo")
"""What may be given once for the whole set."""
_MAY_BE: dict[str, tuple[type, ...]] = {**dict.fromkeys(_TEXTS, (str, type(None))), "deleted": (bool, type(None))}
_LIST_IS_LAST = re.compile(rb"[}\[]\s*\]\s*\}\s*$")
_TAIL = 64 * 1024
_row = partial(tuple.__new__, Row)


def read(path: Path, options: Mapping[str, Any]) -> Iterator[Item]:
    """The values of the set; `number` counts its list from 1. Option: `rows`, how many there must be. Raises BadFile.

    Period, unit and attribute combination given once for the whole set count for records that leave them out, wherever
    in the file they stand. A number without quotes is taken as it is written. Authors, dates and follow-up marks are
    left out: our clock counts, not the file's.
    """
    return counted(_Set(path).items(), options)


class _Set:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._defaults: dict[str, str] = {}
        self._missed: set[str] = set()
        """Shared fields that records leave out and that nothing before or behind the list seemed to tell."""
        self._looked = False

    def items(self) -> Iterator[Item]:
        notes, number, listed = SetNotes(), 0, False
        for key, content in strict_json.members(self._path, LIST):
            if key == LIST:
                listed = True
                yield from self._records(content, number)
                number += len(content)
            elif key in _SHARED:
                if key in self._missed:
                    raise BadFile("default_after_list", key, key)
                self._defaults.setdefault(key, _text(key, content))
            else:
                notes.look(key, content)
        if not listed:
            raise BadFile("wrong_shape", LIST)
        yield from notes.notes()

    def _records(self, content: list[Any], before: int) -> Iterator[Item]:
        """By columns, which is several times faster than record by record; a piece with a fault is read so."""
        if content and set(map(type, content)) == {dict}:
            columns = {name: _column(content, name) for name in _MAY_BE}
            if all(set(map(type, column)) <= set(_MAY_BE[name]) for name, column in columns.items()):
                self._look_for_defaults(columns)
                texts = (self._told(name, columns[name]) for name in _TEXTS)
                element, period, unit, option, attribute, value, comment = texts
                deleted = [one is True for one in columns["deleted"]]
                numbers = range(before + 1, before + len(content) + 1)
                rows = zip(numbers, element, period, unit, option, attribute, value, deleted, comment, repeat(""))
                yield from map(_row, rows)
                return
        for number, record in enumerate(content, before + 1):
            if wrong := _wrong(record, number):
                yield Unreadable(wrong)
            else:
                yield from self._records([record], number - 1)

    def _told(self, name: str, column: list[Any]) -> list[str]:
        default = self._defaults.get(name, "")
        return column if all(column) else [text or default for text in column]

    def _look_for_defaults(self, columns: dict[str, list[Any]]) -> None:
        """Where a record leaves out what the set has not told, the set may tell it behind its list."""
        left_out = {name for name in _SHARED if name not in self._defaults and not all(columns[name])}
        if left_out and not self._looked:
            self._looked = True
            if not _list_is_last(self._path):
                for key, found in strict_json.members(self._path, LIST):
                    if key in _SHARED:
                        self._defaults.setdefault(key, _text(key, found))
        self._missed |= left_out - set(self._defaults)


def _column(records: list[dict[str, Any]], name: str) -> list[Any]:
    try:
        return list(map(itemgetter(name), records))
    except KeyError:
        return [record.get(name) for record in records]


def _wrong(record: Any, number: int) -> tuple[Problem, ...]:
    if not isinstance(record, dict):
        return (Problem("wrong_type", number, None, shown(record)),)
    found = ((name, record.get(name)) for name in _MAY_BE)
    return tuple(Problem("wrong_type", number, name, shown(it)) for name, it in found if type(it) not in _MAY_BE[name])


def _text(name: str, given: Any) -> str:
    if given is not None and not isinstance(given, str):
        raise BadFile("wrong_type", given, name)
    return given or ""


def _list_is_last(path: Path) -> bool:
    """Whether the file ends with a list of objects: then nothing that the set tells stands behind it."""
    tail = b""
    with opened(path) as stream:
        while piece := stream.read(_TAIL):
            tail = tail[-_TAIL:] + piece
    return _LIST_IS_LAST.search(tail) is not None
