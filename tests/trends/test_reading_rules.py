"""What holds of the reading of any series."""

import random
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.trends.reading import facts
from indicators.trends.reading_facts import IMPORTANCE, Course, Fact
from indicators.trends.reading_rules import GIVEN_BACK
from indicators.trends.reading_several import together

# Quarter points: a shift or a change of unit leaves no dust behind the comma.
NUMBERS = st.integers(-200, 800).map(lambda quarters: quarters / 4)
SERIES = st.lists(st.none() | NUMBERS, max_size=40)
FULL = st.lists(NUMBERS, min_size=3, max_size=24)
MIRRORED = {
    "drop": "rise", "drop_rebound": "rise_back", "decline": "climb", "decline_to_lowest": "climb_to_highest",
    "rising": "falling",
}  # fmt: skip
MIRRORED |= {other: one for one, other in MIRRORED.items()}


def by_kind(values: list[float | None], scale: str = "percent") -> dict[str, Fact]:
    return {fact.kind: fact for fact in facts(Course(values, scale, limit=100, signed=True))}


@given(SERIES, st.sampled_from(["percent", "count", "rest"]))
def test_every_number_is_a_value_or_the_distance_of_two(values: list[float | None], scale: str) -> None:
    known = [value for value in values if value is not None]
    for fact in facts(Course(values, scale, limit=100, signed=True)):
        if fact.kind in {"gaps", "many_gaps"}:
            assert all(values[place] is None for place in fact.places)
            continue
        assert all(values[place] is not None for place in fact.places)
        if fact.moved is not None:
            assert any(abs(one - other) == pytest.approx(fact.moved) for one, other in combinations(known, 2))
            before, after = fact.places[:2]
            assert abs(values[after] - values[before]) == pytest.approx(fact.moved)  # type: ignore[operator]
        assert all(isinstance(count, int) and 0 <= count <= len(values) ** 2 for count in fact.counts)


@given(SERIES)
def test_facts_say_what_they_claim(values: list[float | None]) -> None:
    """Each kind against the values, by the plain meaning of its name."""
    known = [value for value in values if value is not None]
    for fact in facts(Course(values, limit=100, signed=True)):
        at = [values[place] for place in fact.places]
        numbers = [value for value in at if value is not None]
        match fact.kind:
            case "drop" | "decline" | "decline_to_lowest":
                assert numbers[0] > numbers[-1]
            case "rise" | "climb" | "climb_to_highest" | "recovery":
                assert numbers[0] < numbers[-1]
            case "drop_rebound":
                before, low, after = numbers
                assert low < before
                assert after - low >= GIVEN_BACK * (before - low)
            case "rise_back":
                before, high, after = numbers
                assert high > before
                assert high - after >= GIVEN_BACK * (high - before)
            case "range":
                assert numbers == [min(known), max(known)]
            case "above":
                assert numbers == [max(known)]
                assert fact.counts == (sum(value > 100 for value in known), len(known))
            case "below_zero":
                assert numbers == [min(known)]
            case "around":
                middle, low, high = numbers
                assert low <= middle <= high
                assert fact.counts[0] == sum(low <= value <= high for value in known)
            case "ends":
                assert numbers == [known[0], known[-1]]
        if fact.kind.startswith(("decline", "climb", "recovery")):
            run = values[fact.places[0] : fact.places[1] + 1]
            assert None not in run
            pairs = list(pairwise(run))
            assert all((after > before) == (numbers[-1] > numbers[0]) for before, after in pairs)  # type: ignore[operator]
            assert fact.counts == (len(pairs),)
        if fact.kind in {"drop", "drop_rebound", "rise", "rise_back", "variable", "variable_besides", "largest_move"}:
            assert list(fact.places) == list(range(fact.places[0], fact.places[0] + len(fact.places)))


@given(SERIES)
def test_a_kind_is_told_once_the_important_first_and_nothing_of_too_few(values: list[float | None]) -> None:
    found = [fact.kind for fact in facts(Course(values, limit=100, signed=True))]
    assert len(found) == len(set(found))
    assert [IMPORTANCE[kind] for kind in found] == sorted(IMPORTANCE[kind] for kind in found)
    assert not found or sum(value is not None for value in values) >= 3
    assert len({"variable", "variable_besides", "around"} & set(found)) < 2
    assert not {"rising", "no_trend"} <= set(found)


@given(SERIES, st.integers(-300, 300))
def test_shifting_the_values_shifts_the_numbers_and_nothing_else(values: list[float | None], by: int) -> None:
    moved = [None if value is None else value + by for value in values]
    first, second = facts(Course(values)), facts(Course(moved))
    assert [(fact.kind, fact.places, fact.counts) for fact in first] == [
        (fact.kind, fact.places, fact.counts) for fact in second
    ]
    assert [fact.moved for fact in first] == pytest.approx([fact.moved for fact in second])


