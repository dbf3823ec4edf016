"""The only writer of comments on values."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

from django.db import connection, transaction

from indicators.values.bulk import KEYS
from indicators.values.models import Batch, ValueComment

Cell = tuple[int, int, int, int, int]
"""Element, period, unit, option, attribute."""
_TABLE = ValueComment._meta.db_table
_AT_ONCE = 500
_T = TypeVar("_T")


class Replaced(NamedTuple):
    """A comment that was written or removed, and what stood there before: None and None where nothing did."""

    cell: Cell
    text: str | None
    batch_id: int | None


@transaction.atomic
def write_comments(comments: Iterable[tuple[Cell, str]], *, batch: Batch) -> list[Replaced]:
    """Writes the comments; a blank one removes. Returns what each change replaced; an equal text changes nothing."""
    wanted = dict(comments)
    replaced = _differing(wanted)
    for some in _parts(replaced):
        _put([(it.cell, wanted[it.cell], batch.pk) for it in some])
    return replaced


def compare_comments(comments: Mapping[Cell, str]) -> int:
    """How many comments `write_comments` would change. Reads only."""
    return len(_differing(comments))


def _differing(wanted: Mapping[Cell, str]) -> list[Replaced]:
    replaced: list[Replaced] = []
    none_stored = not ValueComment.objects.exists()
    for some in _parts(list(wanted)):
        stored = {} if none_stored else {row[:5]: row[5:] for row in _stored(some)}
        replaced += [
            Replaced(cell, *stored.get(cell, (None, None)))
            for cell in some
            if wanted[cell] != stored.get(cell, ("",))[0]
        ]
    return replaced


@transaction.atomic
def restore_comments(replaced: Sequence[Replaced], *, batches: Iterable[int]) -> list[Cell]:
    """Puts back what `write_comments` replaced; returns the cells where neither batch's comment stands any longer.

    Nothing is put back where there is such a cell.
    """
    ours = set(batches)
    newer: list[Cell] = []
    for some in _parts(list(replaced)):
        stored = {row[:5]: row[6] for row in _stored([it.cell for it in some])}
        newer += [it.cell for it in some if stored.get(it.cell) not in ours and it.cell in stored]
    if not newer:
        for some in _parts(list(replaced)):
            _put([(it.cell, it.text or "", it.batch_id or 0) for it in some])
    return newer


def _stored(cells: Sequence[Cell]) -> Iterator[tuple]:
    listed = ", ".join(str(tuple(map(int, cell))) for cell in cells)
    names = ", ".join(f"c.{key}" for key in KEYS)
    same = " AND ".join(f"c.{key} = d.{key}" for key in KEYS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH d ({', '.join(KEYS)}) AS (VALUES {listed})"
            f" SELECT {names}, c.text, c.batch_id FROM d JOIN {_TABLE} c ON {same}"
        )
        yield from cursor.fetchall()


def _put(rows: Sequence[tuple[Cell, str, int]]) -> None:
    if rows:
        listed = ", ".join(str(tuple(map(int, cell))) for cell, _, _ in rows)
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {_TABLE} WHERE ({', '.join(KEYS)}) IN (VALUES {listed})")
    ValueComment.objects.bulk_create(
        ValueComment(**dict(zip(KEYS, cell, strict=True)), text=text, batch_id=batch)
        for cell, text, batch in rows
        if text
    )


def _parts(rows: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(rows), _AT_ONCE):
        yield rows[start : start + _AT_ONCE]
