"""Line charts as values: geometry for the server's SVG, the same numbers as a table, and a Plotly figure. Pure.

Missing is a gap, never a line across and never 0. Values over the reference are drawn where they lie and marked.
All words come from the caller, already in the reader's language; templates/components/chart.html draws.
"""

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from indicators.pages import plotly_figure
from indicators.pages.scales import Scale, label_stride, nice_ticks, place

Point = tuple[str, float | None]
MANY_POINTS = 14  # beyond this, only points that need a mark get one
FEW_OVER = 8  # up to this many, points over the reference carry their value


@dataclass(frozen=True)
class Series:
    """One line. `points` are (label of the period, value or None where missing); NaN counts as missing.

    `kind` is "line", or "points" where values must not be joined (figures that somebody printed, say).
    """

    name: str
    points: Sequence[Point]
    kind: str = "line"
    demonstration: bool = False

    def __post_init__(self) -> None:
        clean = tuple((str(label), _value(value)) for label, value in self.points)
        object.__setattr__(self, "points", clean)

    @property
    def values(self) -> list[float | None]:
        return [value for _, value in self.points]


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


@dataclass(frozen=True)
class Curve:
    """A series as drawn: `path` has one sub-path for each run of neighbours, so gaps stay open."""

    number: int
    name: str
    path: str
    marks: list[Mark]
    demonstration: bool


@dataclass(frozen=True)
class Tick:
    place: str
    text: str = ""
    value: float = 0.0
    zero: bool = False


@dataclass(frozen=True)
class Drawing:
    """One SVG. A chart has two, for a wide place and a narrow one, each with letters of readable size."""

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


@dataclass(frozen=True)
class Chart:
    """A whole line chart. `empty` where no series has any value: the template then says so, without axes."""

    title: str
    unit: str
    source: str
    series: list[Series]
    reference: float | None
    reference_label: str
    drawings: dict[str, Drawing]
    figure: dict[str, Any]
    csv_url: str = ""
    note: str = ""
    key: str = ""

    @property
    def labels(self) -> list[str]:
        return [label for label, _ in self.series[0].points] if self.series else []

    @property
    def empty(self) -> bool:
        return all(value is None for series in self.series for value in series.values)

    @property
    def demonstration(self) -> bool:
        return any(series.demonstration for series in self.series)

    @property
    def over(self) -> list[tuple[str, str, float]]:
        """(series, label, value) of every point above the reference."""
        limit = math.inf if self.reference is None else self.reference
        return [(s.name, label, v) for s in self.series for label, v in s.points if v is not None and v > limit]

    @property
    def missing(self) -> int:
        """How many values are missing inside the frame of the chart."""
        return sum(value is None for series in self.series for value in series.values)

    @property
    def rows(self) -> list[tuple[str, list[float | None]]]:
        """The same numbers as a table: one row per label, one column per series."""
        columns = [series.values for series in self.series]
        return [(label, [column[i] for column in columns]) for i, label in enumerate(self.labels)]

    @property
    def extremes(self) -> list[tuple[str, Point, Point]]:
        """(series, first known point, last known point), for the text that describes the drawing."""
        known = [(s.name, [p for p in s.points if p[1] is not None]) for s in self.series]
        return [(name, points[0], points[-1]) for name, points in known if points]


def line_chart(
    series: Sequence[Series],
    *,
    title: str,
    unit: str,
    source: str,
    reference: float | None = None,
    reference_label: str = "",
    y_from_zero: bool = True,
    csv_url: str = "",
    note: str = "",
    key: str = "",
) -> Chart:
    """Series over the same labels, drawn on one scale. For coverage give `reference=100`; values above it are marked.

    `source` names where the numbers come from and of what date; `note` is a sentence below the drawing; `key` must
    be given where two charts of a page have the same title. Raises ValueError where series have different labels
    (a time axis would be wrong without anyone seeing it) or a value is infinite.
    """
    series = list(series)
    if len({tuple(label for label, _ in s.points) for s in series}) > 1:
        raise ValueError("all series of a chart need the same labels, in the same order; missing values are None")
    drawings = {
        "narrow": _draw(series, 340, 250, reference, y_from_zero),
        "wide": _draw(series, 720, 330, reference, y_from_zero),
    }
    return Chart(
        title=title,
        unit=unit,
        source=source,
        series=series,
        reference=reference,
        reference_label=reference_label,
        drawings=drawings,
        figure=plotly_figure.lines(series, title, unit, reference, reference_label, y_from_zero),
        csv_url=csv_url,
        note=note,
        key=key or _key(title, series),
    )


@dataclass(frozen=True)
class SmallMultiples:
    """One small chart per series, each on its own scale unless `shared`; one table and one Plotly figure for all."""

    title: str
    unit: str
    source: str
    panels: list[Chart]
    whole: Chart
    shared: bool = field(default=False)


def small_multiples(
    series: Sequence[Series],
    *,
    title: str,
    unit: str,
    source: str,
    reference: float | None = None,
    reference_label: str = "",
    shared: bool = False,
    csv_url: str = "",
    note: str = "",
    key: str = "",
) -> SmallMultiples:
    """The series side by side, so that a small one is not flattened by a large one. Arguments as `line_chart`.

    `shared=True` gives every panel the same value axis (rates of several sites). Labels must agree as there.
    """
    series = list(series)
    words: dict[str, Any] = {"unit": unit, "source": source, "reference": reference, "reference_label": reference_label}
    whole = line_chart(series, title=title, csv_url=csv_url, note=note, key=key, **words)
    known = [value for s in series for value in s.values if value is not None] if shared else []
    panels = [
        Chart(
            title=one.name,
            unit=unit,
            source=source,
            series=[one],
            reference=reference,
            reference_label=reference_label,
            drawings={"only": _draw([one], 340, 190, reference, True, known, first_number=i)},
            figure={},
            key=f"{whole.key}-{i}",
        )
        for i, one in enumerate(series, start=1)
    ]
    figure = plotly_figure.panels(series, title, unit, reference, shared)
    return SmallMultiples(title, unit, source, panels, _with_figure(whole, figure), shared)


def _with_figure(chart: Chart, figure: dict[str, Any]) -> Chart:
    return Chart(**{**chart.__dict__, "figure": figure})


def _draw(
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
    few_over = sum(v > limit for v in known) <= FEW_OVER
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
        if series.kind == "line":
            path += f"{'M' if after_gap else 'L'}{place(px)} {place(py)}"
        over = value > limit
        alone = after_gap and before_gap
        if over or alone or series.kind == "points" or len(values) <= MANY_POINTS:
            shape = f"M{place(px)} {place(py - 5.5)}l5.2 9h-10.4z" if over else ""
            labelled = over and few_over
            marks.append(Mark(place(px), place(py), label, value, over, labelled, place(max(py - 10, 10)), shape))
    return Curve((number - 1) % 6 + 1, series.name, path, marks, series.demonstration)


def _value(value: float | None) -> float | None:
    if value is None or math.isnan(value):
        return None
    if math.isinf(value):
        raise ValueError("an infinite value cannot be drawn")
    return float(value)


def _approximate(tick: float) -> str:
    """As wide as the number will be written."""
    return f"{tick:,g}" if abs(tick) < 1e6 else f"{tick:,.0f}"


def _key(title: str, series: list[Series]) -> str:
    return f"chart-{zlib.crc32('|'.join([title, *(s.name for s in series)]).encode()):08x}"
