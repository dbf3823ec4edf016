"""A series to be read, and a fact about it. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from indicators.trends.mann_kendall import Trend
from indicators.trends.series import Refusal, as_series

IMPORTANCE = {
    "many_gaps": 0, "above": 1, "below_zero": 1, "drop_rebound": 2, "drop": 2, "rise_back": 3, "rise": 3,
    "decline_to_lowest": 4, "decline": 4, "recovery": 5, "climb_to_highest": 5, "climb": 5, "variable": 6,
    "variable_besides": 6, "around": 6,
    "rising": 7, "falling": 7, "no_trend": 8, "range": 9, "few_periods": 10, "largest_move": 11, "gaps": 12, "ends": 13,
}  # fmt: skip
"""Kind of fact → its place in a reading: doubts about the data first, then what stands out, then the ordinary."""


@dataclass(frozen=True, slots=True)
class Course:
    """A series to be read: one value per period, None (or NaN) where missing.

    `scale` says what is usual: `percent`, `count` or `rest`, see `reading_rules.hundredth`. A value above `limit`, or
    below zero where `signed`, is told as a sign of doubtful data. `doubtful` are the places of values that lack
    reports. `counts` are what was counted for each value where that is known: moves that chance could make of such
    numbers are not told.
    """

    values: Sequence[float | None]
    scale: str = "percent"
    limit: float | None = None
    signed: bool = False
    doubtful: Collection[int] = ()
    counts: Sequence[float | None] = ()

    @property
    def known(self) -> dict[int, float]:
        """Place → value."""
        return {place: float(value) for place, value in enumerate(as_series(self.values)) if value == value}

    @property
    def clean(self) -> list[float | None]:
        known = self.known
        return [known.get(place) for place in range(len(self.values))]


@dataclass(frozen=True, slots=True)
class Fact:
    """`places` are the periods, from 0, whose values are told, in that order; `moved` is the distance told, never
    negative; `counts` count periods or pairs of them, never what is measured. `doubtful`: one of the values lacks
    reports. `test` is the trend's.

    `above`: the highest of (how many, of how many). `below_zero`: the lowest of them. `drop`, `rise`: before, after;
    `drop_rebound`, `rise_back`: before, after, the period after that; (how many such there are). `decline…`, `climb…`,
    `recovery`: first, last; (steps). `variable`, `variable_besides` (jumps, runs apart), `largest_move`: before, after.
    `around`: the middle one, lowest and highest of (how many, of how many). `range`: lowest, highest. `ends`: first,
    last. `gaps`, `many_gaps`: the missing periods of (how many, of how many). `few_periods`: (values, pairs that may
    run the other way, pairs).
    """

    kind: str
    places: tuple[int, ...] = ()
    moved: float | None = None
    counts: tuple[int, ...] = ()
    doubtful: bool = False
    test: Trend | Refusal | None = None

    @property
    def rank(self) -> tuple[int, float]:
        return IMPORTANCE[self.kind], -(self.moved or 0.0)
