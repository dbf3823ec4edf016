"""What was computed from records that are entered, kept as long as nobody writes any of them: their histories tell."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any, TypeVar

from django.core.cache import cache
from django.db import connection
from django.db.models import Model

from indicators.rollup.models import RefreshJob

KEPT_SECONDS = 3600
WINDOW = 1000
"""Of the latest history rows, so many are counted: a transaction may be committed after one with higher keys."""
T = TypeVar("T")


def kept_until_written(name: str, asked: object, models: Sequence[type[Model]], compute: Callable[[], T]) -> T:
    """What `compute` gives, or gave for the same `name` and `asked` (by its repr) since a row of these models was
    created, changed or removed, for an hour at most. One query, whatever the size of the tables.

    The models need a history (`history`), written in the transaction of the change. Histories from which a
    demonstration is taken out are told by the refresh of everything that follows. What rests on anything else (another
    model, a language, today) has to say so in `asked`.
    """
    key = f"{name}:{sha256(repr((_stamp(models), asked)).encode()).hexdigest()}"
    found = cache.get(key)
    if found is None:
        found = compute()
        cache.set(key, found, KEPT_SECONDS)
    return found  # type: ignore[no-any-return]


def _stamp(models: Sequence[type[Model]]) -> list[Any]:
    """Differs once any of the histories has grown. The time tells two histories apart that begin at the same number."""
    tables = [model.history.model._meta.db_table for model in models]  # type: ignore[attr-defined]
    parts = [
        f"(SELECT MAX(history_id) FROM {table}),"
        f" (SELECT history_date FROM {table} ORDER BY history_id DESC LIMIT 1),"
        f" (SELECT COUNT(*) FROM {table} WHERE history_id > (SELECT MAX(history_id) FROM {table}) - {WINDOW})"
        for table in tables
    ]
    everything = f"(SELECT MAX(id) FROM {RefreshJob._meta.db_table} WHERE scope = %s)"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join([*parts, everything])}", [RefreshJob.Scope.EVERYTHING])
        return list(cursor.fetchone())
