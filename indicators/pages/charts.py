"""Line charts as values: geometry for the server's SVG, the same numbers as a table, and a Plotly figure. Pure.

Missing is a gap, never a line across and never 0. Values over the reference are drawn where they lie and marked.
All words come from the caller, already in the reader's language; templates/components/chart.html draws.
"""

import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from indicators.pages import plotly_figure
from indicators.pages.drawing import Drawing, draw
from indicators.pages.series import Point, Series

SIZES = {"narrow": (320, 240), "medium": (520, 300), "wide": (1000, 380)}  # one shows: the stylesheet knows the place


@dataclass(frozen=True)
class Chart:
    """A whole line chart. `empty` where no series has any value: the template then says so, without axes.

    It is drawn when somebody asks for a drawing, in each of `sizes`: who wants the figure alone pays for no geometry.
    `also` are values of neighbours that the scale makes room for; series are numbered from `first_number`.
    """

    title: str
    unit: str
    source: str
    series: list[Series]
    reference: float | None
    reference_label: str
    figure: dict[str, Any]
    csv_url: str = ""
    note: str = ""
    key: str = ""
    y_from_zero: bool = True
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=lambda: SIZES)
    also: Sequence[float] = ()
    first_number: int = 1

    @cached_property
    def drawings(self) -> dict[str, Drawing]:
        """Name of each size → the drawing."""
        rest = self.reference, self.y_from_zero, self.also, self.first_number
        return {name: draw(self.series, width, height, *rest) for name, (width, height) in self.sizes.items()}

    @property
    def labels(self) -> list[str]:
        return [label for label, _ in self.series[0].points] if self.series else []

    @property
    def empty(self) -> bool:
        return all(value is None for series in self.measured for value in series.values)

    @property
    def measured(self) -> list[Series]:
        """The series without the guides."""
        return [series for series in self.series if series.kind != "guide"]

    @property
    def signals(self) -> bool:
        """Whether any value is marked as standing out."""
        return any(series.signals for series in self.series)

    @property
    def demonstration(self) -> bool:
        return any(series.demonstration for series in self.series)

    @property
    def over(self) -> list[tuple[str, str, float]]:
        """(series, label, value) of every point above the reference."""
        limit = math.inf if self.reference is None else self.reference
        return [(s.name, label, v) for s in self.measured for label, v in s.points if v is not None and v > limit]

    @property
    def missing(self) -> int:
        """How many values are missing inside the frame of the chart."""
        return sum(value is None for series in self.measured for value in series.values)

    @property
    def rows(self) -> list[tuple[str, list[float | None]]]:
        """The same numbers as a table: one row per label, one column per series."""
        columns = [series.values for series in self.series]
        return [(label, [column[i] for column in columns]) for i, label in enumerate(self.labels)]

    @property
    def extremes(self) -> list[tuple[str, Point, Point]]:
        """(series, first known point, last known point), for the text that describes the drawing."""
        known = [(s.name, [p for p in s.points if p[1] is not None]) for s in self.measured]
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
    return Chart(
        title=title,
        unit=unit,
        source=source,
        series=series,
        reference=reference,
        reference_label=reference_label,
        figure=plotly_figure.lines(series, title, unit, reference, reference_label, y_from_zero),
        csv_url=csv_url,
        note=note,
        key=key or _key(title, series),
        y_from_zero=y_from_zero,
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
            figure={},
            key=f"{whole.key}-{i}",
            sizes={"only": (280, 170)},
            also=known,
            first_number=i,
        )
        for i, one in enumerate(series, start=1)
    ]
    figure = plotly_figure.panels(series, title, unit, reference, shared)
    return SmallMultiples(title, unit, source, panels, replace(whole, figure=figure), shared)


def _key(title: str, series: list[Series]) -> str:
    return f"chart-{zlib.crc32('|'.join([title, *(s.name for s in series)]).encode()):08x}"
