"""What a series does, as facts that rest on its values: where it lies, drops and rebounds, declines, variability. Pure.

A fact names the periods whose values it tells, so that a sentence can be checked against the series, and every number
it holds is one of those values or the difference of two. It describes; only the facts `rising`, `falling` and
`no_trend` come from a test. Where there is nothing to say nothing is said: no fact of fewer than three values, nor of a
series that never changes (except that it lies above its limit, or below zero).
"""

from bisect import bisect_right
from collections.abc import Collection
from statistics import median_low

from indicators.trends import mann_kendall, scores
from indicators.trends.reading_facts import Course, Fact
from indicators.trends.reading_moves import moves_of, told_moves
from indicators.trends.reading_rules import (
    AROUND,
    FEWEST,
    FEWEST_AROUND,
    MANY_GAPS,
    MOST,
    TOLD,
    hundredth,
)
from indicators.trends.series import Refusal

CLAIMED = frozenset({"rising", "falling"})
"""A series that goes somewhere is not generally around anything, nor is one that swings."""


def reading(course: Course, *, without: Collection[str] = (), most: int = TOLD) -> list[Fact]:
    """The facts most worth telling, the most important first; `without` are kinds that are told elsewhere."""
    return [fact for fact in facts(course) if fact.kind not in without][:most]


def facts(course: Course) -> list[Fact]:
    """Every fact of the series, the most important first. ValueError for an infinite value."""
    known = course.known
    if len(known) < FEWEST:
        return []
    found = [*_signs(course, known), *_gaps(course, known)]
    if len(set(known.values())) > 1:
        trend = _trend(course)
        unit = hundredth([*known.values()], course.scale)
        moves = moves_of(course, known, unit)
        goes = bool(trend) and trend[0].kind in CLAIMED
        usual = None if moves.swings or goes else _around(known, unit)
        found += [*told_moves(moves, course, known, unit), *([usual] if usual else [])]
        found += [*trend, *_levels(known, usual)]
    doubtful = set(course.doubtful)
    marked = [_marked(fact, doubtful) for fact in found]
    return sorted(marked, key=lambda fact: fact.rank)


def _marked(fact: Fact, doubtful: set[int]) -> Fact:
    if not doubtful.intersection(fact.places):
        return fact
    return Fact(fact.kind, fact.places, fact.moved, fact.counts, True, fact.test)


def _signs(course: Course, known: dict[int, float]) -> list[Fact]:
    """Values that cannot be right, or hardly."""
    found = []
    above = [place for place, value in known.items() if course.limit is not None and value > course.limit]
    if above:
        found.append(Fact("above", (_highest(known),), counts=(len(above), len(known))))
    below = [place for place, value in known.items() if course.signed and value < 0]
    if below:
        found.append(Fact("below_zero", (_lowest(known),), counts=(len(below), len(known))))
    return found


def _gaps(course: Course, known: dict[int, float]) -> list[Fact]:
    """Missing periods between the first and the last that are known."""
    frame = range(min(known), max(known) + 1)
    missing = tuple(place for place in frame if place not in known)
    if not missing:
        return []
    kind = "many_gaps" if len(missing) > MANY_GAPS * len(frame) else "gaps"
    return [Fact(kind, missing, counts=(len(missing), len(frame)))]


def _around(known: dict[int, float], unit: float) -> Fact | None:
    """The values that lie closest together, where they are most of them: their middle, lowest and highest."""
    if len(known) < FEWEST_AROUND or unit == 0:
        return None
    ordered = sorted(known.values())
    windows = [(start, bisect_right(ordered, low + 2 * AROUND * unit)) for start, low in enumerate(ordered)]
    start, end = max(windows, key=lambda window: (window[1] - window[0], ordered[window[0]] - ordered[window[1] - 1]))
    close = ordered[start:end]
    if len(close) < MOST * len(known):
        return None
    wanted = (median_low(close), close[0], close[-1])
    places = tuple(next(place for place, value in known.items() if value == one) for one in wanted)
    return Fact("around", places, counts=(len(close), len(known)))


def _trend(course: Course) -> list[Fact]:
    """What Mann–Kendall (original) allows to claim, and of few values what it could have shown at all."""
    found = mann_kendall.original(course.clean)
    if isinstance(found, Refusal):
        return [Fact("no_trend", test=found)] if found.reason == "too_few" else []
    if found.direction != "none":
        return [Fact("rising" if found.direction == "increasing" else "falling", test=found)]
    claims = [Fact("no_trend", test=found)]
    if found.rough:
        pairs = int(scores.pairs(found.points))
        claims.append(Fact("few_periods", counts=(found.points, pairs_against(found.points, found.alpha), pairs)))
    return claims


def pairs_against(points: int, alpha: float) -> int:
    """How many pairs of so many different values may run the other way in a trend that the test still sees.

    Of six values one of fifteen, at 0.05. −1 where not even none would do.
    """
    pairs, variance = scores.pairs(points), scores.untied_variance(points)
    against = -1
    while scores.continuous_z(pairs - 2 * (against + 1), variance) > scores.critical_z(alpha):
        against += 1
    return against


def _levels(known: dict[int, float], usual: Fact | None) -> list[Fact]:
    """Range and ends, where they are not told already: by a range that lies around a value as a whole, by the range."""
    extremes, ends = (_lowest(known), _highest(known)), (min(known), max(known))
    ranged = [] if usual and usual.counts[0] == len(known) else [Fact("range", extremes)]
    return ranged + ([] if ranged and set(extremes) == set(ends) else [Fact("ends", ends)])


def _lowest(known: dict[int, float]) -> int:
    """The first place of the lowest value."""
    return min(known, key=lambda place: known[place])


def _highest(known: dict[int, float]) -> int:
    return max(known, key=lambda place: known[place])
