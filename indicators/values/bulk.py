"""The bulk path of values: what is new goes straight in, the rest is compared with what is stored.

The key begins with element and month, so one look-up tells whether such a block holds anything. Rows of an empty block
are appended in the order of the key. Rows of the others are staged, and only what differs is written. PostgreSQL takes
rows by binary COPY, SQLite by executemany; everything else is the same SQL. Callers hold a transaction and have checked
the rows; nobody but `values.actions` calls this.
"""

from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from django.db import connection
from django.db.backends.utils import CursorWrapper
from numpy.typing import NDArray

from indicators.values.copying import copy_in, copy_out, packed
from indicators.values.keys import Integers, one_key
from indicators.values.models import Batch, ChangedCell, DataValue, ValueChange

KEYS = ("element_id", "period", "unit_id", "option_id", "attribute_id")
LIST_AT_MOST = 20_000
"""Past so many changed cells in one write, one row stands for all units of an element and month."""

_AT_ONCE = 5_000
"""Rows handed to SQLite in one piece."""

_VALUE = DataValue._meta.db_table
_CHANGE = ValueChange._meta.db_table
_CELL = ChangedCell._meta.db_table
_BATCH = Batch._meta.db_table
_KEYS = ", ".join(KEYS)
_STAGED_KEYS = ", ".join(f"s.{key}" for key in KEYS)
_SAME_CELL = " AND ".join(f"v.{key} = s.{key}" for key in KEYS)
_STORED = f"stage s JOIN {_VALUE} v ON {_SAME_CELL} JOIN {_BATCH} b ON b.id = v.batch_id"
# A real report of the same number takes the cell over from the demonstration, and the other way round.
_DIFFERS = "(s.deleted = 1 OR v.value <> s.value OR b.demonstration <> %s)"
_NEW = f"s.deleted = 0 AND NOT EXISTS (SELECT 1 FROM {_VALUE} v WHERE {_SAME_CELL})"


class Counts(NamedTuple):
    created: int
    updated: int
    unchanged: int
    deleted: int


class Rows(NamedTuple):
    """Values as columns in the order of the key; `value` NaN deletes the cell. `key` is the five integers as one."""

    element: Integers
    period: Integers
    unit: Integers
    option: Integers
    attribute: Integers
    value: NDArray[np.float64]
    key: Integers

    @classmethod
    def of(cls, records: Sequence[tuple[int, int, int, int, int, float | None]]) -> "Rows":
        """Raises ValueError where a number is not finite."""
        flat = list(chain.from_iterable(records))  # and every sixth of it: twice as fast as turning the rows by zip
        element, period, unit, option, attribute = [np.array(flat[place::6], np.int64) for place in range(5)]
        values = flat[5::6]
        value = np.array(values, np.float64)
        if np.count_nonzero(~np.isfinite(value)) != values.count(None):
            raise ValueError("a value is not finite")
        return cls.of_columns(element, period, unit, option, attribute, value)

    @classmethod
    def of_columns(cls, *columns: NDArray[Any]) -> "Rows":
        """Element, period, unit, option, attribute and value, each as long as the other; values are finite or NaN."""
        element, period, unit, option, attribute = (np.ascontiguousarray(column, np.int64) for column in columns[:5])
        key = one_key([element, period, unit, option, attribute])
        value = np.ascontiguousarray(columns[5], np.float64)
        rows = cls(element, period, unit, option, attribute, value, key)
        return rows if (key[1:] > key[:-1]).all() else rows.take(np.argsort(key))

    def take(self, which: NDArray[Any]) -> "Rows":
        return Rows(*(column[which] for column in self))

    @property
    def keys(self) -> dict[str, NDArray[Any]]:
        return dict(zip(KEYS, self[:5], strict=True))


