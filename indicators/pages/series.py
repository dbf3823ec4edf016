"""The values of a chart, checked. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[str, float | None]


@dataclass(frozen=True)
class Series:
    """One line. `points` are (label of the period, value or None where missing); NaN counts as missing.

    `kind` is "line", "points" where values must not be joined (figures that somebody printed, say), or "guide" for
    what is computed to compare with (a limit, a slope): it has no marks, and nothing of it is missing or too high.
    `signals` are the places, from 0, of values that stand out by a named rule.
    """

    name: str
    points: Sequence[Point]
    kind: str = "line"
    demonstration: bool = False
    signals: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        clean = tuple((str(label), _value(value)) for label, value in self.points)
        object.__setattr__(self, "points", clean)

    @property
    def values(self) -> list[float | None]:
        return [value for _, value in self.points]


def _value(value: float | None) -> float | None:
    if value is None or math.isnan(value):
        return None
    if math.isinf(value):
        raise ValueError("an infinite value cannot be drawn")
    return float(value)
