"""Tables as lines of JSON, the same on either database: a backup of SQLite can be restored into PostgreSQL."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils.dateparse import parse_duration
from django.utils.duration import duration_iso_string

LINES = 5_000
"""Rows in one piece of the archive: some megabytes, so that no table is ever held in memory or on a disk in clear."""
LEFT_OUT = {"sessions.session", "indicators.auditrewriting"}
"""Sessions: people sign in again. A rewriting never outlives its transaction."""


def kept_models() -> list[type[models.Model]]:
    """Every table that Django knows, those between two models included, in a fixed order."""
    found = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.label_lower not in LEFT_OUT
    ]
    return sorted(found, key=lambda model: model._meta.label_lower)


def columns(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    return list(model._meta.concrete_fields)


@contextmanager
def one_moment() -> Iterator[None]:
    """Inside, every read sees the database as it was at the first; nobody has to wait for it."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")  # a snapshot of the write-ahead log; Django's own would hold writers off
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def pieces(model: type[models.Model]) -> Iterator[tuple[bytes, int]]:
    """The rows by primary key as lines of JSON arrays, in pieces: (lines, how many rows)."""
    names = [field.attname for field in columns(model)]
    rows = model._base_manager.order_by("pk").values_list(*names).iterator(LINES)
    while some := [json.dumps([_written(value) for value in row], ensure_ascii=False) for row in islice(rows, LINES)]:
        yield ("\n".join(some) + "\n").encode(), len(some)


def load(model: type[models.Model], lines: Iterable[bytes]) -> int:
    """Inserts the rows as they were, past all rules of the application; how many. Raises ValueError for a line that is
    not one of this table."""
    fields = columns(model)
    into = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({into}) VALUES ({marks})"
    count = 0
    parsed = (_row(fields, line) for line in lines)
    with connection.cursor() as cursor:
        while some := list(islice(parsed, 2000)):
            cursor.executemany(statement, some)
            count += len(some)
    return count


def _row(fields: "list[models.Field[Any, Any]]", line: bytes) -> list[Any]:
    values = json.loads(line)
    if not isinstance(values, list) or len(values) != len(fields):
        raise ValueError(line[:200])
    return [
        field.get_db_prep_save(_read(field, value), connection) for field, value in zip(fields, values, strict=True)
    ]


def _written(value: Any) -> Any:
    """A JSON field's own content stays as it is; what JSON has no name for becomes text."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return duration_iso_string(value)
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value


def _read(field: "models.Field[Any, Any]", value: Any) -> Any:
    if value is None or isinstance(field, models.JSONField | models.FileField):
        return value
    if isinstance(field, models.ForeignKey):
        return _read(field.target_field, value)
    if isinstance(field, models.DurationField):
        return parse_duration(value)
    if isinstance(field, models.BinaryField):
        return bytes.fromhex(value)
    return field.to_python(value)


def empty() -> None:
    """Takes out what a migration fills in, so that tables are loaded as they were. Within a transaction."""
    with connection.cursor() as cursor:
        for model in kept_models():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")


def count_on() -> None:
    """The next numbers of the tables go on after the highest there is."""
    from django.core.management.color import no_style

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), kept_models()):
            cursor.execute(statement)


def migrations() -> list[list[str]]:
    """What the tables look like: every migration that was applied."""
    return sorted([app, name] for app, name in MigrationRecorder(connection).applied_migrations())
