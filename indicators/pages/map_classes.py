"""Classes of a map: by the bands of a definition, or with as many places in each. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

MOST = 5
"""More shades than these cannot be told apart."""


class MapClass(NamedTuple):
    """Values from `low` up to `high`: that value itself is left out, unless the class is `closed`. None is an open end.

    `shade` is the place of its colour from light to dark, 1 to MOST.
    """

    low: float | None
    high: float | None
    name: str
    shade: int
    closed: bool = False


def by_bands(bands: Sequence[tuple[float | None, str]]) -> list[MapClass]:
    """One class per band, given by its start and name; the first takes what lies below it too.

    Empty where there is none or a single one, or more than MOST.
    """
    if not 1 < len(bands) <= MOST:
        return []
    ends = [start for start, _ in bands[1:]]
    return [
        MapClass(low, high, name, _shade(number, len(bands)))
        for number, ((_, name), low, high) in enumerate(zip(bands, [None, *ends], [*ends, None], strict=True))
    ]


def by_count(values: Sequence[float]) -> list[MapClass]:
    """At most MOST classes of about as many values each, equal values in one. They end where their values do."""
    ordered = sorted(values)
    several = min(MOST, len(set(ordered)))
    starts = sorted({ordered[len(ordered) * number // several] for number in range(several)}) if several else []
    classes = []
    for number, start in enumerate(starts):
        after = starts[number + 1] if number + 1 < len(starts) else None
        last = max(value for value in ordered if after is None or value < after)
        classes.append(MapClass(start, last, "", _shade(number, len(starts)), closed=True))
    return classes


def class_of(classes: Sequence[MapClass], value: float) -> MapClass | None:
    """The class that the value lies in; None without classes."""
    reached = [one for one in classes if one.low is None or value >= one.low]
    return reached[-1] if reached else None


def _shade(number: int, of: int) -> int:
    """Shades as far apart as there are classes: one alone is in the middle."""
    return (MOST + 1) // 2 if of == 1 else 1 + round(number * (MOST - 1) / (of - 1))
