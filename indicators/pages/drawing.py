"""Where the lines, marks and ticks of a line chart lie: geometry for one SVG. Pure.

Coordinates that may have decimals are strings already, so that no page writes `12,5` where SVG expects `12.5`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from indicators.pages.scales import Scale, label_stride, nice_ticks, place
from indicators.pages.series import Series

MANY_POINTS = 14  # beyond this, only points that need a mark get one
FEW_OVER = 8  # up to this many, points over the reference carry their value


@dataclass(frozen=True)
class Mark:
    """A drawn point. `over` is true above the reference: another shape, its value beside it where `labelled`."""

    x: str
    y: str
    label: str
    value: float
    over: bool
    labelled: bool = False
    text_y: str = ""
    shape: str = ""  # path of the over-mark
    signal: bool = False  # ringed


@dataclass(frozen=True)
class Curve:
    """A series as drawn: `path` has one sub-path for each run of neighbours, so gaps stay open."""

    number: int
    name: str
    path: str
    marks: list[Mark]
    demonstration: bool
    guide: bool = False


@dataclass(frozen=True)
class Tick:
    place: str
    text: str = ""
    value: float = 0.0
    zero: bool = False


@dataclass(frozen=True)
class Drawing:
    """One SVG. A chart has three, for places of different width, so that letters keep a readable size."""

    width: int
    height: int
    left: int
    right: int
    bottom: int
    y_ticks: list[Tick]
    x_ticks: list[Tick]
    curves: list[Curve]
    reference: str = ""

    @property
    def tick_end(self) -> int:
        """Where the numbers of the value axis end."""
        return self.left - 8

    @property
    def label_line(self) -> int:
        """The base line of the period labels."""
        return self.bottom + 20


def draw(
    series: list[Series],
    width: int,
    height: int,
    reference: float | None,
    y_from_zero: bool,
    also: Sequence[float] = (),
    first_number: int = 1,
) -> Drawing:
    known = [value for s in series for value in s.values if value is not None] + list(also)
    bounds = known + ([reference] if reference is not None else []) + ([0.0] if y_from_zero or not known else [])
    ticks = nice_ticks(min(bounds), max(bounds), 4 if height < 220 else 5)
    left = 16 + 7 * max(len(_approximate(tick)) for tick in ticks)
    right, top, bottom = width - 14, 18, height - 28
    y = Scale(ticks[0], ticks[-1], bottom, top)
    labels = [label for label, _ in series[0].points] if series else []
    x = Scale(0, max(1, len(labels) - 1), left + 10, right - 10)
    stride = label_stride(labels, right - left)
    limit = math.inf if reference is None else reference
    measured = [value for s in series if s.kind != "guide" for value in s.values if value is not None]
    few_over = sum(value > limit for value in [*measured, *also]) <= FEW_OVER
    return Drawing(
        width=width,
        height=height,
        left=left,
        right=right,
        bottom=bottom,
        y_ticks=[Tick(place(y(t)), value=t, zero=t == 0) for t in ticks],
        x_ticks=[Tick(place(x(i)), label) for i, label in enumerate(labels) if i % stride == 0],
        curves=[_curve(s, n, x, y, limit, few_over) for n, s in enumerate(series, start=first_number)],
        reference="" if reference is None else place(y(reference)),
    )


def _curve(series: Series, number: int, x: Scale, y: Scale, limit: float, few_over: bool) -> Curve:
    values = series.values
    spots = [None if v is None else (x(i), y(v)) for i, v in enumerate(values)]
    path, marks = "", []
    for i, (label, value) in enumerate(series.points):
        spot = spots[i]
        if spot is None or value is None:
            continue
        px, py = spot
        after_gap = i == 0 or spots[i - 1] is None
        before_gap = i == len(spots) - 1 or spots[i + 1] is None
        if series.kind != "points":
            path += f"{'M' if after_gap else 'L'}{place(px)} {place(py)}"
        if series.kind == "guide":
            continue
        over, signal = value > limit, i in series.signals
        alone = after_gap and before_gap
        if over or signal or alone or series.kind == "points" or len(values) <= MANY_POINTS:
            shape = f"M{place(px)} {place(py - 5.5)}l5.2 9h-10.4z" if over else ""
            labelled = over and few_over
            marks.append(
                Mark(place(px), place(py), label, value, over, labelled, place(max(py - 10, 10)), shape, signal)
            )
    return Curve((number - 1) % 6 + 1, series.name, path, marks, series.demonstration, series.kind == "guide")


def _approximate(tick: float) -> str:
    """As wide as the number will be written."""
    return f"{tick:,g}" if abs(tick) < 1e6 else f"{tick:,.0f}"
