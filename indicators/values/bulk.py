"""The bulk path of values: stage the rows, compare them with what is stored, write only what differs.

PostgreSQL takes the stage by binary COPY, SQLite by executemany; everything after that is the same SQL. Callers hold a
transaction and have checked the rows; nobody but `values.actions` calls this.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from django.db import connection
from django.db.backends.utils import CursorWrapper

from indicators.values.copying import copy_in, packed
from indicators.values.models import Batch, ChangedCell, DataValue, ValueChange

KEYS = ("element_id", "period", "unit_id", "option_id", "attribute_id")
LIST_AT_MOST = 20_000
"""Past so many changed cells one row stands for all of them: refreshing everything is then as quick."""

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


def write(rows: Sequence[tuple[int, int, int, int, int, float | None]], *, batch: Batch) -> Counts:
    """Writes rows of (element, period code, unit, option, attribute, value or None to delete), each cell once."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # One writer at a time, readers go on: two writers of one cell would both think that they create it.
            cursor.execute(f"LOCK TABLE {_VALUE} IN SHARE ROW EXCLUSIVE MODE")
        _stage(cursor, rows)
        counts = _apply(cursor, batch)
        cursor.execute("DROP TABLE stage")
    return counts


def _stage(cursor: CursorWrapper, rows: Sequence[tuple[Any, ...]]) -> None:
    cursor.execute("DROP TABLE IF EXISTS stage")
    columns = ", ".join(f"{key} {'integer' if key == 'period' else 'bigint'} NOT NULL" for key in KEYS)
    cursor.execute(
        f"CREATE TEMPORARY TABLE stage ({columns}, value double precision NOT NULL, deleted integer NOT NULL)"
    )
    if connection.vendor == "postgresql":
        _copy(cursor, rows)
        return
    places = ", ".join(["%s"] * 7)
    cursor.executemany(
        f"INSERT INTO stage VALUES ({places})",
        [(*row[:5], 0.0 if row[5] is None else row[5], int(row[5] is None)) for row in rows],
    )


def _copy(cursor: CursorWrapper, rows: Sequence[tuple[Any, ...]]) -> None:
    *keys, values = zip(*rows, strict=True)
    columns = {key: np.array(column, np.int64) for key, column in zip(KEYS, keys, strict=True)}
    columns["value"] = np.array([0.0 if value is None else value for value in values], np.float64)
    columns["deleted"] = np.array([value is None for value in values], np.int64)
    copy_in(cursor, "stage", packed(columns))
    cursor.execute("ANALYZE stage")


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
        new = _NEW if stored else "s.deleted = 0"
        run(
            f"INSERT INTO {_VALUE} ({_KEYS}, value, batch_id) SELECT {_STAGED_KEYS}, s.value, %s FROM stage s"
            f" WHERE {new} ORDER BY {_STAGED_KEYS}",
            batch.pk,
        )
    return Counts(created, updated, staged - created - updated - deleted, deleted)


def _mark(cursor: CursorWrapper, batch: Batch, changes: int) -> None:
    """Notes which cells change, before they do; reads the stage against what is still stored."""
    if ChangedCell.objects.filter(element=None).exists():
        return
    if changes > LIST_AT_MOST:
        ChangedCell.objects.create()
        return
    cursor.execute(
        f"INSERT INTO {_CELL} (element_id, period, unit_id)"
        f" SELECT DISTINCT s.element_id, s.period, s.unit_id FROM {_STORED} WHERE {_DIFFERS}"
        f" UNION SELECT s.element_id, s.period, s.unit_id FROM stage s WHERE {_NEW}",
        [batch.demonstration],
    )
