"""The screening of all series at once against the same made one by one by the published libraries."""

import warnings

import numpy as np
import pymannkendall
import pytest
import statsmodels.api as sm
from hypothesis import example, given, settings
from hypothesis import strategies as st

from research.linkage.methods.inputs import as_values
from research.linkage.methods.result import Refused, Result
from research.linkage.methods.segmented import its_ols
from research.linkage.methods.sides import newey_west_lags
from research.linkage.screening.rules import screen
from tests.linkage.methods.panels import a_panel, a_series


def random_series(seed: int, number: int = 60, months: int = 48):
    """Poisson counts of all sizes with gaps; the change of each."""
    chance = np.random.default_rng(seed)
    counts = chance.poisson(chance.uniform(1, 80, (number, 1)), (number, months)).astype(float)
    counts[chance.random(counts.shape) < 0.15] = np.nan
    return counts, chance.integers(6, months - 6, number)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_level_slope_errors_and_p_are_those_of_the_library(seed: int) -> None:
    counts, change = random_series(seed)
    found = screen(counts, change)
    time = np.arange(counts.shape[1], dtype=float)
    for at, (row, since) in enumerate(zip(counts, change, strict=True)):
        known = ~np.isnan(row)
        design = np.column_stack([np.ones(len(time)), time, time >= since, np.clip(time - since, 0, None)])[known]
        lags = newey_west_lags(int(known.sum()))
        fit = sm.OLS(row[known], design).fit(
            cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}, use_t=True
        )
        one = found.change
        told = [
            one.level[at],
            one.level_error[at],
            one.level_p[at],
            one.slope[at],
            one.slope_error[at],
            one.slope_p[at],
        ]
        theirs = [fit.params[2], fit.bse[2], fit.pvalues[2], fit.params[3], fit.bse[3], fit.pvalues[3]]
        assert told == pytest.approx(theirs, abs=1e-9, rel=1e-9)
        assert one.lags[at] == lags


def test_the_trend_is_that_of_the_library() -> None:
    counts, change = random_series(4)
    found = screen(counts, change).trend
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        theirs = [pymannkendall.original_test(row[~np.isnan(row)]) for row in counts]
    assert found.s == pytest.approx([one.s for one in theirs])
    assert found.p == pytest.approx([one.p for one in theirs], abs=1e-9)


@settings(max_examples=40, deadline=None)
@example(287, 3)  # a side without a spread: its error is rounding, of either sign
@example(1, 6)
@given(st.integers(0, 10_000), st.integers(-1, 20))
def test_a_series_says_the_same_alone_and_among_others_and_refuses_as_the_single_method(seed: int, change: int) -> None:
    chance = np.random.default_rng(seed)
    counts = chance.poisson(chance.choice([0, 2, 20]), (5, 18)).astype(float)
    counts[chance.random(counts.shape) < chance.choice([0, 0.5])] = np.nan
    found = screen(counts, change).change
    for at, row in enumerate(counts):
        single = its_ols(a_panel(a_series(list(as_values(row)))), {"change": change})
        if isinstance(single, Refused):
            assert found.refusal[at] == single.reason
            assert np.isnan([found.level[at], found.level_p[at], found.slope[at], found.level_q[at]]).all()
        else:
            assert isinstance(single, Result)
            assert found.refusal[at] == ""
            assert found.level[at] == pytest.approx(single.estimates[0].value, abs=1e-8)
            told = single.estimates[0].p
            assert np.isnan(found.level_p[at]) if told is None else found.level_p[at] == pytest.approx(told, abs=1e-8)
            alone = screen(row[None], change).change
            assert alone.level[0] == pytest.approx(found.level[at], abs=1e-10)


def test_among_many_series_without_a_change_hardly_one_is_told() -> None:
    """By p alone one in twenty would be; the rate of false discoveries keeps them out, and keeps a true change in."""
    chance = np.random.default_rng(8)
    series = chance.normal(50, 3, (2_000, 60))
    series[0, 30:] += 15
    found = screen(series, 30).change
    assert (found.level_p < 0.05).mean() > 0.04
    assert (found.level_q[1:] < 0.05).mean() < 0.01
    assert found.level_q[0] < 0.05


@pytest.mark.parametrize("matrix", [[1.0, 2.0], [[1.0, np.inf] * 6]])
def test_what_is_no_matrix_of_finite_values_is_an_error(matrix) -> None:
    with pytest.raises(ValueError, match="matrix of finite values"):
        screen(np.array(matrix), 5)
