"""The rule about coverage that others published: routine reports far above or below it. Pure."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from indicators.periods import Frequency, Period
from indicators.quality.findings import Flag, Outcome, Untested
from indicators.quality.thresholds import PUBLISHED_DIFFERENCE_POINTS

_DUST = 1e-9
"""Coverages are quotients: two that are exactly 10 points apart may come out a hair nearer."""

Key = tuple[str, int, int]
"""Code of an indicator, unit id, year."""


class PublishedCoverage(NamedTuple):
    """What a survey or an estimate says in %; `low` and `high` are the same where it gives one figure."""

    key: Key
    low: float
    high: float


class RoutineCoverage(NamedTuple):
    """A year's coverage in % as reported; None where doses or target are missing. `whole`: no month lacks reports."""

    value: float | None
    whole: bool
    demonstration: bool = False


def published_differ(
    published: Iterable[PublishedCoverage], routine: Mapping[Key, RoutineCoverage], examined: Collection[Key]
) -> Outcome:
    """A year's routine coverage 10 percentage points or more above or below a published one. Score: the difference
    in points, signed; from a range, that to its nearer end.

    `not_published` where nobody published a coverage of that unit and year; `no_coverage` where the routine one is not
    known; `year_incomplete` where in some month of the year nothing was reported.
    """
    outcome = Outcome("published")
    seen = set()
    for figure in published:
        code, unit, year = figure.key
        seen.add(figure.key)
        mine = routine.get(figure.key)
        if mine is None or mine.value is None or not mine.whole:
            reason = "no_coverage" if mine is None or mine.value is None else "year_incomplete"
            outcome.untested.append(Untested(unit, code, reason, 1))
            continue
        outcome.tested[unit] += 1
        against = min(max(mine.value, figure.low), figure.high)
        apart = mine.value - against
        if abs(apart) >= PUBLISHED_DIFFERENCE_POINTS - _DUST:
            when = Period(Frequency.YEAR, year)
            outcome.flags.append(Flag(unit, code, when, mine.value, against, apart, mine.demonstration))
    outcome.untested += [Untested(unit, code, "not_published", 1) for code, unit, _ in sorted({*examined} - seen)]
    return outcome
