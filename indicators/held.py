"""Which row a living process works on. The lock goes with the process, however it ends: work that says it runs and that
nobody holds was left by a dead one, and is known as such at once, without waiting for a silence to grow long."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zlib import crc32

from django.db import connection


@contextmanager
def held(kind: str, row: int) -> Iterator[bool]:
    """Whether this process is the one that works on the row of that kind; False where another one does.

    PostgreSQL: an advisory lock of the session, which may take its own again. SQLite: a lock on a file beside the
    database.
    """
    if connection.vendor == "postgresql":
        key = [crc32(kind.encode()) - 2**31, row]  # two integers of 32 bits, with their sign
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
            mine = bool(cursor.fetchone()[0])
            try:
                yield mine
            finally:
                if mine and connection.connection and not connection.needs_rollback:
                    cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)
        return
    path = Path(f"{connection.settings_dict['NAME']}.{kind}-{row}-lock")
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        try:
            yield True
        finally:
            path.unlink(missing_ok=True)


def is_held(kind: str, row: int) -> bool:
    """Whether another process works on it just now."""
    with held(kind, row) as free:
        return not free
