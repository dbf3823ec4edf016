"""Values out of the database in blocks, one row for an element and month: what costs is the number of rows, not theirs.

PostgreSQL packs a block's columns as arrays of a binary COPY, SQLite as texts. A text holds whole numbers exactly;
where a block has others, its rows are read as they are.
"""

from typing import Any

import numpy as np
from django.db import connection
from django.db.backends.utils import CursorWrapper
from numpy.typing import NDArray

from indicators.values.copying import copy_out
from indicators.values.models import Batch

_MADE_UP = f"(v.batch_id IN (SELECT id FROM {Batch._meta.db_table} WHERE demonstration))"


def read_blocks(source: str, *, where: str) -> list[NDArray[Any]]:
    """Element, unit, month, value and demonstration of the values `v` in `source`, rows in no order, as columns."""
    some_made_up = Batch.objects.filter(demonstration=True).exists()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            columns = _from_arrays(cursor, source, where, some_made_up)
        else:
            columns = _from_texts(cursor, source, where, some_made_up)
    kinds = (np.int64, np.int64, np.int64, np.float64, np.bool_)
    return [np.ascontiguousarray(column, kind) for column, kind in zip(columns, kinds, strict=True)]


def _from_arrays(cursor: CursorWrapper, source: str, where: str, some_made_up: bool) -> list[NDArray[Any]]:
    made_up, kind = (f", {_MADE_UP}", ["b1"]) if some_made_up else ("", [])
    element, month, unit, value, *marks = copy_out(
        cursor,
        f"SELECT v.element_id, v.period, v.unit_id, v.value{made_up} FROM {source} WHERE {where}",
        ["i8", "i4", "i8", "f8", *kind],
        together=2,
    )
    return [element, unit, month, value, marks[0] if marks else np.zeros(len(value), np.bool_)]


def _from_texts(cursor: CursorWrapper, source: str, where: str, some_made_up: bool) -> list[NDArray[Any]]:
    made_up = f", group_concat({_MADE_UP})" if some_made_up else ""
    cursor.execute(
        f"SELECT v.element_id, v.period, count(*), max(v.value <> CAST(v.value AS integer)), group_concat(v.unit_id),"
        f" group_concat(CAST(v.value AS integer)){made_up} FROM {source} WHERE {where}"
        " GROUP BY v.element_id, v.period"
    )
    parts, others = [[np.empty(0, np.int64)] * 5], []
    for element, month, count, fractions, *texts in cursor:
        if fractions:
            others.append(f"(v.element_id = {element} AND v.period = {month})")
            continue
        unit, value, *marks = (np.fromstring(text, np.int64, sep=",") for text in texts)
        mark = marks[0] if marks else np.zeros(count, np.int64)
        parts.append([np.full(count, element), unit, np.full(count, month), value, mark])
    for start in range(0, len(others), 100):
        cursor.execute(
            f"SELECT v.element_id, v.unit_id, v.period, v.value, {_MADE_UP} FROM {source}"
            f" WHERE {where} AND ({' OR '.join(others[start : start + 100])})"
        )
        rows = np.fromiter(
            iter(cursor), [(f"c{place}", kind) for place, kind in enumerate(("i8", "i8", "i8", "f8", "i8"))]
        )
        parts.append([rows[name] for name in rows.dtype.names or ()])
    return [np.concatenate(column) for column in zip(*parts, strict=True)]
