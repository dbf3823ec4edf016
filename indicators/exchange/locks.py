"""One import at a time, and the second is told so at once instead of waiting."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from indicators.exchange.problems import BadFile

_KEY = 762302


@contextmanager
def one_import() -> Iterator[None]:
    """Holds the import lock of the database; raises BadFile `another_import_running` where it is taken.

    PostgreSQL: an advisory lock of the session. SQLite: a lock on a file beside the database. Both go with the process.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_KEY])
            if not cursor.fetchone()[0]:
                raise BadFile("another_import_running")
            try:
                yield
            finally:
                if connection.connection and not connection.needs_rollback:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [_KEY])
        return
    with Path(f"{connection.settings_dict['NAME']}.import-lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BadFile("another_import_running") from error
        yield


def is_importing() -> bool:
    """Whether somebody holds the import lock just now."""
    try:
        with one_import():
            return False
    except BadFile:
        return True
