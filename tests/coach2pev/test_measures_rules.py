"""The pure rules behind the measures, each held against a slower and more obvious one."""

from collections.abc import Mapping, Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.coach2pev.measures.fidelity import Conducted, Steps, steps, taken_up
from research.coach2pev.measures.reach import Attendance, Coached, coached
from research.coach2pev.measures.repeats import Gain, Repeats, gains, repeats

visits_of = st.lists(st.dictionaries(st.sampled_from("abcd"), st.booleans()), max_size=6)
ratings_of = st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 4)), max_size=6)


def last_before(visits: Sequence[Mapping[str, int]], place: int, what: str) -> int | None:
    found = [visit[what] for visit in visits[:place] if what in visit]
    return found[-1] if found else None


@given(visits_of)
def test_repeats_look_at_the_last_time_the_item_was_seen(visits: list[dict[str, bool]]) -> None:
    for place, found in enumerate(repeats(visits)):
        again = [item for item in visits[place] if last_before(visits, place, item)]
        assert found == Repeats(len(again), len([item for item in again if visits[place][item]]))


@given(ratings_of)
def test_gains_add_up_to_the_last_level_less_the_first(visits: list[dict[str, int]]) -> None:
    found = gains(visits)
    for place, gain in enumerate(found):
        before = {who: last_before(visits, place, who) for who in visits[place]}
        pairs = [(level, before[who]) for who, level in visits[place].items() if before[who] is not None]
        assert gain == Gain(len(pairs), sum(level - (was or 0) for level, was in pairs))
    everybody = {who for visit in visits for who in visit}
    ends = [[visit[who] for visit in visits if who in visit] for who in everybody]
    assert sum(gain.levels for gain in found) == sum(levels[-1] - levels[0] for levels in ends)


def test_nothing_seen_before_is_compared_with_nothing() -> None:
    assert repeats([{"a": True}, {"b": True}, {"a": True, "b": False}])[2] == Repeats(2, 1)
    assert repeats([{"a": True}, {"a": False}, {"a": True}])[2] == Repeats(0, 0)  # it had been put right in between
    assert gains([{"a": 3}, {"a": 1}]) == [Gain(0, 0), Gain(1, -2)]


@pytest.mark.parametrize(
    ("visit", "expected"),
    [
        (Conducted(False, ("", "", "", "")), Steps(5, 0)),
        (Conducted(True, ("but", " ", "x", "x")), Steps(5, 4)),
        (Conducted(True, ("a", "b", "c", "d"), item_failed=True), Steps(6, 5)),
        (Conducted(True, ("a", "b", "c", "d"), item_failed=True, action_agreed=True), Steps(6, 6)),
        (Conducted(True, ("a", "b", "c", "d"), action_agreed=True), Steps(5, 5)),  # not called for, not counted
        (Conducted(True, ("a", "b", "c", "d"), left_before=True), Steps(6, 5)),
        (Conducted(True, ("a", "b", "c", "d"), True, True, True, True), Steps(7, 7)),
        (Conducted(True, ("a", "b", "c", "d"), followed_up=True), Steps(5, 5)),
    ],
)
def test_steps_that_a_visit_calls_for(visit: Conducted, expected: Steps) -> None:
    assert steps(visit) == expected


def test_taken_up_means_between_the_two_visits() -> None:
    since, until = date(2025, 9, 1), date(2025, 10, 1)
    assert taken_up([None, date(2025, 9, 1)], since, until)
    assert taken_up([date(2025, 10, 1)], since, until)
    assert not taken_up([date(2025, 8, 31), date(2025, 10, 2), None], since, until)
    assert not taken_up([], since, until)


@given(st.lists(st.tuples(st.sets(st.integers(1, 6)), st.one_of(st.none(), st.integers(0, 8))), max_size=5))
def test_nobody_is_counted_twice(visits: list[tuple[set[int], int | None]]) -> None:
    found = coached(Attendance(*visit) for visit in visits)
    named: list[int] = []
    for people, _count in visits:
        named += [person for person in people if person not in named]
    counts = [count for _people, count in visits if count is not None]
    if not named and not counts:
        assert found == Coached(None, False)
        return
    assert found.staff == max([len(named), *counts])
    assert found.by_count == any(count is not None and count > len(people) for people, count in visits)


def test_counts_of_two_visits_are_not_added() -> None:
    assert coached([Attendance((), 4), Attendance((), 3)]) == Coached(4, True)
    assert coached([Attendance((1, 2), 2), Attendance((2, 3), None)]) == Coached(3, False)
    assert coached([Attendance((), 0)]) == Coached(0, False)
