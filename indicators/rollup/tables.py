"""The engine's rows: out of the database into arrays, and back. Nothing else in this room speaks SQL."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Q
from numpy.typing import NDArray

from indicators.geography.models import FormerParent, OrgUnit
from indicators.periods import EVERY_MONTH, Frequency, Period
from indicators.registry.models import DataElement
from indicators.rollup.engine import CODE_UNIT, Cells, Values, within
from indicators.rollup.models import Aggregate
from indicators.rollup.staging import fill, named
from indicators.rollup.trees import Trees, trees
from indicators.values.copying import copy_out
from indicators.values.keys import Integers, one_key
from indicators.values.models import Batch, DataValue
from indicators.values.reading import read_blocks

NUMERIC = ("NUMBER", "INTEGER", "INTEGER_POSITIVE", "INTEGER_NEGATIVE", "INTEGER_ZERO_OR_POSITIVE")
AGGREGATED = ("SUM", "AVERAGE", "AVERAGE_SUM_ORG_UNIT")
SUMMED = Q(aggregation__in=AGGREGATED, value_type__in=NUMERIC)
"""Elements whose numbers are kept as sums and counts: those that add up, and those averaged at read from the two.
Texts, dates, minima and the like are left out of the aggregates."""
_AGGREGATE = Aggregate._meta.db_table
_VALUE = DataValue._meta.db_table
_BATCH = Batch._meta.db_table
_CELL = "element_id, unit_id, period, sum, reported, demonstration"
_CELL_OF_A = ", ".join(f"a.{column}" for column in _CELL.split(", "))


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


def read_trees() -> Trees:
    """The units' trees with the months that each holds for."""
    rows = list(OrgUnit.objects.order_by().values_list("pk", "parent_id"))
    units = np.array([unit for unit, _ in rows], np.int64)
    moves = [
        (Period.month_of(until).next().code, until.toordinal(), unit, parent)
        for until, unit, parent in FormerParent.objects.order_by().values_list("until", "unit_id", "parent_id")
    ]
    return trees(units, np.array([parent or -1 for _, parent in rows], np.int64), moves)


def read_trees_around(units: Collection[int]) -> Trees:
    """As `read_trees`, of these units, those above them and the children of both. All units once one has moved."""
    if FormerParent.objects.exists():
        return read_trees()
    paths = OrgUnit.objects.filter(pk__in=units).order_by().values_list("path", flat=True)
    upwards = {int(step) for path in paths for step in path.strip("/").split("/")}
    rows = list(
        OrgUnit.objects.filter(Q(pk__in=upwards) | Q(parent__in=upwards)).order_by().values_list("pk", "parent_id")
    )
    parents = OrgUnit.objects.filter(parent__in=[unit for unit, _ in rows]).order_by().values_list("parent_id")
    whole = trees(np.array([unit for unit, _ in rows], np.int64), np.array([up or -1 for _, up in rows], np.int64))
    return whole._replace(inner=np.array(sorted({up for (up,) in parents.distinct()}), np.int64))


def summed_elements() -> list[int]:
    return list(DataElement.objects.filter(SUMMED).order_by("pk").values_list("pk", flat=True))


def elements_not_summed() -> list[int]:
    return list(DataElement.objects.exclude(SUMMED).values_list("pk", flat=True))


def derived_elements() -> list[int]:
    """Those of the summed elements that have no values of their own; leaves have rows of them."""
    return list(DataElement.objects.filter(SUMMED).exclude(derivation="").order_by("pk").values_list("pk", flat=True))


def read_values(elements: Sequence[int]) -> Values:
    """The stored values of these elements in months; values of other periods are not added up."""
    months = f"v.period BETWEEN {EVERY_MONTH[0]} AND {EVERY_MONTH[1]}"
    return Values(*read_blocks(f"{_VALUE} v", where=f"v.element_id IN ({_listed(elements)}) AND {months}"))


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


def read_values_at(element: Integers, unit: Integers, month: Integers) -> Values:
    """As `read_values`, of these cells only, each given once."""
    wanted = named("wanted", {"element_id": element, "unit_id": unit, "period": month})
    made_up = f"EXISTS (SELECT 1 FROM {_BATCH} b WHERE b.id = v.batch_id AND b.demonstration)"
    columns = fetch(
        f"SELECT v.element_id, v.unit_id, v.period, v.value, {made_up} FROM {wanted} CROSS JOIN {_VALUE} v"
        " WHERE v.element_id = wanted.element_id AND v.period = wanted.period AND v.unit_id = wanted.unit_id",
        "i8", "i8", "i4", "f8", "b1",
    )  # fmt: skip
    return Values(*columns)


def read_values_in(element: Integers, month: Integers) -> Values:
    """As `read_values`, of all units in these elements' months, each block given once."""
    wanted = named("wanted", {"element_id": element, "period": month})
    here = "v.element_id = wanted.element_id AND v.period = wanted.period"
    return Values(*read_blocks(f"{wanted} CROSS JOIN {_VALUE} v", where=here))


def read_cells_at(element: Integers, unit: Integers, period: Integers) -> Cells:
    """The stored ones of these cells, each given once."""
    wanted = named("wanted", {"element_id": element, "unit_id": unit, "period": period})
    here = "a.element_id = wanted.element_id AND a.unit_id = wanted.unit_id AND a.period = wanted.period"
    return read_cells(f"{wanted} CROSS JOIN", f"WHERE {here}")


def read_cells_around(element: Integers, unit: Integers, month: Integers) -> Cells:
    """The stored months of the quarters, quarters of the years, and years that these cells fall in."""
    quarter, year = within(month, Frequency.QUARTER), within(month, Frequency.YEAR)
    first = quarter - (Frequency.QUARTER - Frequency.MONTH) * CODE_UNIT
    first_quarter = year - (Frequency.YEAR - Frequency.QUARTER) * CODE_UNIT
    low = np.concatenate([first, first_quarter, year])
    high = np.concatenate([first + 299, first_quarter + 1199, year])
    columns = {"element_id": np.tile(element, 3), "unit_id": np.tile(unit, 3), "low": low, "high": high}
    _, each = np.unique(one_key(list(columns.values())), return_index=True)
    around = named("around", {name: column[each] for name, column in columns.items()})
    here = "a.element_id = around.element_id AND a.unit_id = around.unit_id AND a.period BETWEEN low AND high"
    return read_cells(f"{around} CROSS JOIN", f"WHERE {here}")


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
    rows = named("gone", {"element_id": gone.element, "unit_id": gone.unit, "period": gone.period})
    key = "element_id, unit_id, period"
    cursor.execute(f"DELETE FROM {_AGGREGATE} WHERE ({key}) IN (SELECT {key} FROM {rows})")


def _write(cursor: CursorWrapper, new: Cells, *, into_empty: bool) -> None:
    """Rows in the order of the key. Straight into the table where nothing can be in the way."""
    columns = dict(zip(_CELL.split(", "), new, strict=True))
    conflict = (
        "ON CONFLICT (element_id, unit_id, period) DO UPDATE"
        " SET sum = excluded.sum, reported = excluded.reported, demonstration = excluded.demonstration"
    )
    if into_empty:
        fill(cursor, _AGGREGATE, columns)
    elif connection.vendor == "postgresql":
        cursor.execute(f"INSERT INTO {_AGGREGATE} ({_CELL}) SELECT {_CELL} FROM {named('fresh', columns)} {conflict}")
    else:
        fill(cursor, _AGGREGATE, columns, conflict)
