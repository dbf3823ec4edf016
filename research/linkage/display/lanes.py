"""One time axis for everything that happened at a place: where each mark of each lane lies. Pure.

Places are in units of the drawing, WIDTH wide; a day begins at its own place, whatever the length of its month.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from indicators.pages.scales import Scale, nice_ticks
from indicators.pages.scales import place as written
from indicators.periods import Period, between

WIDTH, LEFT, RIGHT = 1000, 190, 12
TRACK, POINT, PLOT, GAP, HEAD = 18, 26, 120, 14, 24
LEAST = 4.0
"""A mark of one day is at least so wide: it has to be seen and touched."""


class Event(NamedTuple):
    """Something on a day, or from one day to another (both included). `last` None: one day; `ongoing`: not over yet.

    `what` says it in full, `flag` why it needs a second look; `kind` chooses its look. `url` opens its record."""

    first: date
    last: date | None
    what: str
    url: str
    kind: str = ""
    flag: str = ""
    ongoing: bool = False
    demonstration: bool = False


class Value(NamedTuple):
    """A value of a period; None is a gap."""

    period: Period
    value: float | None
    text: str
    url: str
    flag: str = ""
    demonstration: bool = False


@dataclass(frozen=True)
class Axis:
    """Whole months, both included."""

    first: Period
    last: Period

    @property
    def days(self) -> int:
        return (self.last.end - self.first.start).days + 1

    @property
    def months(self) -> list[Period]:
        return list(between(self.first, self.last))

    def place(self, day: date) -> float:
        """Where the day begins; days outside lie on the ends."""
        share = min(1.0, max(0.0, (day - self.first.start).days / self.days))
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def holds(self, first: date, last: date) -> bool:
        return first <= self.last.end and last >= self.first.start


class Shape(NamedTuple):
    """A bar, a dot (`width` 0) or a band, with the event that it stands for."""

    x: str
    y: str
    width: str
    event: Event


class Dot(NamedTuple):
    x: str
    y: str
    value: Value


class Line(NamedTuple):
    """Neighbouring values joined; a gap ends a piece."""

    paths: list[str]
    dots: list[Dot]


class Rule(NamedTuple):
    place: str
    text: str


@dataclass(frozen=True)
class Lane:
    """A strip of the drawing. `top` and `height` in drawing units; `rules`: lines of its own scale."""

    key: str
    title: str
    top: int
    height: int
    bars: list[Shape] = field(default_factory=list)
    line: Line | None = None
    rules: list[Rule] = field(default_factory=list)

    @property
    def middle(self) -> int:
        return self.top + self.height // 2

    @property
    def bottom(self) -> int:
        return self.top + self.height


@dataclass(frozen=True)
class Display:
    axis: Axis
    height: int
    ticks: list[Rule]
    lanes: list[Lane]
    bands: list[Shape]
    today: str


class Wanted(NamedTuple):
    """A lane to be drawn: events, or the values of a series."""

    key: str
    title: str
    events: Sequence[Event] = ()
    values: Sequence[Value] = ()
    reference: float | None = None


def display(axis: Axis, wanted: Iterable[Wanted], bands: Iterable[Event], today: date) -> Display:
    """Lanes below one another, bands through all of them. A lane without anything keeps its place, so that an empty one
    is seen to be empty."""
    lanes: list[Lane] = []
    top = HEAD
    for one in wanted:
        lane = _plot(axis, one, top) if one.values else _strip(axis, one, top)
        lanes.append(lane)
        top = lane.bottom + GAP
    through = [_shape(axis, event, HEAD - 8) for event in bands if axis.holds(event.first, _until(event, axis))]
    ticks = [Rule(written(axis.place(month.start)), month.id) for month in axis.months if _ticked(month, axis)]
    now = written(axis.place(today)) if axis.first.start <= today <= axis.last.end else ""
    return Display(axis, top + 6, ticks, lanes, through, now)


def _ticked(month: Period, axis: Axis) -> bool:
    """Each quarter up to three years, then each year."""
    return month.number == 1 or (month.number % 3 == 1 and len(axis.months) <= 36) or len(axis.months) <= 6


def _until(event: Event, axis: Axis) -> date:
    if event.ongoing:
        return axis.last.end
    return event.last or event.first


def _shape(axis: Axis, event: Event, y: float) -> Shape:
    start = axis.place(event.first)
    if event.last is None and not event.ongoing:
        return Shape(written(start), written(y), "0", event)
    end = axis.place(_until(event, axis) + timedelta(days=1))
    return Shape(written(min(start, WIDTH - RIGHT - LEAST)), written(y), written(max(LEAST, end - start)), event)


def _strip(axis: Axis, one: Wanted, top: int) -> Lane:
    """Marks that would cover one another stand on tracks of their own, each on the first that is free."""
    events = sorted(
        (event for event in one.events if axis.holds(event.first, _until(event, axis))),
        key=lambda event: (event.first, _until(event, axis)),
    )
    ends: list[float] = []
    bars = []
    for event in events:
        start = axis.place(event.first)
        end = max(start + 2 * LEAST, axis.place(_until(event, axis) + timedelta(days=1)))
        track = next((at for at, until in enumerate(ends) if until <= start), len(ends))
        if track == len(ends):
            ends.append(end)
        else:
            ends[track] = end
        bars.append(_shape(axis, event, top + POINT / 2 + track * TRACK))
    return Lane(one.key, one.title, top, POINT + max(0, len(ends) - 1) * TRACK, bars)


def _plot(axis: Axis, one: Wanted, top: int) -> Lane:
    known = [value.value for value in one.values if value.value is not None]
    reference = [one.reference] if one.reference is not None else []
    ticks = nice_ticks(min([0.0, *known, *reference]), max([0.0, *known, *reference]), 4)
    scale = Scale(ticks[0], ticks[-1], top + PLOT - 8, top + 8)
    paths: list[str] = []
    dots: list[Dot] = []
    piece: list[str] = []
    for value in one.values:
        if value.value is None:
            _close(piece, paths)
            continue
        middle = value.period.start + (value.period.end - value.period.start) / 2
        x, y = written(axis.place(middle)), written(scale(value.value))
        piece.append(f"{x} {y}")
        dots.append(Dot(x, y, value))
    _close(piece, paths)
    rules = [Rule(written(scale(tick)), f"{tick:g}") for tick in ticks]
    return Lane(one.key, one.title, top, PLOT, line=Line(paths, dots), rules=rules)


def _close(piece: list[str], paths: list[str]) -> None:
    if len(piece) > 1:
        paths.append("M" + " L".join(piece))
    piece.clear()
