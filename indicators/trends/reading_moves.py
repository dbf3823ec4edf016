"""What a series does from period to period, as facts. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from indicators.trends.reading_facts import Course, Fact
from indicators.trends.reading_rules import TELLING, VARIABLE
from indicators.trends.reading_steps import Jump, Run, Step, jumps, mostly_beyond_chance, runs, steps, usual_step


class Moves(NamedTuple):
    """The steps of a series, and what they make. `rest` are those of no jump, of its way back, and of no steady run;
    the series `swings` where they, too, are usually large."""

    between: list[Step]
    steady: list[Run]
    sharp: list[Jump]
    rest: list[Step]
    swings: bool


def moves_of(course: Course, known: Mapping[int, float], unit: float) -> Moves:
    """`unit` is a hundredth of what is usual, 0 where no move can be judged."""
    between = steps(course.clean)
    steady = runs(between, len(known), unit, course.counts)
    sharp = jumps(between, unit, steady, course.counts)
    apart = _places(sharp) | {place for run in steady for place in range(run.first, run.last)}
    rest = [step for step in between if step.place not in apart]
    swings = unit > 0 and len(rest) > 1 and usual_step(rest) >= VARIABLE * unit
    return Moves(between, steady, sharp, rest, swings)


def told_moves(moves: Moves, course: Course, known: Mapping[int, float], unit: float) -> Iterator[Fact]:
    """Jumps, steady runs, and the largest step where it is none of a jump; of a series that swings, how much it does,
    jumps and runs apart."""
    yield from _sharpest(moves.sharp)
    yield from _steadiest(moves.steady, known)
    largest = _largest(moves.between)
    if moves.swings and mostly_beyond_chance(moves.rest, course.counts):
        swing = _largest(moves.rest)
        yield _fact("variable" if swing == largest else "variable_besides", swing)
    elif abs(largest.by) >= TELLING * unit > 0 and largest.place not in _places(moves.sharp):
        yield _fact("largest_move", largest)


def _places(sharp: Sequence[Jump]) -> set[int]:
    """Where the steps of jumps, and of what gives them back, begin."""
    return {place for jump in sharp for place in jump.places[:-1]}


def _largest(found: Sequence[Step]) -> Step:
    return max(found, key=lambda step: abs(step.by), default=Step(0, 0))


def _fact(kind: str, step: Step) -> Fact:
    return Fact(kind, (step.place, step.place + 1), abs(step.by))


def _sharpest(sharp: Sequence[Jump]) -> list[Fact]:
    """The largest drop and the largest rise, each with the number of its kind."""
    found = []
    for falls, plain, returned in ((True, "drop", "drop_rebound"), (False, "rise", "rise_back")):
        alike = [jump for jump in sharp if (jump.by < 0) == falls]
        if alike:
            jump = max(alike, key=lambda one: abs(one.by))
            found.append(Fact(returned if jump.back else plain, jump.places, abs(jump.by), (len(alike),)))
    return found


def _steadiest(steady: Sequence[Run], known: Mapping[int, float]) -> list[Fact]:
    """The largest decline and the largest climb. A climb from the lowest value, after higher ones, is a recovery."""
    found = []
    for falls in (True, False):
        alike = [run for run in steady if (run.by < 0) == falls]
        if alike:
            run = max(alike, key=lambda one: abs(one.by))
            found.append(Fact(_kind(run, known), (run.first, run.last), abs(run.by), (run.last - run.first,)))
    return found


def _kind(run: Run, known: Mapping[int, float]) -> str:
    lowest, highest = min(known.values()), max(known.values())
    if run.by < 0:
        return "decline_to_lowest" if known[run.last] == lowest else "decline"
    if known[run.first] == lowest and any(known[place] > lowest for place in known if place < run.first):
        return "recovery"
    return "climb_to_highest" if known[run.last] == highest else "climb"
