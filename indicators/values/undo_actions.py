"""Takes a batch of values back: what it replaced stands again, with the batch that had set it."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from indicators.values.actions import Written
from indicators.values.bulk import KEYS, LIST_AT_MOST
from indicators.values.comment_actions import Cell
from indicators.values.models import Batch, ChangedCell, DataValue, ValueChange

_VALUE = DataValue._meta.db_table
_CHANGE = ValueChange._meta.db_table
_CELL = ChangedCell._meta.db_table
_KEYS = ", ".join(KEYS)
_BLOCKS_AT_ONCE = 500


class NewerValues(Exception):
    """Something newer stands on cells of the batch; nothing was taken back. `cells`: at most 1000; `count`: all."""

    def __init__(self, cells: Sequence[Cell], count: int) -> None:
        self.cells, self.count = list(cells), count
        super().__init__(f"{count} cells")


def _same(one: str, other: str) -> str:
    return " AND ".join(f"{one}.{key} = {other}.{key}" for key in KEYS)


def _keys(of: str) -> str:
    return ", ".join(f"{of}.{key}" for key in KEYS)


@transaction.atomic
def take_back(undone: Batch, *, blocks: Iterable[tuple[int, int]], set_by_it: int, batch: Batch) -> Written:
    """Restores what stood before `undone`, as changes of `batch`, and marks the cells for the refresh.

    `blocks`: every element and period of its values; the key begins with these, and no index tells a batch's values.
    `set_by_it`: how many values it created or updated. The counts are those of restoring: `created` are deletions taken
    back, `deleted` what it had created. Raises NewerValues where other batches have written to its cells since and were
    not taken back themselves. Values that a batch restores keep their own batch, so several are undone newest first.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"LOCK TABLE {_VALUE} IN SHARE ROW EXCLUSIVE MODE")
        _stage(cursor, undone, list(blocks))
        _refuse_where_newer(cursor, undone, set_by_it)
        counts = _restore(cursor, undone, batch)
        for table in ("standing", "replaced"):
            cursor.execute(f"DROP TABLE {table}")
    return counts


def _stage(cursor: CursorWrapper, undone: Batch, blocks: list[tuple[int, int]]) -> None:
    """`standing`: what the batch set and still stands; `replaced`: what it replaced or deleted."""
    columns = ", ".join(f"{key} {'integer' if key == 'period' else 'bigint'}" for key in KEYS)
    for table, more in (("standing", ""), ("replaced", ", before_batch_id bigint, after double precision")):
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute(
            f"CREATE TEMPORARY TABLE {table} ({columns}, before double precision{more}, PRIMARY KEY ({_KEYS}))"
        )
    for start in range(0, len(blocks), _BLOCKS_AT_ONCE):
        listed = ", ".join(f"({int(e)}, {int(p)})" for e, p in blocks[start : start + _BLOCKS_AT_ONCE])
        cursor.execute(
            f"WITH d (e, p) AS (VALUES {listed}) INSERT INTO standing SELECT {_keys('v')}, v.value"
            f" FROM d JOIN {_VALUE} v ON v.element_id = d.e AND v.period = d.p WHERE v.batch_id = %s",
            [undone.pk],
        )
    cursor.execute(
        f"INSERT INTO replaced SELECT {_KEYS}, before, before_batch_id, after FROM {_CHANGE} WHERE batch_id = %s",
        [undone.pk],
    )
    if connection.vendor == "postgresql":
        cursor.execute("ANALYZE standing")
        cursor.execute("ANALYZE replaced")


def _refuse_where_newer(cursor: CursorWrapper, undone: Batch, set_by_it: int) -> None:
    def ask(sql: str, *params: Any) -> list[Any]:
        cursor.execute(sql, params)
        return cursor.fetchall()

    occupied = f"FROM replaced r WHERE r.after IS NULL AND EXISTS (SELECT 1 FROM {_VALUE} v WHERE {_same('v', 'r')})"
    [(standing,)] = ask("SELECT count(*) FROM standing")
    [(filled,)] = ask(f"SELECT count(*) {occupied}")
    if standing == set_by_it and not filled:
        return
    gone = f"WHERE NOT EXISTS (SELECT 1 FROM standing s WHERE {_same('s', 'c')})"
    cells = ask(
        f"SELECT {_keys('r')} {occupied} UNION SELECT {_keys('c')} FROM replaced c {gone} AND c.after IS NOT NULL"
        f" UNION SELECT {_keys('c')} FROM {_CHANGE} c {gone} AND c.before_batch_id = %s ORDER BY 1, 2, 3, 4, 5",
        undone.pk,
    )
    raise NewerValues(cells[:1000], len(cells))


def _restore(cursor: CursorWrapper, undone: Batch, batch: Batch) -> Written:
    def run(sql: str, *params: Any) -> int:
        cursor.execute(sql, params)
        return cursor.rowcount

    run(
        f"INSERT INTO {_CHANGE} (batch_id, {_KEYS}, before, before_batch_id, after)"
        f" SELECT %s, {_keys('s')}, s.before, %s, r.before FROM standing s LEFT JOIN replaced r ON {_same('s', 'r')}",
        batch.pk, undone.pk,
    )  # fmt: skip
    touched = f"(SELECT {_KEYS} FROM standing UNION SELECT {_KEYS} FROM replaced) t"
    cursor.execute(f"SELECT count(*) FROM {touched}")
    cell = "element_id, period, unit_id" if cursor.fetchone()[0] <= LIST_AT_MOST else "element_id, period"
    run(f"INSERT INTO {_CELL} ({cell}) SELECT DISTINCT {cell} FROM {touched}")
    deleted = run(
        f"DELETE FROM {_VALUE} WHERE ({_KEYS}) IN (SELECT {_keys('s')} FROM standing s"
        f" WHERE NOT EXISTS (SELECT 1 FROM replaced r WHERE {_same('s', 'r')}))"
    )
    updated = run(
        f"UPDATE {_VALUE} AS v SET value = r.before, batch_id = r.before_batch_id FROM replaced r"
        f" WHERE {_same('v', 'r')} AND r.after IS NOT NULL"
    )
    created = run(
        f"INSERT INTO {_VALUE} ({_KEYS}, value, batch_id)"
        f" SELECT {_KEYS}, before, before_batch_id FROM replaced WHERE after IS NULL"
    )
    return Written(created, updated, 0, deleted)
