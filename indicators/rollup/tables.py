"""The engine's rows: out of the database into arrays, and back. Nothing else in this room speaks SQL."""

from typing import Any

import numpy as np
from django.db import connection
from django.db.backends.utils import CursorWrapper
from numpy.typing import NDArray

from indicators.geography.models import OrgUnit
from indicators.registry.models import DataElement
from indicators.rollup.engine import Cells, Integers, Tree, Values, one_key, tree
from indicators.rollup.models import Aggregate
from indicators.values.copying import copy_in, copy_out, packed
from indicators.values.models import Batch, DataValue

NUMERIC = ("NUMBER", "INTEGER", "INTEGER_POSITIVE", "INTEGER_NEGATIVE", "INTEGER_ZERO_OR_POSITIVE")
_AGGREGATE = Aggregate._meta.db_table
_VALUE = DataValue._meta.db_table
_BATCH = Batch._meta.db_table
_CELL = "element_id, unit_id, period, sum, reported, demonstration"
_CELL_OF_A = ", ".join(f"a.{column}" for column in _CELL.split(", "))
_UNIT = OrgUnit._meta.db_table


def fetch(sql: str, *kinds: str) -> list[Any]:
    """The columns of a SELECT that holds no NULL, as arrays. `kinds`: i8, i4 (widened to i8), f8 or b1 a column."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            columns = copy_out(cursor, sql, kinds)
        else:
            cursor.execute(sql)
            rows = np.fromiter(iter(cursor), [(f"c{i}", kind) for i, kind in enumerate(kinds)])
            columns = [rows[name] for name in rows.dtype.names or ()]
    wide = {"i8": np.int64, "i4": np.int64, "f8": np.float64, "b1": np.bool_}
    return [np.ascontiguousarray(column, wide[kind]) for column, kind in zip(columns, kinds, strict=True)]


def read_tree() -> Tree:
    rows = list(OrgUnit.objects.order_by().values_list("pk", "parent_id"))
    units = np.array([unit for unit, _ in rows], np.int64)
    return tree(units, np.array([parent or -1 for _, parent in rows], np.int64))


def summed_elements() -> list[int]:
    """Elements that add up: numbers aggregated by SUM. Averages, texts and dates are left out of the aggregates."""
    return list(DataElement.objects.filter(aggregation="SUM", value_type__in=NUMERIC).values_list("pk", flat=True))


def read_values() -> Values:
    """The stored values of summed elements."""
    elements = ", ".join(map(str, summed_elements())) or "0"
    demonstration = f"(v.batch_id IN (SELECT id FROM {_BATCH} WHERE demonstration))"
    columns = fetch(
        f"SELECT v.element_id, v.unit_id, v.period, v.value, {demonstration} FROM {_VALUE} v"
        f" WHERE v.element_id IN ({elements})",
        "i8", "i8", "i4", "f8", "b1",
    )  # fmt: skip
    return Values(*columns)


def read_cells(beside: str = "", where: str = "") -> Cells:
    """Stored aggregates, called `a`. `beside` names what is read before them: SQLite keeps to that order."""
    return Cells(
        *fetch(f"SELECT {_CELL_OF_A} FROM {beside} {_AGGREGATE} a {where}", "i8", "i8", "i4", "f8", "i4", "b1")
    )


def stage_dirty(element: Integers, unit: Integers, month: Integers) -> None:
    """Puts cells into the temporary table `dirty`, each once, for `beside_dirty` and its like to join."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS dirty")
        cursor.execute("CREATE TEMPORARY TABLE dirty (element_id bigint, period integer, unit_id bigint)")
        _fill(cursor, "dirty", {"element_id": element, "period": month, "unit_id": unit})


def read_dirty_values() -> Values:
    """As `read_values`, of the dirty cells only."""
    demonstration = f"EXISTS (SELECT 1 FROM {_BATCH} b WHERE b.id = v.batch_id AND b.demonstration)"
    columns = fetch(
        f"SELECT v.element_id, v.unit_id, v.period, v.value, {demonstration} FROM dirty d CROSS JOIN {_VALUE} v"
        " WHERE v.element_id = d.element_id AND v.period = d.period AND v.unit_id = d.unit_id",
        "i8", "i8", "i4", "f8", "b1",
    )  # fmt: skip
    return Values(*columns)


