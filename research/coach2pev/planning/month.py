"""A month of visits as weeks of days. Pure but for the rows it is given."""

from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from indicators.periods import Period
from research.coach2pev.models import SupervisionVisit

State = SupervisionVisit.State
AT_MOST = 6
"""Visits named on one day; the others are counted."""


@dataclass(slots=True)
class Day:
    """`month` is False for the days of the neighbouring months that fill up the first and the last week."""

    day: date
    month: bool
    visits: list[SupervisionVisit] = field(default_factory=list)

    @property
    def named(self) -> list[SupervisionVisit]:
        return self.visits[:AT_MOST]

    @property
    def more(self) -> int:
        return max(0, len(self.visits) - AT_MOST)


@dataclass(frozen=True, slots=True)
class Counts:
    """Visits by what stands in the calendar; `late` are to come although their day has passed."""

    to_come: int
    late: int
    done: int
    cancelled: int


def weeks(month: Period, visits: Iterable[SupervisionVisit]) -> list[list[Day]]:
    """Monday to Sunday; each visit on its `day` (the day done, else the day planned)."""
    by_day: dict[date, list[SupervisionVisit]] = defaultdict(list)
    for visit in visits:
        by_day[visit.day].append(visit)  # type: ignore[attr-defined]
    dates = Calendar().monthdatescalendar(month.year, month.number)
    return [[Day(day, day.month == month.number, by_day.get(day, [])) for day in week] for week in dates]


def is_late(visit: SupervisionVisit, today: date) -> bool:
    """Whether the visit was to be done by now, and is neither begun nor cancelled."""
    waits = visit.state in (State.PLANNED, State.SCHEDULED)
    return waits and visit.planned_on is not None and visit.planned_on < today


def counts(visits: Iterable[SupervisionVisit], today: date) -> Counts:
    every = list(visits)
    late = sum(is_late(visit, today) for visit in every)
    states = [visit.state for visit in every]
    done, cancelled = states.count(State.DONE), states.count(State.CANCELLED)
    return Counts(len(every) - done - cancelled - late, late, done, cancelled)
