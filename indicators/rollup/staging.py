"""Rows of arrays where SQL can name them: as a list in the statement where they are few, else in a temporary table."""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from numpy.typing import NDArray

from indicators.values.copying import SMALL_INTEGERS, copy_in, packed

_FEW = 5_000
"""Up to so many rows PostgreSQL is given as arrays: a temporary table costs four statements and new catalogue rows."""
_AT_ONCE = 5_000
"""Rows handed to SQLite in one piece."""


def named(name: str, columns: Mapping[str, NDArray[Any]]) -> str:
    """What FROM says to have these rows under that name. A temporary table takes the place of an earlier one."""
    if connection.vendor == "postgresql" and len(next(iter(columns.values()))) <= _FEW:
        arrays = (
            f"'{{{','.join(map(str, column.tolist()))}}}'::{_type(key, column)}[]" for key, column in columns.items()
        )
        return f"unnest({', '.join(arrays)}) AS {name} ({', '.join(columns)})"
    typed = ", ".join(f"{key} {_type(key, column)}" for key, column in columns.items())
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
        cursor.execute(f"CREATE TEMPORARY TABLE {name} ({typed})")
        fill(cursor, name, columns)
        if connection.vendor == "postgresql":
            cursor.execute(f"ANALYZE {name}")  # a temporary table is never analysed by itself
    return name


def _type(name: str, column: NDArray[Any]) -> str:
    if column.dtype.kind in "bf":
        return "boolean" if column.dtype.kind == "b" else "double precision"
    return "integer" if name in SMALL_INTEGERS else "bigint"


def fill(cursor: CursorWrapper, table: str, columns: Mapping[str, NDArray[Any]], conflict: str = "") -> None:
    """Appends the rows to a table; what is to be done about those in the way can be said on SQLite only."""
    names = ", ".join(columns)
    if connection.vendor == "postgresql":
        copy_in(cursor, f"{table} ({names})", packed(columns))
        return
    places = ", ".join(["%s"] * len(columns))
    for start in range(0, len(next(iter(columns.values()))), _AT_ONCE):
        some = (column[start : start + _AT_ONCE].tolist() for column in columns.values())
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places}) {conflict}", list(zip(*some, strict=True)))
