"""What several series of the same periods do, side by side: which vary, which keep still, what they share. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from indicators.trends.mann_kendall import Trend
from indicators.trends.reading import facts
from indicators.trends.reading_facts import IMPORTANCE as OF_ONE
from indicators.trends.reading_facts import Course, Fact
from indicators.trends.reading_rules import AROUND, FEWEST, TOLD, hundredth

SINGLE = (
    "drop_rebound", "drop", "decline_to_lowest", "decline", "rise_back", "rise", "recovery", "climb_to_highest",
    "climb",
)  # fmt: skip
"""Kinds told of one series among several: first those that come first in its own reading, then the furthest moves."""

VARIABLE = frozenset({"variable", "variable_besides"})
STEPS = ("variable", "variable_besides", "drop_rebound", "drop", "rise_back", "rise")
"""Kinds that tell the step between their first two values."""

SINGLED_OUT = 2
"""So many of them: the rest stands in the series' own readings."""

AT_ONCE, FEWEST_AT_ONCE = 1 / 2, 2
"""A drop is shared where at least half of the series, and two, have theirs in the same period."""

IMPORTANCE = {
    "same_drop": 0, "above": 1, "variable": 2, "no_trends": 3, "rising": 3, "falling": 3, "single": 4, "around": 5,
    "extremes": 7,
}  # fmt: skip
MORE = 6
"""Of every further series singled out."""


class At(NamedTuple):
    """A value told: of which series, in which period, both from 0."""

    series: int
    place: int


@dataclass(frozen=True, slots=True)
class Shared:
    """`values` are told in that order, `series` named; `moved` is a distance, `counts` count series or periods.

    `same_drop`: the low value of each series, the deepest fall first (series, of how many). `above`: the highest value
    (series, of how many, periods in all). `variable`: before and after the largest step; `starts` the lowest and the
    highest first value where those series start close together (series, of how many). `around`: the middle
    of each of the series. `rising`, `falling`, `no_trends`: (series, tested, values of the longest). `single`: the
    `fact` of one series. `extremes`: lowest, highest.
    """

    kind: str
    series: tuple[int, ...] = ()
    values: tuple[At, ...] = ()
    moved: float | None = None
    counts: tuple[int, ...] = ()
    starts: tuple[At, ...] = ()
    fact: Fact | None = None

    @property
    def doubtful(self) -> bool:
        return self.fact is not None and self.fact.doubtful


@dataclass(frozen=True, slots=True)
class _Read:
    """A series of which something can be told. `moved` in hundredths of what is usual for it, to compare by."""

    number: int
    course: Course
    facts: dict[str, Fact]
    unit: float

    def moved(self, kind: str) -> float:
        return (self.facts[kind].moved or 0.0) / self.unit if kind in self.facts and self.unit else 0.0

    @property
    def furthest(self) -> str:
        """The kind of fact that tells its largest step; of a series of which some fact tells one."""
        return max((kind for kind in STEPS if kind in self.facts), key=self.moved)


def together(courses: Sequence[Course], most: int = TOLD) -> list[Shared]:
    """What is most worth telling of series of the same periods, the most important first; nothing where fewer than two
    of them have three values. ValueError where their lengths differ."""
    if len({len(course.values) for course in courses}) > 1:
        raise ValueError("series of the same periods are needed")
    read = [_read(number, course) for number, course in enumerate(courses) if len(course.known) >= FEWEST]
    if len(read) < 2:
        return []
    found = [*_same_drop(read), *_above(read), *_variable(read), *_trends(read), *_around(read), *_extremes(read)]
    dropped = {number for shared in found if shared.kind == "same_drop" for number in shared.series}
    singled = _single([one for one in read if one.number not in dropped])
    ranked = [(IMPORTANCE[shared.kind], shared) for shared in [*found, *singled[:1]]]
    ranked += [(MORE, shared) for shared in singled[1:]]
    return [shared for _, shared in sorted(ranked, key=lambda pair: pair[0])][:most]


def _read(number: int, course: Course) -> _Read:
    known = course.known
    return _Read(
        number, course, {fact.kind: fact for fact in facts(course)}, hundredth([*known.values()], course.scale)
    )


