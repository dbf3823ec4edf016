"""What a table is made of, whichever file holds it: lines of cells. Pure."""

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

MOST_COLUMNS = 1_000


class Fault(NamedTuple):
    """A cell that holds no usable value; `code` says why."""

    code: str
    value: str


Cell = str | float | date | Fault
"""A CSV knows only texts. In a workbook a number is a float, a date a date; an empty cell is an empty text."""


class Line(NamedTuple):
    """`number` counts from 1 as a spreadsheet program does; empty lines are left out but counted."""

    number: int
    cells: Sequence[Cell]
    hidden: bool = False


Lines = Iterator[Line]


def plain_number(number: float) -> str:
    """In DHIS2's notation, with the fifteen digits that a spreadsheet shows: 12.0 → `12`, 0.1 + 0.2 → `0.3`."""
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return format(Decimal(f"{number:.15g}"), "f")


def shown_cell(cell: Cell) -> str:
    """The cell as a person reads it."""
    if isinstance(cell, float):
        return plain_number(cell)
    if isinstance(cell, Fault):
        return cell.value
    return cell.isoformat() if isinstance(cell, date) else cell


def normalised(header: str) -> str:
    """` Période ` and `PERIODE` → `periode`; spaces, underscores, dots and hyphens are one space."""
    decomposed = unicodedata.normalize("NFKD", header)
    letters = "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()
    for sign in "_-.’'\u200b\ufeff":
        letters = letters.replace(sign, " ")
    return " ".join(letters.split())
