"""DHIS2 `completeDataSetRegistrations` as JSON: who declared which report complete, and when. Writes nothing."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from indicators.exchange.fields import Fields
from indicators.exchange.files import strict_json
from indicators.exchange.problems import BadFile, Problem
from indicators.exchange.readers.sets import counted
from indicators.exchange.records import DEFAULT, Item, Row, Unreadable

LIST = "completeDataSetRegistrations"
_WHOLE = ("", "HllvX50cXC0", "default")
"""How DHIS2 writes its default combination: the report as a whole."""
_LONGEST = 1000


def read(path: Path, options: Mapping[str, Any]) -> Iterator[Item]:
    """Rows as `records.Row` tells of registrations; `number` counts the list from 1. Option: `rows`. Raises BadFile.

    Only whole reports are taken: a registration of one attribute option combination says nothing of the others.
    """
    return counted(_items(path), options)


def _items(path: Path) -> Iterator[Item]:
    number, listed = 0, False
    for key, content in strict_json.members(path, LIST):
        if key == LIST:
            listed = True
            for record in content:
                number += 1
                yield _item(record, number)
    if not listed:
        raise BadFile("wrong_shape", LIST)


def _item(record: Any, number: int) -> Row | Unreadable:
    problems: list[Problem] = []
    fields = Fields(record, number, problems)
    option = fields.text("attributeOptionCombo", _LONGEST)
    if option not in _WHOLE:
        fields.refuse("part_of_report", "attributeOptionCombo", option)
    complete = fields.record.get("completed")
    if complete not in (None, True, False):
        fields.refuse("wrong_type", "completed", complete)
    day = fields.day("date")
    if day is None and fields.good and complete is not False:
        fields.refuse("missing_field", "date", "")
    data_set, period, unit = (
        fields.text(it, _LONGEST, required=True) for it in ("dataSet", "period", "organisationUnit")
    )
    told = "" if complete is False or day is None else day.isoformat()
    row = Row(number, data_set, period, unit, DEFAULT, DEFAULT, told, complete is False)
    return row if fields.good else Unreadable(tuple(problems))
