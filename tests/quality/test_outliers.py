"""Outlier scores against a slow second computation, and the tests that could detect nothing here."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.quality.outliers import largest_possible_z, modified_z, reaches, z_scores
from tests.quality import one_by_one

series = st.integers(1, 24).flatmap(
    lambda months: st.lists(
        st.lists(st.none() | st.integers(0, 500).map(float), min_size=months, max_size=months), min_size=1, max_size=5
    )
)


def table(rows: list[list[float | None]]) -> np.ndarray:
    return np.array([[np.nan if value is None else value for value in row] for row in rows], np.float64)


@given(series)
def test_modified_z_against_plain_loops(rows: list[list[float | None]]) -> None:
    found = modified_z(table(rows))
    for row, reason, scores in zip(rows, found.reason, found.scores, strict=True):
        why, wanted = one_by_one.modified_z([value for value in row if value is not None])
        assert reason == why
        assert scores[~np.isnan(scores)] == pytest.approx(wanted, abs=1e-12)
        assert not why or np.isnan(scores).all()


@given(series, st.sampled_from([2.0, 3.0]))
def test_z_against_plain_loops_and_never_beyond_its_bound(rows: list[list[float | None]], threshold: float) -> None:
    found = z_scores(table(rows), threshold)
    for row, reason, scores in zip(rows, found.reason, found.scores, strict=True):
        values = [value for value in row if value is not None]
        why, wanted = one_by_one.z_scores(values, threshold)
        assert reason == why
        assert scores[~np.isnan(scores)] == pytest.approx(wanted, rel=1e-9, abs=1e-9)
        assert (np.abs(scores[~np.isnan(scores)]) <= largest_possible_z(len(values)) + 1e-9).all()


def test_the_bound_is_the_root_of_n_minus_one() -> None:
    assert [round(largest_possible_z(n), 2) for n in (0, 1, 6, 8, 10)] == [0, 0, 2.24, 2.65, 3.0]


def test_one_spike_among_equals_is_beyond_modified_z_and_said_so() -> None:
    assert modified_z(np.array([[10.0] * 7 + [500.0]])).reason.tolist() == ["mad_zero"]


def test_six_quarters_can_never_reach_three_but_ten_months_can() -> None:
    for months in (6, 9):
        assert z_scores(np.array([[10.0] * (months - 1) + [5000.0]]), 3).reason.tolist() == ["too_few"]
    found = z_scores(np.array([[10.0] * 9 + [5000.0]]), 3)
    assert reaches(found.scores, 3).tolist() == [[False] * 9 + [True]]


def test_a_place_that_reported_nothing_is_no_error() -> None:
    nothing = np.full((2, 12), np.nan)
    assert modified_z(nothing).reason.tolist() == ["too_few"] * 2
    assert z_scores(nothing, 3).reason.tolist() == ["too_few"] * 2
