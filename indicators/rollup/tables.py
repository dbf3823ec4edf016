"""The engine's rows: out of the database into arrays, and back. Nothing else in this room speaks SQL."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.db import connection
from django.db.backends.utils import CursorWrapper
from numpy.typing import NDArray

from indicators.geography.models import OrgUnit
from indicators.periods import Frequency, Period
from indicators.registry.models import DataElement
from indicators.rollup.engine import CODE_UNIT, Cells, Tree, Values, tree, within
from indicators.rollup.models import Aggregate
from indicators.values.copying import SMALL_INTEGERS, copy_in, copy_out, packed
from indicators.values.keys import Integers, one_key
from indicators.values.models import Batch, DataValue

NUMERIC = ("NUMBER", "INTEGER", "INTEGER_POSITIVE", "INTEGER_NEGATIVE", "INTEGER_ZERO_OR_POSITIVE")
AGGREGATED = ("SUM", "AVERAGE", "AVERAGE_SUM_ORG_UNIT")
_AT_ONCE = 50_000
"""Rows handed to SQLite in one piece."""
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
    """Elements whose numbers are kept as sums and counts: those that add up, and those averaged at read from the two.

    Texts, dates, minima and the like are left out of the aggregates.
    """
    numbers = DataElement.objects.filter(aggregation__in=AGGREGATED, value_type__in=NUMERIC)
    return list(numbers.order_by("pk").values_list("pk", flat=True))


def elements_not_summed() -> list[int]:
    return list(DataElement.objects.exclude(pk__in=summed_elements()).values_list("pk", flat=True))


def read_values(elements: Sequence[int]) -> Values:
    """The stored values of these elements."""
    demonstration = f"(v.batch_id IN (SELECT id FROM {_BATCH} WHERE demonstration))"
    columns = fetch(
        f"SELECT v.element_id, v.unit_id, v.period, v.value, {demonstration} FROM {_VALUE} v"
        f" WHERE v.element_id IN ({_listed(elements)})",
        "i8", "i8", "i4", "f8", "b1",
    )  # fmt: skip
    return Values(*columns)


def read_cells_of(elements: Sequence[int]) -> Cells:
    """All stored aggregates of these elements."""
    return read_cells(where=f"WHERE a.element_id IN ({_listed(elements)})")


def _listed(elements: Sequence[int]) -> str:
    return ", ".join(map(str, elements)) or "0"


def count_blocks(elements: Sequence[int]) -> int:
    """In how many (element, month) anything was reported, as the roots' aggregates say."""
    return (
        Aggregate.objects.filter(
            element_id__in=elements,
            unit_id__in=list(OrgUnit.objects.filter(parent=None).values_list("pk", flat=True)),
            period__lt=Period(Frequency.QUARTER, 1900).code,
        )
        .order_by()
        .values("element_id", "period")
        .distinct()
        .count()
    )


def read_cells(beside: str = "", where: str = "") -> Cells:
    """Stored aggregates, called `a`. `beside` names what is read before them: SQLite keeps to that order."""
    return Cells(
        *fetch(f"SELECT {_CELL_OF_A} FROM {beside} {_AGGREGATE} a {where}", "i8", "i8", "i4", "f8", "i4", "b1")
    )


