"""Outlier scores against a slow second computation, and the tests that could detect nothing here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.quality.outliers import CannotTest, Scores, largest_possible_z, modified_z, reaches, z_scores

doses = st.lists(st.integers(0, 500).map(float), min_size=1, max_size=30)


def slow_median(values: list[float]) -> float:
    ranked = sorted(values)
    middle = len(ranked) // 2
    return ranked[middle] if len(ranked) % 2 else (ranked[middle - 1] + ranked[middle]) / 2


@given(doses)
def test_modified_z_against_plain_loops(values: list[float]) -> None:
    found = modified_z(values)
    centre = slow_median(values)
    spread = slow_median([abs(value - centre) for value in values])
    if len(values) < 6:
        assert found == CannotTest("too_few")
    elif spread == 0:
        assert found == CannotTest("mad_zero")
    else:
        assert isinstance(found, Scores)
        assert found.centre == centre
        assert found.scores == pytest.approx([0.6745 * (value - centre) / spread for value in values], abs=1e-12)


@given(doses)
def test_z_against_plain_loops_and_never_beyond_its_bound(values: list[float]) -> None:
    found = z_scores(values, 2)
    if len(values) < 5:
        assert found == CannotTest("too_few")
    elif len(set(values)) == 1:
        assert found == CannotTest("no_spread")
    else:
        mean = sum(values) / len(values)
        spread = (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5
        assert isinstance(found, Scores)
        assert found.scores == pytest.approx([(value - mean) / spread for value in values], rel=1e-9, abs=1e-9)
        assert all(abs(score) <= largest_possible_z(len(values)) + 1e-9 for score in found.scores)


def test_the_bound_is_the_root_of_n_minus_one() -> None:
    assert [round(largest_possible_z(n), 2) for n in (0, 1, 6, 8, 10)] == [0, 0, 2.24, 2.65, 3.0]


def test_one_spike_among_equals_is_beyond_modified_z_and_said_so() -> None:
    assert modified_z([10.0] * 7 + [500.0]) == CannotTest("mad_zero")


def test_six_quarters_can_never_reach_three_but_ten_months_can() -> None:
    assert z_scores([10.0] * 5 + [5000.0], 3) == CannotTest("too_few")
    assert z_scores([10.0] * 8 + [5000.0], 3) == CannotTest("too_few")
    found = z_scores([10.0] * 9 + [5000.0], 3)
    assert isinstance(found, Scores)
    assert reaches(found.scores[-1], 3)
    assert not reaches(found.scores[0], 3)
