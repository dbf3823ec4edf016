"""A staggered roll-out as strips over one span of time, a strip for each site. Pure.

Lengths are parts of WIDTH, so that a strip is drawn at any width of the screen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from indicators.periods import Period

WIDTH = 1000
TRAINED, FIRST_USE, ACTIVE, STOPPED = "trained", "first_use", "active", "stopped"
USED = (FIRST_USE, ACTIVE)


class Dated(NamedTuple):
    """A stage as the timeline needs it."""

    stage: str
    began_on: date
    approximate: bool = False


class Span(NamedTuple):
    """A stretch of a strip: `kind` is trained or used."""

    kind: str
    start: float
    length: float
    approximate: bool


class Mark(NamedTuple):
    stage: str
    place: float
    approximate: bool


@dataclass(frozen=True)
class Strip:
    spans: Sequence[Span]
    marks: Sequence[Mark]

    @property
    def exposed(self) -> bool:
        return any(mark.stage in USED for mark in self.marks)


@dataclass(frozen=True)
class Axis:
    """Whole months, both ends included. `ticks` are the places where a quarter begins."""

    first: Period
    last: Period

    @property
    def days(self) -> int:
        return (self.last.end - self.first.start).days + 1

    def place(self, day: date) -> float:
        """Where the day begins on a strip; days outside lie on its ends."""
        return round(WIDTH * min(1.0, max(0.0, (day - self.first.start).days / self.days)), 1)

    @property
    def ticks(self) -> list[float]:
        months = []
        month = self.first
        while month.code <= self.last.code:
            if month.number % 3 == 1 and month != self.first:
                months.append(self.place(month.start))
            month = month.shift(1)
        return months


def axis(stages: Iterable[Dated], plans: Iterable[date | None], today: date) -> Axis | None:
    """From the first stage or planned month of any site to today, or to the last stage if that is later; None where
    there is neither stage nor plan."""
    days = [stage.began_on for stage in stages] + [day for day in plans if day]
    if not days:
        return None
    first = Period.month_of(min(days))
    return Axis(first, Period.month_of(max([today, *days])))


def strip(stages: Sequence[Dated], over: Axis, today: date) -> Strip:
    """Trained until first use, used until a stop or today. `stages` are in the order of their days."""
    spans: list[Span] = []
    begun: tuple[str, Dated] | None = None
    for stage in stages:
        kind = TRAINED if stage.stage == TRAINED else "used" if stage.stage in USED else ""
        if begun and (kind == begun[0] or kind == TRAINED):
            continue  # it goes on; a training in between interrupts no use
        if begun:
            spans.append(_span(begun, stage.began_on, over))
        begun = (kind, stage) if kind else None
    if begun:
        spans.append(_span(begun, max(today, begun[1].began_on), over))
    return Strip(spans, [Mark(one.stage, over.place(one.began_on), one.approximate) for one in stages])


def _span(begun: tuple[str, Dated], until: date, over: Axis) -> Span:
    kind, stage = begun
    start = over.place(stage.began_on)
    return Span(kind, start, max(2.0, round(over.place(until) - start, 1)), stage.approximate)
