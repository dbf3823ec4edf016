"""Random trees with random moves, and their past told the slow and obvious way: by walking up, month by month."""

from datetime import date, timedelta
from typing import NamedTuple

from hypothesis import strategies as st

from indicators.geography.eras import Move, broken
from indicators.periods import Period

MONTHS = [Period.parse("202310").shift(number) for number in range(16)]


class Past(NamedTuple):
    """`parents` of today by unit (1 is the root), and the moves in order of time."""

    parents: dict[int, int | None]
    moves: list[Move]

    def parent(self, unit: int, month: Period) -> int | None:
        """The parent on the first day of the month."""
        later = [move for move in self.moves if move.unit == unit and move.until >= month.start]
        return min(later, key=lambda move: move.until).parent if later else self.parents[unit]

    def above(self, unit: int, month: Period) -> list[int]:
        """The unit, its parent, and so on, in the tree of the month."""
        way, at = [unit], self.parent(unit, month)
        while at is not None:
            way.append(at)
            at = self.parent(at, month)
        return way


def path_of(unit: int, parents: dict[int, int | None]) -> str:
    parent = parents[unit]
    return f"{path_of(parent, parents) if parent else '/'}{unit}/"


@st.composite
def pasts(draw: st.DrawFn, units: int = 9, most_moves: int = 5) -> Past:
    """Trees of up to that many units in which every month's tree is one: no unit is ever below itself."""
    size = draw(st.integers(3, units))
    parents: dict[int, int | None] = {1: None}
    for unit in range(2, size + 1):
        parents[unit] = draw(st.integers(1, unit - 1))
    paths = {unit: path_of(unit, parents) for unit in parents}
    moves: list[Move] = []
    for _ in range(draw(st.integers(0, most_moves))):
        unit, parent = draw(st.integers(2, size)), draw(st.integers(1, size))
        until = date(2023, 9, 20) + timedelta(days=draw(st.integers(0, 480)))
        taken = any(move.unit == unit and move.until == until for move in moves)
        move = Move(unit, paths[unit], parent, paths[parent], until)
        if unit != parent and not taken and not broken(parents, [*moves, move]):
            moves.append(move)
    return Past(parents, sorted(moves, key=lambda move: move.until))
