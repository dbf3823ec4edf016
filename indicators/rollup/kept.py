"""What was computed from values and aggregates, kept as long as the numbers under it are the same."""

from collections.abc import Callable
from hashlib import sha256
from typing import TypeVar

from django.core.cache import cache
from django.db import connection

from indicators.rollup.models import RefreshJob
from indicators.values.models import ChangedCell

KEPT_SECONDS = 3600
State = RefreshJob.State
T = TypeVar("T")
_JOB = RefreshJob._meta.db_table
_LAST = (
    f"SELECT id, finished_at, EXISTS (SELECT 1 FROM {ChangedCell._meta.db_table})"
    f" OR EXISTS (SELECT 1 FROM {_JOB} WHERE state IN (%s, %s))"
    f" FROM {_JOB} WHERE state = %s ORDER BY finished_at DESC, id DESC LIMIT 1"
)


def kept(name: str, asked: object, compute: Callable[[], T]) -> T:
    """What `compute` gives, or gave since the last refresh for the same `name` and `asked` (by its repr). One query.

    Whatever changes values, targets, units or data sets marks it and asks for a refresh in the same transaction. So
    while a mark or a refresh waits everything is computed anew each time; afterwards it is kept until the next refresh.
    What rests on anything else (the members of a group, a language) has to say so in `asked`.
    """
    last = _last_refresh()
    if not last:
        return compute()
    key = f"{name}:{sha256(repr((last, asked)).encode()).hexdigest()}"
    found = cache.get(key)
    if found is None:
        found = compute()
        cache.set(key, found, KEPT_SECONDS)
    return found  # type: ignore[no-any-return]


def _last_refresh() -> str:
    """Which refresh was the last; blank where nothing may be kept. One query."""
    with connection.cursor() as cursor:  # asked several times a page: the ORM takes five times as long to say it
        cursor.execute(_LAST, [State.QUEUED, State.RUNNING, State.DONE])
        job, finished, waits = cursor.fetchone() or (0, "", True)
    return "" if waits else f"{job}:{finished}"
