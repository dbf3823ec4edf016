"""Planned against done, one row per site: done is a solid bar, planned a dashed outline behind it. Pure."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from indicators.pages import plotly_figure
from indicators.pages.scales import Scale, nice_ticks, place

ROW, BAR, TOP = 46, 16, 8


@dataclass(frozen=True)
class Pair:
    """A row as given. None is «not known»: no bar, and a dash in place of the number; 0 is zero."""

    label: str
    planned: float | None
    done: float | None

    @property
    def over(self) -> bool:
        """More was done than planned."""
        return self.planned is not None and self.done is not None and self.done > self.planned


@dataclass(frozen=True)
class Bar:
    """A row as drawn; widths are empty where the number is not known."""

    pair: Pair
    text_y: int
    bar_y: int
    planned_width: str
    done_width: str


@dataclass(frozen=True)
class BarDrawing:
    width: int
    height: int
    bars: list[Bar]


@dataclass(frozen=True)
class BarPairs:
    title: str
    unit: str
    source: str
    planned_name: str
    done_name: str
    pairs: list[Pair]
    drawings: dict[str, BarDrawing]
    figure: dict[str, Any]
    demonstration: bool
    csv_url: str
    note: str
    key: str

    @property
    def empty(self) -> bool:
        return all(pair.planned is None and pair.done is None for pair in self.pairs)


def bar_pairs(
    rows: Sequence[tuple[str, float | None, float | None]],
    *,
    title: str,
    unit: str,
    source: str,
    planned_name: str,
    done_name: str,
    demonstration: bool = False,
    csv_url: str = "",
    note: str = "",
    key: str = "",
) -> BarPairs:
    """Rows of (label, planned, done) on one scale from 0. Raises ValueError where a number is negative or infinite."""
    pairs = [Pair(*row) for row in rows]
    numbers = [n for pair in pairs for n in (pair.planned, pair.done) if n is not None]
    if any(n < 0 for n in numbers):
        raise ValueError("planned and done are counts: they cannot be negative")
    high = nice_ticks(0, max(numbers, default=0))[-1]
    return BarPairs(
        title=title,
        unit=unit,
        source=source,
        planned_name=planned_name,
        done_name=done_name,
        pairs=pairs,
        drawings={
            name: _draw(pairs, width, high) for name, width in (("narrow", 320), ("medium", 520), ("wide", 1000))
        },
        figure=plotly_figure.pairs(pairs, title, unit, planned_name, done_name),
        demonstration=demonstration,
        csv_url=csv_url,
        note=note,
        key=key or f"bars-{zlib.crc32(title.encode()):08x}",
    )


def _draw(pairs: list[Pair], width: int, high: float) -> BarDrawing:
    across = Scale(0, high, 0, width - 4)
    bars = [
        Bar(
            pair=pair,
            text_y=TOP + i * ROW + 12,
            bar_y=TOP + i * ROW + 19,
            planned_width="" if pair.planned is None else place(across(pair.planned)),
            done_width="" if pair.done is None else place(across(pair.done)),
        )
        for i, pair in enumerate(pairs)
    ]
    return BarDrawing(width, TOP + ROW * len(pairs), bars)
