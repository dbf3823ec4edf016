"""PostgreSQL's binary COPY, straight to and from numpy arrays: no Python object is made for a row."""

from collections.abc import Mapping, Sequence

import numpy as np
from django.db.backends.utils import CursorWrapper
from numpy.typing import NDArray

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_AT_ONCE = 50_000
_ARRAY_HEADER = 20  # dimensions, flags, type, length, lower bound: four bytes each
SMALL_INTEGERS = frozenset({"period", "reported", "deleted", "low", "high"})
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


def copy_out(cursor: CursorWrapper, select: str, kinds: Sequence[str], together: int = 1) -> list[NDArray]:
    """The columns of a SELECT without NULLs; `kinds` are i8, i4, f8 or b1 as PostgreSQL has them.

    The server sends COPY's rows one message each, which costs more than the numbers in them. So it packs them first:
    one row for each different first column (or first few, `together`: few of them differ), the others as arrays.
    """
    names = [f"c{place}" for place in range(len(kinds))]
    arrays = ", ".join(f"array_agg({name})" for name in names[together:])
    keys = ", ".join(names[:together])
    packing = f"SELECT {keys}, {arrays} FROM ({select}) AS q ({', '.join(names)}) GROUP BY {keys} ORDER BY {keys}"
    with cursor.copy(f"COPY ({packing}) TO STDOUT (FORMAT BINARY)") as copy:  # type: ignore[attr-defined]
        data = b"".join(copy)
    groups: list[list[NDArray]] = [[] for _ in kinds]
    position = len(_HEADER)
    while data[position : position + 2] != _TRAILER:
        position += 2
        key = []
        for kind in kinds[:together]:
            key.append(np.frombuffer(data, f">{kind}", count=1, offset=position + 4))
            position += 4 + key[-1].itemsize
        for place, kind in enumerate(kinds[together:], together):
            size = int.from_bytes(data[position : position + 4], "big")
            layout = np.dtype([("size", ">i4"), ("value", _big_endian(kind))])
            count = (size - _ARRAY_HEADER) // layout.itemsize
            groups[place].append(np.frombuffer(data, layout, count=count, offset=position + 4 + _ARRAY_HEADER)["value"])
            position += 4 + size
        for place, one in enumerate(key):
            groups[place].append(np.repeat(one, len(groups[-1][-1])))
    empty = [np.empty(0, kind) for kind in kinds]
    return [np.concatenate(parts) if parts else none for parts, none in zip(groups, empty, strict=True)]


def _big_endian(kind: str) -> str:
    return kind if kind == "b1" else f">{kind}"


def _layout(kinds: Sequence[str]) -> np.dtype:
    fields = [("fields", ">i2")]
    for place, kind in enumerate(kinds):
        fields += [(f"size{place}", ">i4"), (f"c{place}", kind)]
    return np.dtype(fields)


def _kind(name: str, column: NDArray) -> str:
    if column.dtype.kind in "bf":
        return "b1" if column.dtype.kind == "b" else ">f8"
    return ">i4" if name in SMALL_INTEGERS else ">i8"
