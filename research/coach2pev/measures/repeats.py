"""Did what failed before fail again? Did a level rise? Pure: what was seen on visits in, counts out.

Both look at one thing at a time (an item of a checklist, a person in a domain) and compare it with the last earlier
visit on which that same thing was seen, however long ago; what is seen for the first time is compared with nothing.
"""

from collections.abc import Hashable, Iterable, Mapping
from typing import NamedTuple, TypeVar

Thing = TypeVar("Thing", bound=Hashable)


class Repeats(NamedTuple):
    """`asked`: items scored now that had failed the last time they were scored; `failed`: those that fail again."""

    asked: int
    failed: int


class Gain(NamedTuple):
    """`pairs`: ratings that have an earlier one to be compared with; `levels`: the sum of the differences, signed."""

    pairs: int
    levels: int


def repeats(visits: Iterable[Mapping[Thing, bool]]) -> list[Repeats]:
    """For each visit, oldest first: `item → whether it failed`, of its scored items only."""
    last: dict[Thing, bool] = {}
    found = []
    for outcomes in visits:
        again = [failed for item, failed in outcomes.items() if last.get(item)]
        found.append(Repeats(len(again), sum(again)))
        last.update(outcomes)
    return found


def gains(visits: Iterable[Mapping[Thing, int]]) -> list[Gain]:
    """For each visit, oldest first: `(coachee, domain) → level`, as the visit's own coach rated."""
    last: dict[Thing, int] = {}
    found = []
    for levels in visits:
        changes = [level - last[who] for who, level in levels.items() if who in last]
        found.append(Gain(len(changes), sum(changes)))
        last.update(levels)
    return found
