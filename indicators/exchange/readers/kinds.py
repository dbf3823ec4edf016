"""The kinds of files that can be read, and which one a file is: told by its content, never by its name."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax import SAXException

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from indicators.exchange.files import archive, csv_rows, strict_json
from indicators.exchange.files.workbook_parts import opened_workbook
from indicators.exchange.problems import BadFile
from indicators.exchange.readers import (
    analytics,
    countdown,
    dhis2_csv,
    dhis2_json,
    dhis2_xml,
    registrations,
    table,
    table_source,
    wuenic,
)
from indicators.exchange.records import Item


class Kind(NamedTuple):
    """`read(path, options)` yields the records; `extensions` are what such files are usually called."""

    key: str
    label: Promise
    read: Callable[[Path, Mapping[str, Any]], Iterator[Item]]
    extensions: tuple[str, ...]


_PACKED = (".gz", ".zip")
KINDS = {
    kind.key: kind
    for kind in (
        Kind("dhis2_json", _("DHIS2 values, JSON"), dhis2_json.read, (".json", *_PACKED)),
        Kind("dhis2_xml", _("DHIS2 values, XML"), dhis2_xml.read, (".xml", *_PACKED)),
        Kind("dhis2_csv", _("DHIS2 values, CSV"), dhis2_csv.read, (".csv", *_PACKED)),
        Kind("registrations", _("DHIS2 registrations of complete reports"), registrations.read, (".json", *_PACKED)),
        Kind("analytics", _("DHIS2 analytics response"), analytics.read, (".json", *_PACKED)),
        Kind("countdown", _("Countdown to 2030 workbook"), countdown.read, (".xlsx",)),
        Kind("wuenic", _("WUENIC workbook"), wuenic.read, (".xlsx",)),
        Kind("table", _("Table with a column mapping"), table.read, (".csv", ".xlsx", ".txt", ".tsv", *_PACKED)),
    )
}
_BY_MEMBER = {
    dhis2_json.LIST: "dhis2_json",
    registrations.LIST: "registrations",
    "headers": "analytics",
    analytics.LIST: "analytics",
}
_OTHERS = ("organisationUnits", "dataElements", "dataSets", "indicators", "features", "metaData")
"""Members by which other files of DHIS2 and maps are known; they are imported elsewhere."""
_SIGNS = {
    b"%PDF": "PDF",
    b"PAR1": "Parquet",
    b"\x89PNG": "PNG",
    b"GIF8": "GIF",
    b"\xff\xd8\xff": "JPEG",
    b"SQLite": "SQLite",
}
_HEAD = 64 * 1024


def recognise(path: Path) -> str:
    """A key of KINDS. Raises BadFile `wrong_type` with what the file is instead, `empty_file`, `encrypted`,
    `workbook_type`, `xml_forbidden`, and what opening it raises."""
    archive.members(path)  # a zip of a hundred thousand members is refused before anybody lists them
    if table_source.is_workbook(path):
        with opened_workbook(path):
            pass
        return "countdown" if countdown.looks_like(path) else "wuenic" if wuenic.looks_like(path) else "table"
    with archive.opened(path) as stream:
        head = stream.read(_HEAD)
    if not head:
        raise BadFile("empty_file")
    for sign, name in _SIGNS.items():
        if head.startswith(sign):
            raise BadFile("wrong_type", name)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] in (b"{", b"["):
        return _of_json(path)
    if start[:1] == b"<":
        return _of_xml(start)
    dialect = csv_rows.dialect_of(path)
    first = next(csv_rows.lines(path, dialect), None)
    return "dhis2_csv" if first and dhis2_csv.looks_like([str(cell) for cell in first.cells]) else "table"


def _of_json(path: Path) -> str:
    found = strict_json.first_member(path, {*_BY_MEMBER, *_OTHERS})
    if found not in _BY_MEMBER:
        raise BadFile("wrong_type", f"JSON ({found})" if found else "JSON")
    return _BY_MEMBER[found]


def _of_xml(start: bytes) -> str:
    beginning = start[:1024].lower()
    if beginning.startswith(b"<!doctype html") or b"<html" in beginning:
        raise BadFile("wrong_type", "HTML")
    parser = _Root(forbid_dtd=True)
    try:
        parser.feed(start)
    except DefusedXmlException as error:
        raise BadFile("xml_forbidden") from error
    except SAXException as error:
        if not parser.name:
            raise BadFile("wrong_type", "XML") from error
    if parser.name != dhis2_xml.ROOT:
        raise BadFile("wrong_type", f"XML ({parser.name})" if parser.name else "XML")
    return "dhis2_xml"


class _Root(DefusedExpatParser):  # type: ignore[misc]
    """Tells the name of the first element."""

    name = ""

    def start_element(self, name: str, attrs: dict[str, str]) -> None:
        self.name = self.name or name.rpartition(":")[2]

    def end_element(self, name: str) -> None:
        pass
