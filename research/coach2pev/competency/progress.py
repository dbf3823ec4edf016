"""From levels seen on visits to what changed: first, last and gain. Pure.

A gain is the last level less the first one, by person and domain, signed; who was rated once has none, which is not 0.
Gains are added up and shown beside how many there are: 3 levels gained in 2 domains. The scale orders levels and does
not say how far apart they are, so no mean of levels is made.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, NamedTuple


class Rated(NamedTuple):
    """A level seen on a visit. `visit` orders ratings of the same day."""

    coachee: int
    domain: int
    day: date
    visit: int
    level: int
    coach: int | None = None
    demonstration: bool = False


class Course(NamedTuple):
    """What was seen of one person in one domain: `ratings` is on how many visits."""

    first: int
    last: int
    ratings: int
    first_on: date
    last_on: date
    demonstration: bool

    @property
    def gain(self) -> int | None:
        """None where there is one rating only: nothing to compare with."""
        return self.last - self.first if self.ratings > 1 else None


class Gained(NamedTuple):
    """Sums over courses that can be compared: how many, and the levels at the start and at the end."""

    domains: int
    first: int
    last: int

    @property
    def levels(self) -> int | None:
        return self.last - self.first if self.domains else None


def courses(ratings: Iterable[Rated]) -> dict[tuple[int, int], Course]:
    """(coachee, domain) → course, over all coaches."""
    return {(who[0], who[1]): course for who, course in _courses(ratings, lambda r: (r.coachee, r.domain)).items()}


def courses_with_coach(ratings: Iterable[Rated]) -> dict[tuple[int, int], dict[int, Course]]:
    """(coach, coachee) → domain → course, of what this coach saw himself; ratings without a coach are left out."""
    known = [rating for rating in ratings if rating.coach is not None]
    found: dict[tuple[int, int], dict[int, Course]] = defaultdict(dict)
    for (coach, coachee, domain), course in _courses(known, lambda r: (r.coach, r.coachee, r.domain)).items():
        found[coach, coachee][domain] = course
    return dict(found)


def gained(of: Iterable[Course]) -> Gained:
    """The sums of the courses with at least two ratings."""
    compared = [course for course in of if course.ratings > 1]
    return Gained(len(compared), sum(one.first for one in compared), sum(one.last for one in compared))


def _courses(ratings: Iterable[Rated], key: Callable[[Rated], tuple[Any, ...]]) -> dict[tuple[Any, ...], Course]:
    members: dict[tuple[Any, ...], list[Rated]] = defaultdict(list)
    for rating in sorted(ratings, key=lambda one: (one.day, one.visit)):
        members[key(rating)].append(rating)
    return {
        who: Course(
            seen[0].level,
            seen[-1].level,
            len(seen),
            seen[0].day,
            seen[-1].day,
            any(one.demonstration for one in seen),
        )
        for who, seen in members.items()
    }
