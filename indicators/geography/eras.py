"""Trees of the past, told from the tree of today and the moves since. Pure.

The tree of a month is that of its first day. A unit that moved stood below its former parent up to and including the
move's last day; whatever lies below the unit moved along with it.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

from indicators.periods import Period


class Move(NamedTuple):
    """`unit` stood below `parent` until and including that day. Paths are those of today."""

    unit: int
    path: str
    parent: int
    parent_path: str
    until: date

    @property
    def parent_now(self) -> int | None:
        """Where the unit stands today; None at a root."""
        above = self.path.strip("/").split("/")[:-1]
        return int(above[-1]) if above else None


class Part(NamedTuple):
    """Every unit whose path of today starts with `top`, and with none of `without`."""

    top: str
    without: tuple[str, ...]


def moved_since(moves: Iterable[Move], day: date) -> dict[int, Move]:
    """Unit id → the move that says where the unit stood on that day; without units that stood where they stand."""
    found: dict[int, Move] = {}
    for move in moves:
        if move.until >= day and (move.unit not in found or move.until < found[move.unit].until):
            found[move.unit] = move
    return found


def parents_on(parents: Mapping[int, int | None], moves: Iterable[Move], day: date) -> dict[int, int | None]:
    """Unit id → id of its parent on that day; `parents` are those of today."""
    return {**parents, **{unit: move.parent for unit, move in moved_since(moves, day).items()}}


def cuts(moves: Iterable[Move]) -> list[Period]:
    """The months that begin with another tree than the month before, in order of time."""
    return sorted({Period.month_of(move.until).next() for move in moves})


def circles(parents: Mapping[int, int | None]) -> set[int]:
    """Units that lie below themselves, or below one that does."""
    sound: set[int] = set()
    broken: set[int] = set()
    for unit in parents:
        way: dict[int, None] = {}
        at: int | None = unit
        while at is not None and at not in sound and at not in broken and at not in way:
            way[at] = None
            at = parents.get(at)
        (sound if at is None or at in sound else broken).update(way)
    return broken


def broken(parents: Mapping[int, int | None], moves: Collection[Move]) -> set[int]:
    """Units that lie below themselves, or below one that does, in the tree of today or in that of any month before."""
    found = circles(parents)
    for day in {Period.month_of(move.until).start for move in moves}:
        found |= circles(parents_on(parents, moves, day))
    return found


class Era:
    """Months that share a tree, and that tree as far as it differs from today's."""

    def __init__(self, months: Sequence[Period], moves: Iterable[Move]) -> None:
        self.months = tuple(months)
        self.moved = moved_since(moves, self.months[0].start)

    @cached_property
    def _above(self) -> dict[str, str]:
        return {move.path: move.parent_path for move in self.moved.values()}

    def path(self, today: str) -> str:
        """The path then of the unit that has this path today."""
        end = len(today)
        while end > 1:
            if (start := today[:end]) in self._above:
                stem = today.rindex("/", 0, end - 1) + 1
                return self.path(self._above[start]) + today[stem:]
            end = today.rindex("/", 0, end - 1) + 1
        return today

    def levels_between(self, above: str, below: str) -> int | None:
        """How many levels the second unit lay below the first then; None where it did not lie below it. By paths of
        today."""
        top, path = self.path(above), self.path(below)
        return path.count("/") - top.count("/") if path.startswith(top) else None

    def below(self, today: str) -> list[Part]:
        """The unit with this path and everything below it then, as pieces of the tree of today."""
        top = self.path(today)
        pieces: dict[str, list[str]] = {}
        around: list[tuple[str, bool]] = []
        for path in sorted({today, *self._above}):  # what lies below a path follows it at once in this order
            while around and not path.startswith(around[-1][0]):
                around.pop()
            inside = self.path(path).startswith(top)
            if inside == (around[-1][1] if around else False):
                continue
            if inside:
                pieces[path] = []
            else:
                pieces[around[-1][0]].append(path)
            around.append((path, inside))
        return [Part(start, tuple(without)) for start, without in pieces.items()]


def eras(months: Collection[Period], moves: Collection[Move]) -> list[Era]:
    """These months in order of time, by the tree that they share."""
    borders = cuts(moves)
    shared: dict[int, list[Period]] = {}
    for month in sorted(months):
        shared.setdefault(bisect_right(borders, month), []).append(month)
    return [Era(those, moves) for those in shared.values()]


def months_below(parent: int, months: Collection[Period], moves: Collection[Move]) -> dict[int, frozenset[Period]]:
    """Unit id → those of the months in which the unit stood right below `parent`, for units that moved to or from it.

    An empty set: the unit stands there today, or stood there at another time, but in none of these months. Units that
    are not named stand where they always stood.
    """
    found: dict[int, set[Period]] = {move.unit: set() for move in moves if parent in (move.parent, move.parent_now)}
    now = {move.unit: move.parent_now for move in moves}
    for era in eras(months, moves):
        for unit, there in found.items():
            then = era.moved[unit].parent if unit in era.moved else now[unit]
            if then == parent:
                there.update(era.months)
    return {unit: frozenset(there) for unit, there in found.items()}
