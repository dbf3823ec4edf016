"""The aggregates computed a second, slow, obvious way: plain loops over plain rows."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from indicators.periods import MONTHS_IN, Period

Row = tuple[int, int, int, int, float, bool]  # element, month code, unit, option, value, demonstration
Found = dict[tuple[int, int, int], tuple[float, int, bool]]
Moves = Iterable[tuple[int, int, date]]  # unit, former parent, last day below it


def aggregates(rows: Iterable[Row], parent_on: Callable[[int, date], int | None]) -> Found:
    """(element, unit, period code) → (sum, unit-months, demonstration), of every unit, leaf or not.

    `parent_on`: unit and day → its parent then.
    """
    sums: dict[tuple[int, int, int], float] = defaultdict(float)
    reports: dict[tuple[int, int, int], set[tuple[int, int]]] = defaultdict(set)
    made_up: dict[tuple[int, int, int], bool] = defaultdict(bool)
    for element, month, unit, _, value, demonstration in rows:
        above: int | None = unit
        while above is not None:
            for frequency in MONTHS_IN:
                key = element, above, Period.from_code(month).within(frequency).code
                sums[key] += value
                reports[key].add((unit, month))
                made_up[key] = made_up[key] or demonstration
            above = parent_on(above, Period.from_code(month).start)
    return {key: (sums[key], len(reports[key]), made_up[key]) for key in sums}


def parent_on(parents: Mapping[int, int | None], moves: Moves = ()) -> Callable[[int, date], int | None]:
    """The parent of a unit on a day: that of the first move after it, else today's."""

    def find(unit: int, day: date) -> int | None:
        later = [(until, former) for moved, former, until in moves if moved == unit and until >= day]
        return min(later)[1] if later else parents[unit]

    return find


def with_children(parents: Mapping[int, int | None], moves: Moves = ()) -> set[int]:
    """The units that have or had units below them."""
    return {parent for parent in parents.values() if parent} | {former for _, former, _ in moves}