@given(SERIES, st.sampled_from([0.25, 2, 8, 1024]))
def test_another_unit_of_a_count_changes_no_fact(values: list[float | None], times: float) -> None:
    scaled = [None if value is None else value * times for value in values]
    first, second = facts(Course(values, scale="count", signed=True)), facts(Course(scaled, scale="count", signed=True))
    assert [(fact.kind, fact.places) for fact in first] == [(fact.kind, fact.places) for fact in second]
    assert [fact.moved and fact.moved * times for fact in first] == pytest.approx([fact.moved for fact in second])


@given(SERIES)
def test_turned_upside_down_a_drop_is_a_rise(values: list[float | None]) -> None:
    turned = [None if value is None else -value for value in values]
    first, second = by_kind(values, scale="count"), by_kind(turned, scale="count")
    for kind in ("drop", "drop_rebound", "rise", "rise_back", "rising", "falling"):
        assert (kind in first) == (MIRRORED[kind] in second)
        if kind in first:
            assert first[kind].places == second[MIRRORED[kind]].places
    falls = {"decline", "decline_to_lowest"} & first.keys()
    assert bool(falls) == bool({"climb", "climb_to_highest", "recovery"} & second.keys())


@given(SERIES)
def test_read_backwards_a_decline_is_a_climb(values: list[float | None]) -> None:
    first, second = by_kind(values), by_kind(values[::-1])
    falls = [first[kind] for kind in ("decline", "decline_to_lowest") if kind in first]
    climbs = [second[kind] for kind in ("climb", "climb_to_highest", "recovery") if kind in second]
    assert len(falls) == len(climbs)
    for fall, climb in zip(falls, climbs, strict=True):
        assert fall.moved == pytest.approx(climb.moved)
    assert ("rising" in first) == ("falling" in second)


@given(st.lists(st.integers(95, 105).map(float), min_size=4, max_size=20), st.integers(0, 55), st.data())
def test_without_the_value_before_it_there_is_no_drop(calm: list[float], low: int, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(calm)))
    values: list[float | None] = [*calm[:place], float(low), *calm[place:]]
    (kind,) = {"drop", "drop_rebound"} & by_kind(values).keys()
    assert by_kind(values)[kind].places[1] == place
    assert kind == ("drop" if place == len(calm) else "drop_rebound")
    values[place - 1] = None
    assert not {"drop", "drop_rebound"} & by_kind(values).keys()


@pytest.mark.parametrize(("points", "spread"), [(6, 10), (6, 20), (12, 20), (36, 5), (36, 20)])
def test_of_noise_few_stories_are_told(points: int, spread: float) -> None:
    """Values without any course: a sharp drop, a decline or a trend in at most one series of four."""
    source, series = random.Random(20251123), 300
    found = [
        {fact.kind for fact in facts(Course([90 + source.gauss(0, spread) for _ in range(points)]))}
        for _ in range(series)
    ]
    for story in ({"drop", "drop_rebound"}, {"decline", "decline_to_lowest"}, {"recovery"}, {"rising"}, {"falling"}):
        assert sum(bool(kinds & story) for kinds in found) <= series / 4, story
    assert sum("rising" in kinds or "falling" in kinds for kinds in found) <= series * 0.08


@given(st.lists(st.lists(st.none() | NUMBERS, min_size=6, max_size=6), min_size=2, max_size=5))
def test_of_several_series_every_value_told_is_one_of_theirs(series: list[list[float | None]]) -> None:
    known = [value for values in series for value in values if value is not None]
    readable = sum(sum(value is not None for value in values) >= 3 for values in series)
    found = together([Course(values, limit=100) for values in series], most=20)
    assert not found or readable >= 2
    for shared in found:
        told = [series[at.series][at.place] for at in (*shared.values, *shared.starts)]
        assert None not in told
        if shared.kind == "extremes" and readable == len(series):
            assert told == [min(known), max(known)]
        if shared.kind == "above" and readable == len(series):
            assert told == [max(known)]
            assert shared.counts[2] == sum(value > 100 for value in known)
        if shared.kind == "variable":
            before, after = told[:2]
            assert before is not None
            assert after is not None
            assert abs(after - before) == pytest.approx(shared.moved)
        if shared.kind in {"above", "variable", "around", "same_drop", "rising", "falling"}:
            assert len(shared.series) == shared.counts[0] <= shared.counts[1] <= readable
            assert len(set(shared.series)) == len(shared.series)


@given(FULL)
def test_the_order_of_the_places_is_no_matter(values: list[float]) -> None:
    other = [value / 2 for value in values[::-1]]
    one_way = together([Course(values), Course(other)], most=20)
    back = together([Course(other), Course(values)], most=20)
    assert {shared.kind for shared in one_way} == {shared.kind for shared in back}
