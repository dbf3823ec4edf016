"""Values as DHIS2 writes them: JSON, XML (DXF2) and CSV, piece by piece."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from indicators.api.dhis2.value_query import Written
from indicators.exchange.files.inert import inert

AT_ONCE = 1_000
NAMESPACE = "http://dhis2.org/schema/dxf/2.0"
COLUMNS = (
    "dataelement", "period", "orgunit", "catoptcombo", "attroptcombo", "value", "storedby", "lastupdated", "comment",
    "followup", "deleted",
)  # fmt: skip
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Format(NamedTuple):
    content_type: str
    write: Callable[[Iterable[Written]], Iterator[str]]


def number_text(value: float | None) -> str:
    """12.0 as `12`: the notation of DHIS2, which every reader of it takes. Blank where the value was deleted."""
    if value is None:
        return ""
    return str(int(value)) if value.is_integer() else repr(value)


@lru_cache(maxsize=1024)
def moment_text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def as_json(values: Iterable[Written]) -> Iterator[str]:
    yield '{"dataValues":['
    between = ""
    for some in _pieces(values):
        yield between + ",".join(json.dumps(_fields(one), ensure_ascii=False, separators=(",", ":")) for one in some)
        between = ","
    yield "]}"


def as_xml(values: Iterable[Written]) -> Iterator[str]:
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<dataValueSet xmlns="{NAMESPACE}">'
    for some in _pieces(values):
        yield "".join(map(_element, some))
    yield "</dataValueSet>\n"


def as_csv(values: Iterable[Written]) -> Iterator[str]:
    """Text that a spreadsheet would compute begins with an apostrophe."""
    yield _lines([COLUMNS])
    for some in _pieces(values):
        yield _lines(
            [inert(one.element), one.period, inert(one.unit), inert(one.option), inert(one.attribute),
             number_text(one.value), _stored_by(one) or "", moment_text(one.at), inert(one.comment or ""), "false",
             "true" if one.value is None else "false"]
            for one in some
        )  # fmt: skip


FORMATS = {
    "json": Format("application/json", as_json),
    "xml": Format("application/xml; charset=utf-8", as_xml),
    "csv": Format("application/csv; charset=utf-8", as_csv),
}


def _fields(one: Written) -> dict[str, object]:
    fields: dict[str, object] = {
        "dataElement": one.element,
        "period": one.period,
        "orgUnit": one.unit,
        "categoryOptionCombo": one.option,
        "attributeOptionCombo": one.attribute,
        "value": number_text(one.value),
        "lastUpdated": moment_text(one.at),
        "followup": False,
    }
    more = {"storedBy": _stored_by(one), "comment": one.comment, "deleted": one.value is None}
    return fields | {name: value for name, value in more.items() if value}


def _stored_by(one: Written) -> str | None:
    """Invented values say so; the names of those who reported real ones are not told."""
    return "demonstration" if one.demonstration else None


def _element(one: Written) -> str:
    words = {
        name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in _fields(one).items()
    }
    inside = " ".join(f"{name}={quoteattr(_NOT_IN_XML.sub('', value))}" for name, value in words.items())
    return f"<dataValue {inside}/>"


def _lines(rows: Iterable[Iterable[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_MINIMAL).writerows(rows)
    return out.getvalue()


def _pieces(values: Iterable[Written]) -> Iterator[list[Written]]:
    left = iter(values)
    while some := list(islice(left, AT_ONCE)):
        yield some
