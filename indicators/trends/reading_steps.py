"""Steps between neighbours, and what they make: sharp drops and rises, steady runs. Nothing crosses a gap. Pure."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from indicators.trends.control_charts import FEWEST_POINTS
from indicators.trends.reading_rules import (
    GIVEN_BACK,
    LARGEST_STEP,
    LEVEL,
    ONE_STEP,
    RUN,
    SHARP,
    SHARP_BY_LIMITS,
    beyond_chance,
    fewest_steps,
)


class Step(NamedTuple):
    """From the value at `place` to that of the next period."""

    place: int
    by: float


class Jump(NamedTuple):
    """A sharp drop (`by` below 0) or rise from the value at `place` to the next; `back`: the period after it gives back
    at least half."""

    place: int
    by: float
    back: bool

    @property
    def places(self) -> tuple[int, ...]:
        return (self.place, self.place + 1, self.place + 2) if self.back else (self.place, self.place + 1)


class Run(NamedTuple):
    """A steady decline (`by` below 0) or rise from the value at `first` to that at `last`."""

    first: int
    last: int
    by: float


Counts = Sequence[float | None]


def steps(values: Sequence[float | None]) -> list[Step]:
    """Every two neighbouring periods that both have a value."""
    return [
        Step(place, after - before)
        for place, (before, after) in enumerate(pairwise(values))
        if before is not None and after is not None
    ]


def mostly_beyond_chance(found: Sequence[Step], counts: Counts) -> bool:
    """Whether at least half of the steps are larger than chance makes them; of 100 by chance alone about five are."""
    return not counts or 2 * sum(beyond_chance(*counts[step.place : step.place + 2]) for step in found) >= len(found)


def usual_step(found: Sequence[Step]) -> float:
    """The median distance between neighbours; 0 without any."""
    return median(abs(step.by) for step in found) if found else 0.0


def runs(found: Sequence[Step], points: int, unit: float, counts: Counts = ()) -> list[Run]:
    """The steady runs in order of time. `unit` is the hundredth of what is usual, `points` the number of values."""
    result = []
    for run in _one_way(found, unit):
        by = sum(step.by for step in run)
        long = len(run) >= fewest_steps(points) and abs(by) >= RUN * unit
        if long and max(abs(step.by) for step in run) < ONE_STEP * abs(by):
            first, last = run[0].place, run[-1].place + 1
            if not counts or beyond_chance(counts[first], counts[last]):
                result.append(Run(first, last, by))
    return result


def jumps(found: Sequence[Step], unit: float, steady: Sequence[Run] = (), counts: Counts = ()) -> list[Jump]:
    """Sharp drops and rises outside the steady runs, in order of time. A step that gives a jump back is no jump."""
    if unit == 0:
        return []
    least = SHARP_BY_LIMITS if len(found) >= FEWEST_POINTS else SHARP
    result: list[Jump] = []
    for index, step in enumerate(found):
        size = abs(step.by)
        if size < least * unit or any(run.first <= step.place < run.last for run in steady):
            continue
        if result and result[-1].back and step.place == result[-1].place + 1:
            continue
        if counts and not beyond_chance(counts[step.place], counts[step.place + 1]):
            continue
        returning = _returning(found, index)
        others = [other for other in found if other not in (step, returning)]
        if size >= LARGEST_STEP * usual_step(others):
            back = returning is not None and abs(returning.by) >= GIVEN_BACK * size
            result.append(Jump(step.place, step.by, back))
    return result


def _returning(found: Sequence[Step], index: int) -> Step | None:
    """The step of the very next period, where it goes the other way."""
    step, after = found[index], found[index + 1] if index + 1 < len(found) else None
    return after if after and after.place == step.place + 1 and after.by * step.by < 0 else None


def _one_way(found: Sequence[Step], unit: float) -> Iterator[list[Step]]:
    """Neighbouring steps that all rise or all fall, none of them level."""
    run: list[Step] = []
    for step in found:
        level = unit == 0 or abs(step.by) < LEVEL * unit
        if run and (level or step.place != run[-1].place + 1 or step.by * run[-1].by < 0):
            yield run
            run = []
        if not level:
            run.append(step)
    if run:
        yield run
