"""DHIS2 `dataValueSet` as XML (DXF2). Streams; writes nothing, knows no database.

A document type is refused as soon as it opens, so no entity is declared, expanded or fetched: defusedxml sees to it.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from xml.sax import SAXParseException

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from indicators.exchange.files.archive import opened
from indicators.exchange.problems import BadFile, Problem, shown
from indicators.exchange.readers.sets import SetNotes, counted
from indicators.exchange.records import Item, Row, Unreadable

ROOT, RECORD = "dataValueSet", "dataValue"
LONGEST = 4 * 1024 * 1024
"""Bytes that one element may take, with all that stands before the next."""
_PIECE = 256 * 1024
_row = partial(tuple.__new__, Row)
_DELETED = {None: False, "": False, "false": False, "true": True}


def read(path: Path, options: Mapping[str, Any]) -> Iterator[Item]:
    """The values of the set; `number` counts its records from 1. Option: `rows`, how many there must be.

    Period, unit and attribute combination of the root element count for records that leave them out. Authors, dates
    and follow-up marks are left out. Raises BadFile: `xml_forbidden`, `bad_xml` with line and column, `wrong_shape`.
    """
    return counted(_items(path), options)


def _items(path: Path) -> Iterator[Item]:
    parser = _Set()
    fed = told = 0
    try:
        with opened(path) as stream:
            while piece := stream.read(_PIECE):
                parser.feed(piece)
                fed += len(piece)
                if parser.elements != told:
                    told, fed = parser.elements, 0
                if fed > LONGEST:
                    raise BadFile("too_large", f"{LONGEST // 1024**2} MB")
                yield from parser.found
                parser.found.clear()
        parser.close()
    except DefusedXmlException as error:
        raise BadFile("xml_forbidden") from error
    except SAXParseException as error:
        where = f"{error.getLineNumber()}:{(error.getColumnNumber() or 0) + 1}"
        raise BadFile("bad_xml", f"{error.getMessage()}, {where}") from error
    except (LookupError, ValueError) as error:  # it declares an encoding that nobody knows
        raise BadFile("bad_xml", error) from error
    if not parser.elements:
        raise BadFile("bad_xml", "no element found, 1:1")
    yield from parser.found
    yield from parser.notes.notes()


class _Set(DefusedExpatParser):  # type: ignore[misc]
    """Makes rows of the elements while they are told; `found` holds those that are complete."""

    def __init__(self) -> None:
        super().__init__(forbid_dtd=True)
        self.found: list[Item] = []
        self.notes = SetNotes()
        self.elements = 0
        self._number = 0
        self._period = self._unit = self._attribute = ""

    def start_element(self, name: str, attrs: dict[str, str]) -> None:
        self.elements += 1
        if self.elements == 1:
            self._begin(name, attrs)
            return
        if name != RECORD and name.rpartition(":")[2] != RECORD:
            raise BadFile("wrong_shape", ROOT, name)
        self._number += 1
        get = attrs.get
        deleted = _DELETED.get(get("deleted"))
        if deleted is None:
            self.found.append(Unreadable((Problem("wrong_type", self._number, "deleted", shown(get("deleted"))),)))
            return
        fields = (
            *(self._number, get("dataElement", ""), get("period") or self._period, get("orgUnit") or self._unit),
            *(get("categoryOptionCombo", ""), get("attributeOptionCombo") or self._attribute, get("value", "")),
            *(deleted, get("comment", ""), ""),
        )
        self.found.append(_row(fields))

    def _begin(self, name: str, attrs: dict[str, str]) -> None:
        if name.rpartition(":")[2] != ROOT:
            raise BadFile("wrong_shape", ROOT)
        self._period, self._unit = attrs.get("period", ""), attrs.get("orgUnit", "")
        self._attribute = attrs.get("attributeOptionCombo", "")
        for key, value in attrs.items():
            self.notes.look(key, value)

    def end_element(self, name: str) -> None:
        pass