def stage(table: str, columns: dict[str, Integers]) -> None:
    """Makes a temporary table of these columns, in place of an earlier one of that name."""
    typed = ", ".join(f"{name} {'integer' if name in SMALL_INTEGERS else 'bigint'}" for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute(f"CREATE TEMPORARY TABLE {table} ({typed})")
        _fill(cursor, table, columns)


def read_values_at(element: Integers, unit: Integers, month: Integers) -> Values:
    """As `read_values`, of these cells only, each given once. They stay in the temporary table `wanted`."""
    stage("wanted", {"element_id": element, "unit_id": unit, "period": month})
    return _read_values_wanted("v.element_id = w.element_id AND v.period = w.period AND v.unit_id = w.unit_id")


def read_values_in(element: Integers, month: Integers) -> Values:
    """As `read_values`, of all units in these elements' months, each block given once. They stay in `wanted`."""
    stage("wanted", {"element_id": element, "period": month})
    return _read_values_wanted("v.element_id = w.element_id AND v.period = w.period")


def _read_values_wanted(condition: str) -> Values:
    demonstration = f"EXISTS (SELECT 1 FROM {_BATCH} b WHERE b.id = v.batch_id AND b.demonstration)"
    columns = fetch(
        f"SELECT v.element_id, v.unit_id, v.period, v.value, {demonstration} FROM wanted w CROSS JOIN {_VALUE} v"
        f" WHERE {condition}",
        "i8", "i8", "i4", "f8", "b1",
    )  # fmt: skip
    return Values(*columns)


def read_cells_below_wanted() -> Cells:
    """The stored cells of the children of the units in `wanted`, in its months."""
    return read_cells(
        f"wanted w CROSS JOIN {_UNIT} c CROSS JOIN",
        "WHERE c.parent_id = w.unit_id AND a.element_id = w.element_id AND a.unit_id = c.id AND a.period = w.period",
    )


def read_cells_around(element: Integers, unit: Integers | None, month: Integers) -> Cells:
    """The stored months of the quarters, quarters of the years, and years that these cells fall in.

    Of these units; of every unit where `unit` is None.
    """
    quarter, year = within(month, Frequency.QUARTER), within(month, Frequency.YEAR)
    first = quarter - (Frequency.QUARTER - Frequency.MONTH) * CODE_UNIT
    first_quarter = year - (Frequency.YEAR - Frequency.QUARTER) * CODE_UNIT
    low = np.concatenate([first, first_quarter, year])
    high = np.concatenate([first + 299, first_quarter + 1199, year])
    columns = {"element_id": np.tile(element, 3), "low": low, "high": high}
    if unit is not None:
        columns["unit_id"] = np.tile(unit, 3)
    _, each = np.unique(one_key(list(columns.values())), return_index=True)
    stage("around", {name: column[each] for name, column in columns.items()})
    units, chosen = (f"CROSS JOIN {_UNIT} u", "u.id") if unit is None else ("", "d.unit_id")
    return read_cells(
        f"around d {units} CROSS JOIN",
        f"WHERE a.element_id = d.element_id AND a.unit_id = {chosen} AND a.period BETWEEN d.low AND d.high",
    )


def replace(stored: Cells, wanted: Cells) -> int:
    """Makes `wanted` of `stored` by writing and deleting only what differs; returns how many rows that took."""
    keep, write = _differences(stored, wanted)
    gone, new = stored.take(~keep), wanted.take(write)
    with connection.cursor() as cursor:
        if len(gone.sum):
            _delete(cursor, gone)
        if len(new.sum):
            key = one_key(new[:3])
            in_order = new if (key[1:] > key[:-1]).all() else new.take(np.argsort(key))
            _write(cursor, in_order, into_empty=not len(stored.sum))
    return len(gone.sum) + len(new.sum)


def _differences(stored: Cells, wanted: Cells) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which stored rows have a counterpart, and which wanted rows are new or say something else."""
    if not len(stored.sum):
        return np.zeros(0, bool), np.ones(len(wanted.sum), bool)
    if all(map(np.array_equal, stored[:3], wanted[:3])):
        same = np.logical_and.reduce([before == now for before, now in zip(stored[3:], wanted[3:], strict=True)])
        return np.ones(len(same), bool), ~same
    key = one_key([np.concatenate(pair) for pair in zip(stored[:3], wanted[:3], strict=True)])
    old, new = key[: len(stored.sum)], key[len(stored.sum) :]
    order = np.argsort(old, kind="stable")  # nearly in order as read, which this way of sorting makes use of
    at = order[np.minimum(np.searchsorted(old, new, sorter=order), len(old) - 1)]
    found = old[at] == new
    same = found & np.logical_and.reduce([stored[column][at] == wanted[column] for column in (3, 4, 5)])
    keep = np.zeros(len(old), bool)
    keep[at[found]] = True
    return keep, ~same


def _delete(cursor: CursorWrapper, gone: Cells) -> None:
    stage("gone", {"element_id": gone.element, "unit_id": gone.unit, "period": gone.period})
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
    for start in range(0, len(next(iter(columns.values()))), _AT_ONCE):
        some = (column[start : start + _AT_ONCE].tolist() for column in columns.values())
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places}) {conflict}", list(zip(*some, strict=True)))
