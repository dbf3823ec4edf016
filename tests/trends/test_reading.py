"""Hand-made series and what is to be told of each; what is not to be told."""

import random
from collections.abc import Sequence
from typing import Any

import pytest

from indicators.trends.reading import facts, pairs_against, reading
from indicators.trends.reading_facts import Course, Fact
from indicators.trends.reading_rules import TOLD, beyond_chance, fewest_steps, hundredth

Values = Sequence[float | None]
NAN = float("nan")


def told(values: Values, **more: Any) -> dict[str, Fact]:
    return {fact.kind: fact for fact in facts(Course(values, **more))}


@pytest.mark.parametrize(
    ("values", "kind", "places", "moved"),
    [
        ([100, 98, 104, 100, 48, 142], "drop_rebound", (3, 4, 5), 52),
        ([100, 98, 104, 100, 48, None], "drop", (3, 4), 52),
        ([100, 98, 104, 100, 48, 60], "drop", (3, 4), 52),  # 12 of 52 is no rebound
        ([100, 98, 104, 100, 48, 74], "drop_rebound", (3, 4, 5), 52),  # exactly half is
        ([50, 52, 49, 50, 95, 51], "rise_back", (3, 4, 5), 45),
        ([50, 52, 49, 50, 95, 96], "rise", (3, 4), 45),
        ([107, 85, 62, 75, 88, 100], "decline_to_lowest", (0, 2), 45),
        ([107, 85, 62, 75, 88, 100], "recovery", (2, 5), 38),
        ([142, 108, 74, 99, 80, 59], "decline", (0, 2), 68),
        ([60, 70, 85, 84, 83, 82], "climb_to_highest", (0, 2), 25),
        ([45, 84, 50, 80, 42, 79], "variable", (0, 1), 39),
        ([98, 101, 99, 103, 100, 97], "around", (2, 5, 3), None),
        ([80, 82, 95, 93, 94, 92], "largest_move", (1, 2), 13),
        ([70, 90, 75, 88, 72, 71], "range", (0, 1), None),
        ([70, 90, 75, 88, 72, 71], "ends", (0, 5), None),
        ([70, None, None, 88, 72, 71], "gaps", (1, 2), None),
        ([70, None, None, None, 72, 71], "many_gaps", (1, 2, 3), None),
        ([None, 70, 88, 72, 71, None], "range", (1, 2), None),  # what lies outside is no gap of the series
        ([float(value) for value in range(40, 64, 2)], "rising", (), None),
        ([float(value) for value in range(64, 40, -2)], "falling", (), None),
        ([80, 82, 79, 83, 78, 81], "no_trend", (), None),
    ],
)
def test_a_series_and_a_fact_of_it(values: Values, kind: str, places: tuple[int, ...], moved: float | None) -> None:
    fact = told(values)[kind]
    assert (fact.places, fact.moved) == (places, moved)


@pytest.mark.parametrize(
    "values", [[], [5.0], [48, 142], [None, None, None], [NAN, 3, NAN, 4], [0.0] * 8, [7.0, None, 7.0, 7.0]]
)
def test_too_short_flat_or_missing_is_silence(values: Values) -> None:
    assert [fact.kind for fact in facts(Course(values)) if fact.kind != "gaps"] == []


@pytest.mark.parametrize(
    ("values", "not_told"),
    [
        ([100, 98, 104, None, 48, 142], {"drop", "drop_rebound"}),  # nothing is seen of the period before
        ([142, None, 74, 99, 80, 81], {"decline", "decline_to_lowest"}),  # nor of the middle of a decline
        ([45, 84, 50, 80, 42, 79], {"drop", "drop_rebound", "rise", "rise_back", "around"}),  # every step is large
        ([100, 100, 100, 100, 88, 100], {"drop", "drop_rebound", "variable"}),  # twelve points are no sharp drop
        ([107, 74, 62, 63, 60, 61], {"decline"}),  # one step of 33 of 45: a drop, not a steady decline
        ([100, 99.6, 79, 78.7, 78.9, 79.2], {"decline", "decline_to_lowest"}),  # level, then one step
        ([100, 98, 104, 100, 48, 142], {"variable", "largest_move"}),  # its largest step is the exception
        ([100, 95, 90, 88, 92, 96], {"decline", "decline_to_lowest", "recovery"}),  # small in all
        ([60, 61, 62, 63, 64, 65, 66, 67], {"around", "no_trend"}),  # it goes somewhere
        ([98, 101, 99, 103, 100, 97], {"range", "variable", "largest_move"}),
        ([652, 412, 286, 150, 30], {"variable", "variable_besides"}),  # it goes one way
        ([70, 90, 75, 88, 72, 71], {"around"}),  # close together, and never still
    ],
)
def test_what_is_not_told(values: Values, not_told: set[str]) -> None:
    assert told(values).keys().isdisjoint(not_told)


def test_a_drop_told_instead_of_an_uneven_decline() -> None:
    assert told([107, 74, 62, 63, 60, 61])["drop"].places == (0, 1)


def test_long_calm_series_know_smaller_drops_by_their_limits() -> None:
    calm = [97.0, 98, 97, 96, 97, 98, 97, 98, 96, 97, 98, 78, 97, 98]
    assert told(calm)["drop_rebound"].places == (10, 11, 12)
    assert "drop_rebound" not in told([value * 0.4 + 58 for value in calm])  # eight points


def test_of_several_drops_the_largest_is_told_with_their_number() -> None:
    fact = told([100, 101, 60, 100, 99, 101, 100, 99, 45, 100, 101, 99])["drop_rebound"]
    assert (fact.places, fact.counts) == ((7, 8, 9), (2,))


