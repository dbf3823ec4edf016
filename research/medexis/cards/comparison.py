"""A month as the card has it beside the month as the site reported it. Pure; neither is taken to be the right one."""

from dataclasses import fields
from typing import NamedTuple

from research.medexis.formulas.balance import Line

COLUMNS = ("opening", "received", "issued", "lost", "adjustment", "closing", "days_out")
"""The columns that both can tell, without the reasons of losses."""


class Compared(NamedTuple):
    """A column by both sources; `difference` is reported less implied, None where either is missing."""

    column: str
    card: int | None
    reported: int | None
    difference: int | None


def compare(card: Line, reported: Line, columns: tuple[str, ...] = COLUMNS) -> list[Compared]:
    """Each column by both. ValueError where a column is none of a line's."""
    if unknown := set(columns) - {field.name for field in fields(Line)}:
        raise ValueError(f"no column of a line: {min(unknown)}")
    found = []
    for column in columns:
        one, other = getattr(card, column), getattr(reported, column)
        found.append(Compared(column, one, other, None if one is None or other is None else other - one))
    return found
