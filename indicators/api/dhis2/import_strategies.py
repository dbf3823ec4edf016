"""`importStrategy`: DELETE takes away the values that a file names, CREATE only adds, UPDATE only changes.

The pipeline knows files that create, change and delete. So what is meant is written as such a file: read in a child
process as every file is, its records marked as deleted, or left out where a value stands already, or none does.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
from django.utils import timezone

from indicators.accounts.models import User
from indicators.exchange.intake import spool, work
from indicators.exchange.intake.resolve import Inside
from indicators.exchange.lookups import Lookups
from indicators.exchange.problems import BadFile
from indicators.values.models import DataValue

_KEYS = {
    "data_element": "dataElement",
    "period": "period",
    "org_unit": "orgUnit",
    "option": "categoryOptionCombo",
    "attribute": "attributeOptionCombo",
    "value": "value",
    "comment": "comment",
}
_UNITS_AT_ONCE = 10_000


class Meant(NamedTuple):
    """A file for the pipeline, and how many records of the first one are in it and are not."""

    path: Path
    kept: int
    left_out: int


def as_meant(path: Path, kind: str, strategy: str, schemes: Mapping[str, str], *, by: User) -> Meant | None:
    """`strategy`: create, update or delete. None where some records of the file are none, or the whole file is."""
    inside = work.units_of(by)
    target = path.with_name("meant")
    kept = 0
    try:
        with work.spooled(path, kind=kind, options={}) as (folder, said), target.open("w", encoding="utf-8") as out:
            if said.unreadable:
                return None
            out.write('{"dataValues":[')
            for record in _records(folder, said, strategy, schemes, inside):
                out.write(("," if kept else "") + json.dumps(record))
                kept += 1
            out.write("]}")
    except BadFile:
        return None
    return Meant(target, kept, said.rows - kept)


def _records(
    folder: Path, said: spool.Said, strategy: str, schemes: Mapping[str, str], inside: Inside | None
) -> Iterator[dict[str, object]]:
    lookups = Lookups(today=timezone.localdate(), schemes=dict(schemes))
    for chunk in spool.chunks(folder, said):
        stands = _stands(chunk, lookups, inside) if strategy != "delete" else []
        for place, deleted in enumerate(chunk.columns["deleted"]):
            if stands and stands[place] is (strategy == "create"):
                continue
            texts = {key: chunk.texts[name][chunk.columns[name][place]] for name, key in _KEYS.items()}
            record: dict[str, object] = {key: text for key, text in texts.items() if text}
            if deleted or strategy == "delete":
                record |= {"value": "", "deleted": True}
            yield record


def _stands(chunk: spool.Chunk, lookups: Lookups, inside: Inside | None) -> list[bool | None]:
    """Whether each record's cell holds a value; None where it names something unknown, or a unit that is not the
    person's: the pipeline says what is wrong with those."""
    texts = chunk.texts
    found = {
        "element": lookups.elements(texts["data_element"])[_places(chunk, "data_element")],
        "period": lookups.periods(texts["period"])[_places(chunk, "period")],
        "unit": lookups.org_units(texts["org_unit"])[_places(chunk, "org_unit")],
        "option": lookups.options(texts["option"])[_places(chunk, "option")],
        "attribute": lookups.options(texts["attribute"])[_places(chunk, "attribute")],
    }
    elements, periods, units = (np.unique(found[name]).tolist() for name in ("element", "period", "unit"))
    stored: set[tuple[int, ...]] = set()
    for start in range(0, len(units), _UNITS_AT_ONCE):
        rows = DataValue.objects.filter(
            element__in=elements, period__in=periods, unit__in=units[start : start + _UNITS_AT_ONCE]
        )
        stored.update(rows.values_list("element_id", "period", "unit_id", "option_id", "attribute_id"))
    known = np.logical_and.reduce([column >= 0 for column in found.values()])
    if inside is not None:
        known &= np.isin(found["unit"], inside)
    cells = zip(*(column.tolist() for column in found.values()), strict=True)
    return [cell in stored if sure else None for sure, cell in zip(known.tolist(), cells, strict=True)]


def _places(chunk: spool.Chunk, name: str) -> "np.ndarray[tuple[int], np.dtype[np.int32]]":
    return np.frombuffer(chunk.columns[name], np.int32)