def write(rows: Rows, *, batch: Batch) -> Counts:
    """Writes the rows, each cell once."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # One writer at a time, readers go on: two writers of one cell would both think that they create it.
            cursor.execute(f"LOCK TABLE {_VALUE} IN SHARE ROW EXCLUSIVE MODE")
        known = _in_known_blocks(cursor, rows)
        fresh = rows.take(~known & np.isfinite(rows.value))
        appended = _append(cursor, fresh, batch)
        counts = Counts(appended, 0, int(np.count_nonzero(~known)) - appended, 0)
        if known.any():
            _stage(cursor, rows.take(known))
            counts = Counts(*(sum(pair) for pair in zip(counts, _apply(cursor, batch), strict=True)))
            cursor.execute("DROP TABLE stage")
    return counts


class Compared(NamedTuple):
    """What stands where the rows would go: `before` NaN and `batch` 0 where nothing does; `differs` as the write sees
    it."""

    before: NDArray[np.float64]
    batch: Integers
    differs: NDArray[np.bool_]

    def counts(self, rows: Rows) -> Counts:
        there, deleted = np.isfinite(self.before), np.isnan(rows.value)
        created = int(np.count_nonzero(~there & ~deleted))
        gone = int(np.count_nonzero(there & deleted))
        updated = int(np.count_nonzero(there & ~deleted & self.differs))
        return Counts(created, updated, len(deleted) - created - updated - gone, gone)


def compare(rows: Rows, *, demonstration: bool = False) -> Compared:
    """What `write` would meet. Writes nothing but a temporary table, and takes no lock of the values."""
    before = np.full(len(rows.value), np.nan)
    made_up = np.zeros(len(rows.value), np.bool_)
    batch = np.zeros(len(rows.value), np.int64)
    if not len(rows.value):
        return Compared(before, batch, made_up)
    with connection.cursor() as cursor:
        known = _in_known_blocks(cursor, rows)
        if known.any():
            _stage(cursor, rows.take(known), place=True)
            at, value, set_by, mark = _staged_and_stored(cursor)
            cursor.execute("DROP TABLE stage")
            at = np.flatnonzero(known)[at]
            before[at], batch[at], made_up[at] = value, set_by, mark
    deleted = np.isnan(rows.value)
    there = np.isfinite(before)
    other = (before != rows.value) | (made_up != demonstration)
    return Compared(before, batch, (there == deleted) | (there & ~deleted & other))


def _staged_and_stored(cursor: CursorWrapper) -> tuple[NDArray[Any], ...]:
    """Of each staged row where something is stored: its place, that number, its batch, and whether it is made up."""
    if connection.vendor == "postgresql":
        made_up, batches, places, values = copy_out(
            cursor,
            f"SELECT b.demonstration, v.batch_id, s.place, v.value FROM {_STORED}",
            ["b1", "i8", "i8", "f8"],
            together=2,
        )
        return places.astype(np.int64), values.astype(np.float64), batches.astype(np.int64), made_up.astype(np.bool_)
    cursor.execute(f"SELECT s.place, v.value, v.batch_id, b.demonstration FROM {_STORED}")
    kinds = [("place", "i8"), ("value", "f8"), ("batch", "i8"), ("made_up", "i8")]
    found = np.fromiter(iter(cursor), kinds)
    return found["place"], found["value"], found["batch"], found["made_up"].astype(np.bool_)


def _in_known_blocks(cursor: CursorWrapper, rows: Rows) -> NDArray[np.bool_]:
    """Which rows belong to an element and month of which something is stored."""
    block = one_key([rows.element, rows.period])
    first = np.flatnonzero(np.r_[True, block[1:] != block[:-1]])
    pairs = list(zip(rows.element[first].tolist(), rows.period[first].tolist(), strict=True))
    stored: set[tuple[int, int]] = set()
    for start in range(0, len(pairs), 1000):
        listed = ", ".join(f"({element}, {period})" for element, period in pairs[start : start + 1000])
        cursor.execute(
            f"WITH d (e, p) AS (VALUES {listed}) SELECT e, p FROM d"
            f" WHERE EXISTS (SELECT 1 FROM {_VALUE} v WHERE v.element_id = d.e AND v.period = d.p)"
        )
        stored.update(cursor.fetchall())
    return np.repeat([pair in stored for pair in pairs], np.diff(np.r_[first, len(block)]))


def _append(cursor: CursorWrapper, rows: Rows, batch: Batch) -> int:
    if not len(rows.value):
        return 0
    if not _all_marked():
        cell = [rows.element, rows.period] if len(rows.value) > LIST_AT_MOST else [rows.element, rows.period, rows.unit]
        key = one_key(cell)
        first = np.r_[True, key[1:] != key[:-1]]
        marks = {name: column[first] for name, column in zip(KEYS, cell, strict=False)}
        _put(cursor, _CELL, marks)
    _put(cursor, _VALUE, {**rows.keys, "value": rows.value, "batch_id": np.full(len(rows.value), batch.pk)})
    return len(rows.value)


def _stage(cursor: CursorWrapper, rows: Rows, *, place: bool = False) -> None:
    cursor.execute("DROP TABLE IF EXISTS stage")
    columns = ", ".join(f"{key} {'integer' if key == 'period' else 'bigint'} NOT NULL" for key in KEYS)
    columns += ", value double precision NOT NULL, deleted integer NOT NULL" + ", place bigint" * place
    cursor.execute(f"CREATE TEMPORARY TABLE stage ({columns})")
    deleted = np.isnan(rows.value)
    staged = {**rows.keys, "value": np.where(deleted, 0.0, rows.value), "deleted": deleted.astype(int)}
    _put(cursor, "stage", staged | ({"place": np.arange(len(deleted))} if place else {}))
    if connection.vendor == "postgresql":
        cursor.execute("ANALYZE stage")


def _put(cursor: CursorWrapper, table: str, columns: dict[str, NDArray[Any]]) -> None:
    names = ", ".join(columns)
    if connection.vendor == "postgresql":
        copy_in(cursor, f"{table} ({names})", packed(columns))
        return
    places = ", ".join(["%s"] * len(columns))
    for start in range(0, len(columns[KEYS[0]]), _AT_ONCE):
        some = (column[start : start + _AT_ONCE].tolist() for column in columns.values())
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", list(zip(*some, strict=True)))


def _apply(cursor: CursorWrapper, batch: Batch) -> Counts:
    def run(sql: str, *params: Any) -> int:
        cursor.execute(sql, params)
        return cursor.rowcount

    def ask(sql: str, *params: Any) -> tuple[int, ...]:
        cursor.execute(sql, params)
        return tuple(int(number or 0) for number in cursor.fetchone())

    staged, deletions = ask("SELECT count(*), sum(deleted) FROM stage")
    stored, differing, deleted = ask(
        f"SELECT count(*), sum(CASE WHEN {_DIFFERS} THEN 1 ELSE 0 END), sum(s.deleted) FROM {_STORED}",
        batch.demonstration,
    )
    created = staged - deletions - (stored - deleted)
    updated = differing - deleted
    if created or differing:
        _mark(cursor, batch, created + differing)
    if differing:
        run(
            f"INSERT INTO {_CHANGE} (batch_id, {_KEYS}, before, before_batch_id, after)"
            f" SELECT %s, {_STAGED_KEYS}, v.value, v.batch_id, CASE WHEN s.deleted = 1 THEN NULL ELSE s.value END"
            f" FROM {_STORED} WHERE {_DIFFERS}",
            batch.pk, batch.demonstration,
        )  # fmt: skip
    if deleted:
        run(f"DELETE FROM {_VALUE} WHERE ({_KEYS}) IN (SELECT {_KEYS} FROM stage WHERE deleted = 1)")
    if updated:
        run(
            f"UPDATE {_VALUE} AS v SET value = s.value, batch_id = %s FROM stage s, {_BATCH} b"
            f" WHERE b.id = v.batch_id AND {_SAME_CELL} AND s.deleted = 0 AND {_DIFFERS}",
            batch.pk, batch.demonstration,
        )  # fmt: skip
    if created:
        run(
            f"INSERT INTO {_VALUE} ({_KEYS}, value, batch_id) SELECT {_STAGED_KEYS}, s.value, %s FROM stage s"
            f" WHERE {_NEW} ORDER BY {_STAGED_KEYS}",
            batch.pk,
        )
    return Counts(created, updated, staged - created - updated - deleted, deleted)


def _mark(cursor: CursorWrapper, batch: Batch, changes: int) -> None:
    """Notes which cells change, before they do; reads the stage against what is still stored."""
    if _all_marked():
        return
    unit = "NULL" if changes > LIST_AT_MOST else "s.unit_id"
    cursor.execute(
        f"INSERT INTO {_CELL} (element_id, period, unit_id)"
        f" SELECT DISTINCT s.element_id, s.period, CAST({unit} AS bigint) FROM {_STORED} WHERE {_DIFFERS}"
        f" UNION SELECT s.element_id, s.period, CAST({unit} AS bigint) FROM stage s WHERE {_NEW}",
        [batch.demonstration],
    )


def _all_marked() -> bool:
    return ChangedCell.objects.filter(element=None, unit=None).exists()
