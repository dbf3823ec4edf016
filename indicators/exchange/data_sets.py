"""Reads the data sets of DHIS2 metadata JSON. Writes nothing, knows no database."""

from pathlib import Path
from typing import Any

from indicators.exchange.fields import Fields
from indicators.exchange.files import strict_json
from indicators.exchange.problems import BadFile, Problem
from indicators.geography.uids import is_uid
from indicators.registry.records import DataSetRecord

LONGEST_DELAY = 366


def read(path: Path) -> tuple[list[DataSetRecord], list[Problem]]:
    """The file's `dataSets` with their elements and units; a file without any has none. Raises BadFile."""
    content = strict_json.load(path)
    found = content.get("dataSets", []) if isinstance(content, dict) else None
    if not isinstance(found, list):
        raise BadFile("wrong_shape", "dataSets")
    problems: list[Problem] = []
    records = []
    for number, record in enumerate(found, 1):
        fields = Fields(record, number, problems)
        name = fields.text("name", 230, required=True)
        data_set = DataSetRecord(
            uid=fields.uid("id"),
            code=fields.text("code", 50),
            name_fr=fields.translated("fr") or name,
            name_en=fields.translated("en") or name,
            frequency=fields.text("periodType", 20, required=True),
            timely_days=_days(fields, "timelyDays"),
            elements=_uids(fields, "dataSetElements", inside="dataElement"),
            units=_uids(fields, "organisationUnits"),
        )
        if fields.good:
            records.append(data_set)
    return records, problems


def _days(fields: Fields, field: str) -> int:
    """Whole days, written `15` or `15.0`; DHIS2 leaves 0 out."""
    given = fields.record.get(field)
    if given in (None, ""):
        return 0
    text = given.removesuffix(".0") if isinstance(given, str) else ""
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= LONGEST_DELAY):
        fields.refuse("bad_days", field, given)
        return 0
    return int(text)


def _uids(fields: Fields, field: str, *, inside: str = "") -> tuple[str, ...]:
    """The ids of a list of objects, each once; with `inside`, of the object that each of them holds by that name."""
    given = fields.record.get(field) or []
    if not isinstance(given, list):
        fields.refuse("wrong_shape", field, field)
        return ()
    found: dict[str, None] = {}
    for one in given:
        uid = _id(one.get(inside) if inside and isinstance(one, dict) else one)
        if uid is None:
            fields.refuse("bad_uid", field, one)
        else:
            found[uid] = None
    return tuple(found)


def _id(record: Any) -> str | None:
    uid = record.get("id") if isinstance(record, dict) else None
    return uid if isinstance(uid, str) and is_uid(uid) else None
