"""Reads DHIS2 `dataValueSets` JSON. Writes nothing, knows no database."""

from pathlib import Path
from typing import Any, NamedTuple

from indicators.exchange import registrations, strict_json
from indicators.exchange.problems import BadFile, Problem, shown
from indicators.registry.models import OptionCombo


class Row(NamedTuple):
    """One record as written. `number` counts the list from 1; a missing field is an empty text."""

    number: int
    data_element: str
    period: str
    org_unit: str
    option: str
    attribute: str
    value: str
    deleted: bool


_FIELDS = ("dataElement", "period", "orgUnit", "categoryOptionCombo", "attributeOptionCombo", "value", "deleted")


def load(path: Path) -> Any:
    """The file's content for `read`, or for `registrations.read` where it holds those instead. Raises BadFile."""
    return strict_json.load(path, _shape())


def read(content: Any) -> tuple[list[Row], list[Problem]]:
    """The rows of the content, and the problems of those that are no records (their number then has no row).

    Period, unit and attribute combination given once for the whole set count for rows that leave them out; a missing
    combination is DHIS2's default one. Comments, authors and dates of the file are left out: our clock counts, not
    the file's. Raises BadFile.
    """
    if not isinstance(content, dict) or not isinstance(content.get("dataValues"), list):
        raise BadFile("wrong_shape", "dataValues")
    common = [None, content.get("period"), content.get("orgUnit"), OptionCombo.DEFAULT_UID]
    common += [content.get("attributeOptionCombo") or OptionCombo.DEFAULT_UID, None, None]
    rows: list[Row] = []
    problems: list[Problem] = []
    sound: set[tuple[type, ...]] = set()
    for number, record in enumerate(content["dataValues"], 1):
        if type(record) is not tuple:
            problems.append(Problem("wrong_type", number, None, shown(record)))
            continue
        element, period, unit, option, attribute, value, deleted = record
        if not (element and period and unit and option and attribute and value and not deleted):
            record = [default if given in (None, "") else given for given, default in zip(record, common, strict=True)]
            element, period, unit, option, attribute, value, deleted = record
        kinds = tuple(map(type, record))
        if kinds not in sound:
            wrong = [
                name for name, kind in zip(_FIELDS, kinds, strict=True) if kind not in (_kind_of(name), type(None))
            ]
            if wrong:
                problems += [Problem("wrong_type", number, name, shown(record[_FIELDS.index(name)])) for name in wrong]
                continue
            sound.add(kinds)
        texts = (element or "", period or "", unit or "", option, attribute, value or "")
        rows.append(Row(number, *texts, deleted is True))
    return rows, problems


def _kind_of(field: str) -> type:
    return bool if field == "deleted" else str


def _shape() -> strict_json.Shape:
    """Keeps of each record only what is read, and one copy of each identifier: a fifth of the memory."""
    seen: dict[Any, Any] = {}

    def shape(found: dict[str, Any]) -> Any:
        if "dataValues" in found or registrations.LIST in found:
            return found
        if "organisationUnit" in found and "dataElement" not in found:
            return found  # a registration
        get = found.get
        fields = tuple(map(get, _FIELDS))
        try:
            return tuple(map(seen.setdefault, fields, fields))
        except TypeError:  # a list or an object where a text belongs
            return fields

    return shape
