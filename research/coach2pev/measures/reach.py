"""How many staff were coached in a month, each counted once. Pure."""

from collections.abc import Collection, Iterable
from typing import NamedTuple


class Attendance(NamedTuple):
    """Who was coached on a visit: `people` by code, as far as recorded, and the `number` that the coach said."""

    people: Collection[int]
    number: int | None


class Coached(NamedTuple):
    """`staff` None: nobody wrote it down. `by_count`: a count stands for it, because people are not (all) recorded."""

    staff: int | None
    by_count: bool


def coached(visits: Iterable[Attendance]) -> Coached:
    """Distinct people over the visits; where a visit names fewer people than it counts, the largest count of one visit
    if that is more. Counts of several visits are not added: they may be the same people. So it is never too high."""
    attended = list(visits)
    people = len({person for visit in attended for person in visit.people})
    counts = [visit.number for visit in attended if visit.number is not None]
    partly = any(visit.number is not None and visit.number > len(set(visit.people)) for visit in attended)
    return coached_over(people, max(counts, default=None), partly)


def coached_over(people: int, most: int | None, partly: bool) -> Coached:
    """The same of what is known of all visits together: distinct people, the largest count of one visit (None: nobody
    gave one), and whether any visit names fewer people than it counts."""
    if not people and most is None:
        return Coached(None, False)
    return Coached(max(people, most or 0), partly)
