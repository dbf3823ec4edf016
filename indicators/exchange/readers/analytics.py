"""DHIS2 analytics responses: tables of totals that DHIS2 computed. Writes nothing, knows no database."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from indicators.exchange.files import strict_json
from indicators.exchange.numbers import BadNumber, parse_number
from indicators.exchange.problems import BadFile, Problem, shown
from indicators.exchange.readers.sets import counted
from indicators.exchange.records import DEFAULT, Item, Note, Row, Unreadable

LIST = "rows"
_NEEDED = ("dx", "pe", "ou")
_KNOWN = (*_NEEDED, "co", "ao", "value")
_ELEMENTS = (None, "DATA_ELEMENT", "DATA_ELEMENT_OPERAND")
_Cell = tuple[str, str, str, str, str]


def read(path: Path, options: Mapping[str, Any]) -> Iterator[Item]:
    """The numbers; `number` counts the response's rows from 1. Option: `rows`, how many numbers there must be.

    Data element, period and unit are columns, or the one item that the response was filtered by; an operand is its
    element in its option combination. Rows cut by further dimensions (kinds of facilities, places of vaccination) are
    added up where the element's numbers add up, under the number of their first row: then the numbers are held in
    memory until the end. Indicators and reporting rates are refused: they are computed here.

    Raises BadFile: `missing_column`, `duplicate_header`, `wrong_shape`, `row_count_mismatch` where rows are missing.
    """
    return counted(_items(path), options)


class _Response(NamedTuple):
    """What the response says of itself. `fixed`: what it was filtered by; `others`: names of further dimensions."""

    columns: list[str]
    fixed: dict[str, str]
    others: list[str]
    items: dict[str, Any]
    height: str | None


def _items(path: Path) -> Iterator[Item]:
    response = _response(path)
    yield Note(Problem("aggregated_numbers", None, None, ""))
    if response.others:
        yield Note(Problem("summed_over", None, None, shown(", ".join(response.others))))
        yield from _added_up(_rows(path, response), response)
        return
    for item in _rows(path, response):
        yield item if isinstance(item, Unreadable) else item._replace(value=_plain(item.value))


def _response(path: Path) -> _Response:
    found: dict[str, Any] = {}
    many, listed = 0, False
    for key, content in strict_json.members(path, LIST):
        if key == LIST:
            many, listed = many + len(content), True
        else:
            found[key] = content
    headers, about = found.get("headers"), found.get("metaData") or {}
    if not listed or not isinstance(about, dict):
        raise BadFile("wrong_shape", "metaData" if listed else LIST)
    if not isinstance(headers, list) or not all(
        isinstance(it, dict) and isinstance(it.get("name"), str) for it in headers
    ):
        raise BadFile("wrong_shape", "headers")
    columns = [header["name"] for header in headers]
    for place, name in enumerate(columns):
        if name in columns[:place]:
            raise BadFile("duplicate_header", name)
    if found.get("width") not in (None, str(len(columns))):
        raise BadFile("wrong_shape", "width")
    height = found.get("height")
    if height is not None and height != str(many):
        raise BadFile("row_count_mismatch", f"{many} ≠ {height}")
    dimensions = about.get("dimensions") or about
    fixed = {name: _only(dimensions, name) for name in _NEEDED if name not in columns}
    for name in ("value", *_NEEDED):
        if name not in columns and not fixed.get(name):
            raise BadFile("missing_column", name)
    others = [
        str(header.get("column") or header["name"])
        for header in headers
        if header.get("meta") is True and header["name"] not in _KNOWN
    ]
    items = about.get("items")
    return _Response(columns, fixed, others, items if isinstance(items, dict) else {}, height)


def _only(dimensions: Any, name: str) -> str:
    """The one item of a dimension that is no column: several were added up, so that none of them is meant."""
    listed = dimensions.get(name) if isinstance(dimensions, dict) else None
    return listed[0] if isinstance(listed, list) and len(listed) == 1 and isinstance(listed[0], str) else ""


def _rows(path: Path, response: _Response) -> Iterator[Row | Unreadable]:
    number = 0
    for key, content in strict_json.members(path, LIST):
        for cells in content if key == LIST else ():
            number += 1
            yield _row(cells, number, response)


def _row(cells: Any, number: int, response: _Response) -> Row | Unreadable:
    if not isinstance(cells, list):
        return Unreadable((Problem("wrong_type", number, None, shown(cells)),))
    if len(cells) != len(response.columns):
        code = "too_few_cells" if len(cells) < len(response.columns) else "too_many_cells"
        return Unreadable((Problem(code, number, None, str(len(cells))),))
    fields = response.fixed | {name: "" if it is None else it for name, it in zip(response.columns, cells, strict=True)}
    for name in _KNOWN:
        if not isinstance(fields.get(name, ""), str):
            return Unreadable((Problem("wrong_type", number, name, shown(fields[name])),))
    item = response.items.get(fields["dx"])
    kind = item.get("dimensionItemType") if isinstance(item, dict) else None
    element, _, option = fields["dx"].partition(".")
    if kind not in _ELEMENTS or "_" in option:
        return Unreadable((Problem("computed_here", number, "dx", shown(fields["dx"])),))
    return Row(
        number,
        element,
        fields["pe"],
        fields["ou"],
        fields.get("co") or option or DEFAULT,
        fields.get("ao") or DEFAULT,
        fields["value"],
        False,
    )


def _added_up(rows: Iterator[Row | Unreadable], response: _Response) -> Iterator[Item]:
    sums: dict[_Cell, Decimal] = {}
    numbers: dict[_Cell, int] = {}
    for row in rows:
        if isinstance(row, Unreadable):
            yield row
            continue
        try:
            parse_number(row.value, "NUMBER")
        except BadNumber as error:
            yield Unreadable((Problem(error.args[0], row.number, "value", shown(row.value)),))
            continue
        if not _adds_up(response.items.get(row.data_element)):
            yield Unreadable((Problem("does_not_add_up", row.number, "dx", shown(row.data_element)),))
            continue
        cell = (row.data_element, row.period, row.org_unit, row.option, row.attribute)
        numbers.setdefault(cell, row.number)
        sums[cell] = sums.get(cell, Decimal(0)) + Decimal(row.value)
    for cell, number in numbers.items():
        yield Row(number, *cell, _plain(f"{sums[cell]:f}"), False)


def _adds_up(item: Any) -> bool:
    kinds = (item.get("aggregationType"), item.get("totalAggregationType")) if isinstance(item, dict) else ()
    return bool(any(kinds)) and set(kinds) <= {"SUM", None}


def _plain(text: str) -> str:
    """`244.0` → `244`: DHIS2 computes with fractions and writes whole numbers so."""
    whole, point, fraction = text.partition(".")
    return whole if point and fraction and not fraction.strip("0") and whole.lstrip("-").isdecimal() else text
