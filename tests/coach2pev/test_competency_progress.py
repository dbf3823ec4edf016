"""First, last and gain: once rated is not zero gained, and gains add up to what the monthly measures publish."""

import random
from datetime import timedelta

from research.coach2pev.competency.progress import Gained, Rated, courses, courses_with_coach, gained
from research.coach2pev.measures.repeats import gains
from tests.builders import a_day

FIRST = a_day("2025-01-10")


def rated(coachee: int, domain: int, visit: int, level: int, coach: int | None = 1) -> Rated:
    return Rated(coachee, domain, FIRST + timedelta(days=30 * visit), visit, level, coach)


def test_first_last_and_gain_in_the_order_of_days() -> None:
    found = courses([rated(1, 1, 3, 3), rated(1, 1, 1, 1), rated(1, 1, 2, 4)])
    assert found[1, 1][:3] == (1, 3, 3)
    assert found[1, 1].gain == 2


def test_a_loss_is_negative_and_once_rated_has_no_gain() -> None:
    found = courses([rated(1, 1, 1, 3), rated(1, 1, 2, 1), rated(1, 2, 1, 4)])
    assert (found[1, 1].gain, found[1, 2].gain) == (-2, None)
    assert gained(found.values()) == Gained(1, 3, 1)
    assert gained(found.values()).levels == -2


def test_nothing_to_compare_is_none_and_not_zero() -> None:
    assert gained(courses([rated(1, 1, 1, 3)]).values()).levels is None
    assert gained(courses([rated(1, 1, 1, 3), rated(1, 1, 2, 3)]).values()).levels == 0


def test_a_pair_counts_what_this_coach_saw_only() -> None:
    seen = [rated(1, 1, 1, 0, 7), rated(1, 1, 2, 2, 8), rated(1, 1, 3, 4, 7), rated(1, 1, 4, 4, None)]
    found = courses_with_coach(seen)
    assert found.keys() == {(7, 1), (8, 1)}
    assert (found[7, 1][1].gain, found[8, 1][1].gain) == (4, None)


def test_two_visits_of_one_day_are_in_their_order() -> None:
    first, second = rated(1, 1, 1, 0), rated(1, 1, 1, 3)._replace(visit=2)
    assert courses([second, first])[1, 1].gain == 3


def test_gains_over_the_whole_time_are_the_sum_of_the_monthly_ones() -> None:
    draw = random.Random(3)
    seen = [
        rated(who, domain, visit, draw.randint(0, 4))
        for visit in range(12)
        for who in range(5)
        for domain in range(3)
        if draw.random() < 0.6
    ]
    by_visit = [{(one.coachee, one.domain): one.level for one in seen if one.visit == visit} for visit in range(12)]
    assert gained(courses(seen).values()).levels == sum(month.levels for month in gains(by_visit))  # type: ignore[arg-type]