def _same_drop(read: Sequence[_Read]) -> list[Shared]:
    """The period in which most series have their largest sharp drop."""
    low: dict[int, list[tuple[float, At]]] = {}
    for one in read:
        for kind in ("drop", "drop_rebound"):
            if kind in one.facts:
                place = one.facts[kind].places[1]
                low.setdefault(place, []).append((-one.moved(kind), At(one.number, place)))
    if not low:
        return []
    hit = sorted(low[max(low, key=lambda place: len(low[place]))])
    if len(hit) < max(FEWEST_AT_ONCE, AT_ONCE * len(read)):
        return []
    values = tuple(at for _, at in hit)
    return [Shared("same_drop", tuple(at.series for at in values), values, counts=(len(hit), len(read)))]


def _above(read: Sequence[_Read]) -> list[Shared]:
    above = [one for one in read if "above" in one.facts]
    if not above:
        return []
    tops = [At(one.number, one.facts["above"].places[0]) for one in above]
    times = sum(one.facts["above"].counts[0] for one in above)
    top = max(tops, key=lambda at: _value(read, at))
    return [Shared("above", tuple(one.number for one in above), (top,), counts=(len(above), len(read), times))]


def _variable(read: Sequence[_Read]) -> list[Shared]:
    """Those of substantial variability, the most variable first, and their largest step."""
    swinging = [one for one in read if VARIABLE & one.facts.keys()]
    if not swinging:
        return []
    swinging.sort(key=lambda one: -one.moved(one.furthest))
    most = swinging[0]
    largest = most.facts[most.furthest]
    values = tuple(At(most.number, place) for place in largest.places[:2])
    named, counts = tuple(one.number for one in swinging), (len(swinging), len(read))
    return [Shared("variable", named, values, largest.moved, counts, starts=_starts(swinging))]


def _starts(swinging: Sequence[_Read]) -> tuple[At, ...]:
    """The lowest and the highest percentage of the first period, where all of several have one and start close by."""
    if any(one.course.scale != "percent" for one in swinging):
        return ()
    firsts = [(one.course.known.get(0), At(one.number, 0)) for one in swinging]
    if len(firsts) < 2 or any(value is None for value, _ in firsts):
        return ()
    known = sorted((value, at) for value, at in firsts if value is not None)
    return (known[0][1], known[-1][1]) if known[-1][0] - known[0][0] <= 2 * AROUND else ()


def _trends(read: Sequence[_Read]) -> list[Shared]:
    """Where a trend can be claimed, of the series that could be tested; nothing where none could."""
    tests = [(one, fact.test) for one in read for fact in one.facts.values() if isinstance(fact.test, Trend)]
    tested, points = [one for one, _ in tests], max((test.points for _, test in tests), default=0)
    found = []
    for kind in ("rising", "falling"):
        named = tuple(one.number for one in tested if kind in one.facts)
        if named:
            found.append(Shared(kind, named, counts=(len(named), len(tested), points)))
    return found or ([Shared("no_trends", counts=(0, len(tested), points))] if tested else [])


def _around(read: Sequence[_Read]) -> list[Shared]:
    """Those that lie generally around a value."""
    calm = [one for one in read if "around" in one.facts]
    if not calm:
        return []
    values = tuple(At(one.number, one.facts["around"].places[0]) for one in calm)
    return [Shared("around", tuple(one.number for one in calm), values, counts=(len(calm), len(read)))]


def _single(read: Sequence[_Read]) -> list[Shared]:
    """One fact of a series, and of another."""
    ranked = []
    for one in read:
        kinds = [(OF_ONE[kind], -one.moved(kind), kind) for kind in SINGLE if kind in one.facts]
        if kinds:
            importance, moved, kind = min(kinds)
            ranked.append((importance, moved, one.number, one.facts[kind]))
    ordered = sorted(ranked, key=lambda found: found[:3])[:SINGLED_OUT]
    return [Shared("single", (number,), fact=fact) for _, _, number, fact in ordered]


def _extremes(read: Sequence[_Read]) -> list[Shared]:
    every = [(value, At(one.number, place)) for one in read for place, value in one.course.known.items()]
    low, high = min(every), max(every, key=lambda found: found[0])
    return [Shared("extremes", values=(low[1], high[1]))] if low[0] != high[0] else []


def _value(read: Sequence[_Read], at: At) -> float:
    return next(one.course.known[at.place] for one in read if one.number == at.series)
