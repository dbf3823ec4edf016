"""PostgreSQL's binary COPY, straight to and from numpy arrays: no Python object is made for a row."""

from collections.abc import Mapping, Sequence

import numpy as np
from django.db.backends.utils import CursorWrapper
from numpy.typing import NDArray

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_AT_ONCE = 50_000
SMALL_INTEGERS = frozenset({"period", "reported", "deleted"})
"""Columns of PostgreSQL type integer; other whole numbers are bigint."""


def packed(columns: Mapping[str, NDArray]) -> NDArray:
    """The columns laid out as rows of a binary COPY: big-endian, each field after its size. No column holds NULL."""
    kinds = {name: _kind(name, column) for name, column in columns.items()}
    rows = np.empty(len(next(iter(columns.values()))), _layout(list(kinds.values())))
    rows["fields"] = len(columns)
    for place, (name, column) in enumerate(columns.items()):
        rows[f"size{place}"] = np.dtype(kinds[name]).itemsize
        rows[f"c{place}"] = column
    return rows


def copy_in(cursor: CursorWrapper, target: str, rows: NDArray) -> None:
    """Appends rows made by `packed` to a table: `target` is its name with the columns in that order."""
    with cursor.copy(f"COPY {target} FROM STDIN (FORMAT BINARY)") as copy:  # type: ignore[attr-defined]
        copy.write(_HEADER)
        for start in range(0, len(rows), _AT_ONCE):
            copy.write(rows[start : start + _AT_ONCE].tobytes())
        copy.write(_TRAILER)


def copy_out(cursor: CursorWrapper, select: str, kinds: Sequence[str]) -> list[NDArray]:
    """The columns of a SELECT without NULLs; `kinds` are i8, i4, f8 or b1 as PostgreSQL has them."""
    layout = _layout([kind if kind == "b1" else f">{kind}" for kind in kinds])
    with cursor.copy(f"COPY ({select}) TO STDOUT (FORMAT BINARY)") as copy:  # type: ignore[attr-defined]
        data = b"".join(copy)
    count = (len(data) - len(_HEADER) - len(_TRAILER)) // layout.itemsize
    rows = np.frombuffer(data, layout, count=count, offset=len(_HEADER))
    return [rows[f"c{place}"] for place in range(len(kinds))]


def _layout(kinds: Sequence[str]) -> np.dtype:
    fields = [("fields", ">i2")]
    for place, kind in enumerate(kinds):
        fields += [(f"size{place}", ">i4"), (f"c{place}", kind)]
    return np.dtype(fields)


def _kind(name: str, column: NDArray) -> str:
    if column.dtype.kind in "bf":
        return "b1" if column.dtype.kind == "b" else ">f8"
    return ">i4" if name in SMALL_INTEGERS else ">i8"
