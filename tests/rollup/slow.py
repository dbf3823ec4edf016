"""The aggregates computed a second, slow, obvious way: plain loops over plain rows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from indicators.periods import Frequency, Period

Row = tuple[int, int, int, int, float, bool]  # element, month code, unit, option, value, demonstration
Found = dict[tuple[int, int, int], tuple[float, int, bool]]


def aggregates(rows: Iterable[Row], parents: Mapping[int, int | None]) -> Found:
    """(element, unit, period code) → (sum, unit-months, demonstration)."""
    sums: dict[tuple[int, int, int], float] = defaultdict(float)
    reports: dict[tuple[int, int, int], set[tuple[int, int]]] = defaultdict(set)
    made_up: dict[tuple[int, int, int], bool] = defaultdict(bool)
    for element, month, unit, _, value, demonstration in rows:
        above: int | None = unit
        while above is not None:
            for frequency in Frequency:
                key = element, above, Period.from_code(month).within(frequency).code
                sums[key] += value
                reports[key].add((unit, month))
                made_up[key] = made_up[key] or demonstration
            above = parents[above]
    return {key: (sums[key], len(reports[key]), made_up[key]) for key in sums}
