"""The reports of Sierra Leone's data sets, counted from the files one by one: no database, no arrays."""

import gzip
import json
import zlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

from indicators.periods import Period, between
from tests.exchange.shared_data import METADATA, UNITS, VALUES

Counts = dict[tuple[str, str, str], int]
"""(uid of the data set, uid of a unit, id of a period) → reports of the unit and everything below it."""


@cache
def data_sets() -> list[dict[str, Any]]:
    return json.loads(METADATA.read_text())["dataSets"]


@cache
def _units() -> dict[str, dict[str, Any]]:
    return {record["id"]: record for record in json.loads(UNITS.read_text())}


@cache
def reported() -> dict[str, set[tuple[str, str]]]:
    """Data set → the units and months in which at least one value of one of its elements stands in the file."""
    values = json.loads(gzip.decompress(VALUES.read_bytes()))["dataValues"]
    held = {one["id"]: {row["dataElement"]["id"] for row in one["dataSetElements"]} for one in data_sets()}
    return {
        uid: {(value["orgUnit"], value["period"]) for value in values if value["dataElement"] in elements}
        for uid, elements in held.items()
    }


def received() -> Counts:
    return _upwards((uid, unit, month) for uid, pairs in reported().items() for unit, month in pairs)


def expected() -> Counts:
    """Of each unit named by the data set and open on the first of the month."""
    rows = []
    for one in data_sets():
        months = sorted(month for _, month in reported()[one["id"]])
        for month in between(Period.parse(months[0]), Period.parse(months[-1])):
            rows += [
                (one["id"], unit["id"], month.id)
                for unit in one["organisationUnits"]
                if _day(unit["id"], "openingDate", date.min) <= month.start
                and month.start <= _day(unit["id"], "closedDate", date.max)
            ]
    return _upwards(rows)


def registrations() -> list[dict[str, Any]]:
    """A made-up day for two of three reports, between a fortnight before the month's end and a month after."""
    rows = []
    for uid, pairs in reported().items():
        for unit, month in sorted(pairs):
            chance = zlib.crc32(f"{uid}{unit}{month}".encode())
            if chance % 3:
                day = Period.parse(month).end + timedelta(days=chance % 45 - 14)
                rows.append({"dataSet": uid, "organisationUnit": unit, "period": month, "date": str(day)})
    return rows


def on_time() -> Counts:
    delay = {one["id"]: one["timelyDays"] for one in data_sets()}
    return _upwards(
        (row["dataSet"], row["organisationUnit"], row["period"])
        for row in registrations()
        if date.fromisoformat(row["date"]) <= Period.parse(row["period"]).end + timedelta(days=delay[row["dataSet"]])
    )


def _day(unit: str, field: str, otherwise: date) -> date:
    text = _units()[unit].get(field)
    return date.fromisoformat(text[:10]) if text else otherwise


def _upwards(rows: Iterator[tuple[str, str, str]] | list[tuple[str, str, str]]) -> Counts:
    counts: Counts = defaultdict(int)
    for uid, unit, month in rows:
        for above in _units()[unit]["path"].strip("/").split("/"):
            for period in (month, f"{month[:4]}Q{(int(month[4:]) + 2) // 3}", month[:4]):
                counts[uid, above, period] += 1
    return counts