def read_cells_below_dirty() -> Cells:
    """The stored cells of the children of dirty units, in the dirty months."""
    return read_cells(
        f"dirty d CROSS JOIN {_UNIT} c CROSS JOIN",
        "WHERE c.parent_id = d.unit_id AND a.element_id = d.element_id AND a.unit_id = c.id AND a.period = d.period",
    )


def read_cells_beside_dirty() -> Cells:
    """All stored cells, of every length, in the years of dirty cells of the same element and unit."""
    return read_cells(
        "(SELECT DISTINCT element_id, unit_id, period % 100000000 / 10000 AS year FROM dirty) d CROSS JOIN",
        "WHERE a.element_id = d.element_id AND a.unit_id = d.unit_id AND a.period % 100000000 / 10000 = d.year",
    )


def replace(stored: Cells, wanted: Cells) -> int:
    """Makes `wanted` of `stored` by writing and deleting only what differs; returns how many rows that took."""
    keep, write = _differences(stored, wanted)
    gone, new = stored.take(~keep), wanted.take(write)
    with connection.cursor() as cursor:
        if len(gone.sum):
            _delete(cursor, gone)
        if len(new.sum):
            _write(cursor, new.take(np.lexsort((new.period, new.unit, new.element))), into_empty=not len(stored.sum))
    return len(gone.sum) + len(new.sum)


def _differences(stored: Cells, wanted: Cells) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which stored rows have a counterpart, and which wanted rows are new or say something else."""
    if not len(stored.sum):
        return np.zeros(0, bool), np.ones(len(wanted.sum), bool)
    key = one_key([np.concatenate(pair) for pair in zip(stored[:3], wanted[:3], strict=True)])
    old, new = key[: len(stored.sum)], key[len(stored.sum) :]
    order = np.argsort(old)
    at = order[np.minimum(np.searchsorted(old, new, sorter=order), len(old) - 1)]
    found = old[at] == new
    same = found & np.logical_and.reduce([stored[column][at] == wanted[column] for column in (3, 4, 5)])
    keep = np.zeros(len(old), bool)
    keep[at[found]] = True
    return keep, ~same


def _delete(cursor: CursorWrapper, gone: Cells) -> None:
    cursor.execute("DROP TABLE IF EXISTS gone")
    cursor.execute("CREATE TEMPORARY TABLE gone (element_id bigint, unit_id bigint, period integer)")
    _fill(cursor, "gone", {"element_id": gone.element, "unit_id": gone.unit, "period": gone.period})
    key = "element_id, unit_id, period"
    cursor.execute(f"DELETE FROM {_AGGREGATE} WHERE ({key}) IN (SELECT {key} FROM gone)")


def _write(cursor: CursorWrapper, new: Cells, *, into_empty: bool) -> None:
    """Rows in the order of the key. Straight into the table where nothing can be in the way, else through a stage."""
    columns = dict(zip(_CELL.split(", "), new, strict=True))
    if into_empty:
        _fill(cursor, _AGGREGATE, columns)
        return
    conflict = (
        "ON CONFLICT (element_id, unit_id, period) DO UPDATE"
        " SET sum = excluded.sum, reported = excluded.reported, demonstration = excluded.demonstration"
    )
    if connection.vendor == "postgresql":
        cursor.execute("DROP TABLE IF EXISTS fresh")
        cursor.execute(f"CREATE TEMPORARY TABLE fresh AS SELECT {_CELL} FROM {_AGGREGATE} LIMIT 0")
        _fill(cursor, "fresh", columns)
        cursor.execute(f"INSERT INTO {_AGGREGATE} ({_CELL}) SELECT {_CELL} FROM fresh {conflict}")
    else:
        _fill(cursor, _AGGREGATE, columns, conflict)


def _fill(cursor: CursorWrapper, table: str, columns: dict[str, NDArray], conflict: str = "") -> None:
    names = ", ".join(columns)
    if connection.vendor == "postgresql":
        copy_in(cursor, f"{table} ({names})", packed(columns))
        if table != _AGGREGATE:
            cursor.execute(f"ANALYZE {table}")  # a temporary table is never analysed by itself
        return
    places = ", ".join(["%s"] * len(columns))
    rows = zip(*(column.tolist() for column in columns.values()), strict=True)
    cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places}) {conflict}", list(rows))
