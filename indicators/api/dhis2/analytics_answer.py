"""An analytics answer as DHIS2 writes it: headers, rows of texts, metadata."""

import csv
import io
from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

from indicators.api.dhis2.analytics_items import ELEMENT, Item
from indicators.api.dhis2.analytics_numbers import Number, as_table
from indicators.api.dhis2.analytics_query import Query, separate
from indicators.api.dhis2.analytics_units import highest
from indicators.api.dhis2.names import SHORT
from indicators.exchange.files.inert import inert
from indicators.geography.models import OrgUnit
from indicators.pages.formats import period_text

COLUMNS = {"dx": "Data", "pe": "Period", "ou": "Organisation unit"}
NUM_DEN = {
    "numerator": "Numerator", "denominator": "Denominator", "factor": "Factor", "multiplier": "Multiplier",
    "divisor": "Divisor",
}  # fmt: skip
Called = Callable[[Any], str]


class Answer:
    """`scheme`: uid, code or name for data items and units (`schemes` by dimension). Rows are in order of the
    dimensions, or of the values where `order` is ASC or DESC."""

    def __init__(self, query: Query, *, schemes: Mapping[str, str], short: bool, num_den: bool, order: str) -> None:
        self.query, self.schemes, self.short, self.num_den, self.order = query, schemes, short, num_den, order
        self.shown = [name for name in query.dimensions if name not in query.collapsed]
        self._names = {"dx": {item.uid: self._item(item) for item in query.items}}
        self._names["ou"] = {unit.uid: self._unit(unit) for unit in query.units}
        self._names["pe"] = {period.id: period.id for period in query.periods}
        self.numbers = self._numbers()

    def headers(self) -> list[dict[str, Any]]:
        texts = [_header(name, COLUMNS[name], "TEXT", "java.lang.String", meta=True) for name in self.shown]
        more = NUM_DEN if self.num_den else {}
        values = {"value": "Value", **more}.items()
        return texts + [_header(name, column, "NUMBER", "java.lang.Double", meta=False) for name, column in values]

    def rows(self) -> list[list[str]]:
        found = []
        for key in product(*(self._names[name] for name in self.shown)):
            place = dict(zip(self.shown, key, strict=True))
            uid = place.get("dx") or self.query.items[0].uid
            number = self.numbers.get((uid, place.get("ou", ""), place.get("pe", "")))
            if number is not None:
                found.append((number, [self._names[name][place[name]] for name in self.shown]))
        if self.order in ("ASC", "DESC"):
            found.sort(key=lambda row: row[0].value, reverse=self.order == "DESC")
        return [[*names, _text(number.value), *self._parts(number)] for number, names in found]

    def metadata(self, *, details: bool) -> dict[str, Any]:
        items: dict[str, Any] = {word: {"name": word.replace("_", " ").capitalize()} for word in self.query.words}
        items |= {name: {"name": COLUMNS[name]} for name in self.query.dimensions}
        for item in self.query.items:
            own = {"aggregationType": item.row.aggregation} if item.kind == ELEMENT else {}
            items[self._item(item)] = self._told(item.uid, item.code, item.name, item.kind, details, own)
        for period in self.query.periods:
            span = {"startDate": f"{period.start}T00:00:00.000", "endDate": f"{period.end}T00:00:00.000"}
            items[period.id] = self._told(period.id, period.id, period_text(period), "PERIOD", details, span)
        for unit in self.query.units:
            kind = "ORGANISATION_UNIT"
            items[self._unit(unit)] = self._told(unit.uid, unit.code or "", unit.name, kind, details, {})
        return {
            "items": items,
            "dimensions": {
                **{name: list(self._names[name].values()) for name in COLUMNS},
                "co": [],
            },
        }

    @property
    def demonstration(self) -> bool:
        return any(number.demonstration for number in self.numbers.values())

    def _numbers(self) -> dict[tuple[str, str, str], Number]:
        units = {unit.uid: [unit] for unit in self.query.units}
        periods = {period.id: [period] for period in self.query.periods}
        if "ou" in self.query.collapsed:
            units = {"": highest(self.query.units)}
        if "pe" in self.query.collapsed:
            periods = {"": separate(self.query.periods)}
        return as_table(self.query.items, units, periods)

    def _item(self, item: Item) -> str:
        return {"code": item.code, "name": item.name}.get(self.schemes["dx"], "") or item.uid

    def _unit(self, unit: OrgUnit) -> str:
        return {"code": unit.code or "", "name": unit.name}.get(self.schemes["ou"], "") or unit.uid

    def _told(
        self, uid: str, code: str, name: str, kind: str, details: bool, more: Mapping[str, str]
    ) -> dict[str, str]:
        shown = name[:SHORT] if self.short else name
        if not details:
            return {"name": shown}
        told = {"uid": uid, "code": code, "name": shown, "dimensionItemType": kind}
        told |= {"valueType": "NUMBER", "totalAggregationType": "SUM", **more}
        return {key: value for key, value in told.items() if value}

    def _parts(self, number: Number) -> list[str]:
        if not self.num_den:
            return []
        if number.denominator is None:
            return [""] * len(NUM_DEN)
        parts = (number.numerator, number.denominator, number.factor, number.factor, 1)
        return ["" if part is None else _text(part) for part in parts]


def as_csv(answer: Answer) -> str:
    """Header and rows; the identifiers are those of the rows in JSON."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([header["column"] for header in answer.headers()])
    writer.writerows(
        [*(inert(text) for text in row[: len(answer.shown)]), *row[len(answer.shown) :]] for row in answer.rows()
    )
    return out.getvalue()


def _header(name: str, column: str, value_type: str, java: str, *, meta: bool) -> dict[str, Any]:
    return {"name": name, "column": column, "valueType": value_type, "type": java, "hidden": False, "meta": meta}


def _text(value: float) -> str:
    """`244.0`, as DHIS2 writes it, but whole: no digit is rounded away."""
    return repr(float(value))
