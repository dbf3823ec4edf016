"""What a site's month of stock comes to, of one product or of several. Pure."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from research.medexis.episodes.cells import Cell, State


class Stock(StrEnum):
    """The value is also the name of the mark's fill on the map: each is another pattern, whatever its colour."""

    IN_STOCK = "in-stock"  # a source says: no day without
    SOME_DAYS = "some-days"
    OUT = "out"  # all month, or for an unknown time
    SILENT = "silent"  # nobody says
    NOT_OFFERED = "not-offered"


class Said(NamedTuple):
    """A product's month: its cell, and whether the site offers it (see `episodes.told.Told.is_offered`)."""

    product: str
    cell: Cell
    offered: bool


def stock(said: Sequence[Said]) -> Stock:
    """The worst of what is known. That nothing ran out is said only where each product offered is known to have been
    there; a site that offers none of them ran out of none. A site of which nobody says anything is silent."""
    states = {of_cell(one.cell) for one in said}
    for worst in (Stock.OUT, Stock.SOME_DAYS):
        if worst in states:
            return worst
    offered = {of_cell(one.cell) for one in said if one.offered} - {Stock.NOT_OFFERED}
    if offered:
        return Stock.SILENT if Stock.SILENT in offered else Stock.IN_STOCK
    return Stock.NOT_OFFERED if states == {Stock.NOT_OFFERED} else Stock.SILENT


def of_cell(cell: Cell) -> Stock:
    """One product's month."""
    if cell.state is State.NOT_OFFERED:
        return Stock.NOT_OFFERED
    if cell.says_nothing:
        return Stock.SILENT
    if cell.state is State.NONE:
        return Stock.IN_STOCK
    return Stock.SOME_DAYS if cell.state in (State.SOME, State.DOUBTFUL) else Stock.OUT
