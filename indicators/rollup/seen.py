"""What came in of a concept over some months, and what was expected of it. Reads nothing."""

from collections.abc import Mapping
from typing import NamedTuple

from indicators.periods import Frequency, Period
from indicators.rollup.queries import Cell

Found = Mapping[tuple[str, int, Period], Cell]
"""(concept, unit id, period) → what was reported, as `queries.cells` gives it."""
Asked = Mapping[tuple[str, int, Period], int]
"""(concept, unit id, period) → unit-months expected, as `reporting.expected_reports` gives it."""


class Seen(NamedTuple):
    """`expected` None: not known. `gap`: in some month that may have been expected nothing came."""

    cell: Cell | None
    expected: int | None
    gap: bool

    @property
    def reported(self) -> int:
        return self.cell.reported if self.cell else 0

    @property
    def lacks(self) -> bool:
        """Whether fewer reports came in than were expected."""
        return self.expected is not None and self.reported < self.expected


_NOTHING_KNOWN = Seen(None, None, True)


def of_unit(found: Found, asked: Asked, concept: str, unit: int, period: Period, window: list[Period]) -> Seen:
    """Of a unit in the months of `window`. Where these are the period's own, its stored sum is taken as it is."""
    if period.frequency is Frequency.MONTH and len(window) == 1 and window[0] == period:
        key = concept, unit, period
        cell, expected = found.get(key), asked.get(key)
        return Seen(cell, expected, cell is None and expected != 0) if cell or asked else _NOTHING_KNOWN
    months = [(concept, unit, month) for month in window]
    if window == period.months():
        cell, expected = found.get((concept, unit, period)), asked.get((concept, unit, period))
    else:
        cell, expected = add([found[key] for key in months if key in found]), known_sum([asked.get(k) for k in months])
    return Seen(cell, expected, any(key not in found and asked.get(key) != 0 for key in months))


def of_members(
    found: Found, asked: Asked, concept: str, members: Mapping[Period, set[int]], window: list[Period]
) -> Seen:
    """Of a group whose members may be others in each month of `window`."""
    cells: list[Cell] = []
    expected: list[int | None] = []
    gap = False
    for month in window:
        there = [(concept, unit, month) for unit in sorted(members[month])]
        reported = [found[key] for key in there if key in found]
        wanted = [asked.get(key) for key in there]
        cells += reported
        expected.append(sum(filter(None, wanted)) if wanted and None not in wanted else None)
        gap |= not reported and expected[-1] != 0
    return Seen(add(cells), known_sum(expected), gap)


def known_sum(months: list[int | None]) -> int | None:
    """Over the months in which it is known; None where it is in none."""
    known = [count for count in months if count is not None]
    return sum(known) if known else None


def add(parts: list[Cell]) -> Cell | None:
    """The cells added up; None of none."""
    total: Cell | None = None
    for part in parts:
        total = part if total is None else total.plus(part)
    return total