def test_values_above_the_limit_and_below_zero() -> None:
    fact = told([120, 80, 155, 100, 90], limit=100)["above"]
    assert (fact.places, fact.counts) == ((2,), (2, 5))  # 100 itself is not above it
    assert "above" not in told([120, 80, 155, 100, 90])
    fact = told([12, -3, 5, -7, None, 0], scale="count", signed=True)["below_zero"]
    assert (fact.places, fact.counts) == ((3,), (2, 5))
    assert told([130, 130, 130], limit=100)["above"].counts == (3, 3)  # flat, and still to be doubted


def test_counts_are_judged_against_their_own_size() -> None:
    coverage = [100, 98, 104, 100, 48, 142]
    for size in (0.1, 1, 1000):
        fact = told([value * size for value in coverage], scale="count")["drop_rebound"]
        assert (fact.places, fact.moved) == ((3, 4, 5), pytest.approx(52 * size))
    assert "drop" not in told([0, 0, 0, 0, 50, 0], scale="count")  # where nothing is usual nothing stands out
    assert told([0, 0, 0, 0, 50, 0], scale="count")["range"].places == (0, 4)


def test_of_small_numbers_chance_is_not_told() -> None:
    coverage = [100, 98, 104, 100, 48, 142]
    few, many = ([value * size for value in coverage] for size in (0.1, 1.0))
    assert "drop_rebound" in told(coverage, counts=many)
    assert told(coverage, counts=few).keys().isdisjoint({"drop", "drop_rebound"})  # 10 doses, then 4.8
    swinging = [45, 84, 50, 80, 42, 79]
    assert "variable" in told(swinging, counts=swinging)
    assert "variable" not in told(swinging, counts=[value / 10 for value in swinging])
    declining = [107, 85, 62, 75, 88, 100]
    assert "decline_to_lowest" not in told(declining, counts=[value / 10 for value in declining])
    assert beyond_chance(None, 3)
    assert beyond_chance(-4, 3)  # no counts of events: nothing is known of their chance
    assert beyond_chance(100, 60)
    assert not beyond_chance(100, 80)


def test_a_value_that_lacks_reports_makes_its_facts_doubtful() -> None:
    found = told([100, 98, 104, 100, 48, 142], doubtful=[4], limit=100)
    assert found["drop_rebound"].doubtful
    assert not found["above"].doubtful
    assert not found["around"].doubtful


def test_what_few_periods_can_show() -> None:
    six = told([80, 82, 79, 83, 78, 81])
    assert six["few_periods"].counts == (6, 1, 15)
    assert "few_periods" not in told([80.0, 82, 79, 83, 78, 81] * 2)
    assert "few_periods" not in told([80, 82, 79])  # there the refusal says it
    assert [pairs_against(n, 0.05) for n in (4, 5, 6, 7, 8, 9)] == [-1, 0, 1, 3, 5, 8]


@pytest.mark.parametrize("points", [5, 6, 7, 8, 9])
def test_the_pairs_against_are_those_that_the_test_allows(points: int) -> None:
    """By moving a rising series out of order one pair at a time until the trend is no longer claimed."""
    values, undone = [float(value) for value in range(points)], 0
    while "rising" in told(values, scale="count"):
        place = next(i for i in range(points - 1) if values[i] < values[i + 1])
        values[place], values[place + 1] = values[place + 1], values[place]
        undone += 1
    assert undone - 1 == pairs_against(points, 0.05)


def test_runs_are_so_long_that_chance_rarely_makes_one() -> None:
    assert [fewest_steps(n) for n in (3, 6, 7, 8, 26, 27, 36, 123, 124)] == [2, 2, 2, 3, 3, 4, 4, 4, 5]
    source = random.Random(20251123)
    for points in (6, 12, 36):
        steps, shuffled, seen = fewest_steps(points), list(range(points)), 0
        for _ in range(2000):
            source.shuffle(shuffled)
            falls = [shuffled[i + 1] < shuffled[i] for i in range(points - 1)]
            seen += sum(all(falls[i : i + steps]) for i in range(points - steps))
        assert seen / 2000 < 1


def test_the_most_important_come_first_and_few() -> None:
    course = Course([107, 85, 62, 75, 88, 100], limit=100)
    kinds = [fact.kind for fact in reading(course)]
    assert kinds == ["above", "decline_to_lowest", "recovery", "no_trend", "range"]
    assert len(facts(course)) > TOLD
    without = reading(course, without={"no_trend"})
    assert [fact.kind for fact in without] == ["above", "decline_to_lowest", "recovery", "range", "few_periods"]


def test_what_is_usual() -> None:
    assert hundredth([4000, 1.0, -300], "count") == 3
    assert hundredth([4000, 1.0], "percent") == 1
    assert hundredth([4000, 1.0], "rest") == 0


def test_of_what_is_left_of_two_figures_no_step_is_judged() -> None:
    """Zero-dose of 195 expected infants: 24 points of coverage are no hundredfold rise."""
    kinds = told([-0.5, 47, 79, 54, 33, 60], scale="rest", signed=True).keys()
    assert kinds == {"below_zero", "no_trend", "few_periods", "range", "ends"}


def test_a_step_is_told_once() -> None:
    found = told([70, 50, 72, 51, 140, 120, 101])  # it swings, and its largest step stands out
    assert found["rise"].places == (3, 4)
    assert found["variable_besides"].places == (1, 2)
    assert "variable" not in found


def test_an_infinite_value_is_refused() -> None:
    with pytest.raises(ValueError, match="infinite"):
        facts(Course([1, 2, float("inf")]))
