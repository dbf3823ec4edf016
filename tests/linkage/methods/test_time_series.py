"""Interrupted time series against a published analysis, a second computation and known truths."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from research.linkage.methods.counts import its_quasipoisson
from research.linkage.methods.inputs import Panel, UnitSeries
from research.linkage.methods.result import Refused, Result, as_json, from_json
from research.linkage.methods.segmented import its_ols
from research.linkage.methods.sides import newey_west_lags
from tests.linkage.methods.panels import a_panel, a_series

REFERENCE = Path(__file__).resolve().parents[4] / "shared/data/stats_reference.json"


def result(found: Result | Refused) -> Result:
    assert isinstance(found, Result), found
    return found


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference series are not in this clone (../shared/data)")
def test_the_smoking_ban_in_sicily_is_as_published_and_as_recomputed() -> None:
    given_ = json.loads(REFERENCE.read_text())["its_sicily_smoking_ban"]
    rows = [dict(zip(given_["columns"], row, strict=True)) for row in given_["rows"]]
    unit = UnitSeries("Sicily", tuple(row["aces"] for row in rows), tuple(row["stdpop"] for row in rows))
    periods = tuple(f"{row['year']:.0f}{row['month']:02.0f}" for row in rows)
    panel = Panel(periods, tuple(int(row["month"]) for row in rows), 12, 100_000, (unit,))
    change = next(at for at, row in enumerate(rows) if row["smokban"])
    found = result(its_quasipoisson(panel, {"change": change}))
    level = found.estimates[0]
    ratio, low, high = given_["recomputed"]["quasipoisson"]
    assert (level.value, level.low, level.high) == pytest.approx((ratio, low, high), abs=5e-5)
    assert level.value == pytest.approx(given_["published"]["RR_smokban"], abs=1e-3)
    poisson = given_["recomputed"]["poisson"]  # the same fit with errors as if only by chance
    narrower = np.log([low, high]) - np.log(ratio)
    assert ratio * np.exp(narrower / np.sqrt(given_["recomputed"]["dispersion"])) == pytest.approx(
        poisson[1:], abs=2e-4
    )
    dispersion = next(one.value for one in found.diagnostics if one.name == "dispersion")
    assert dispersion == pytest.approx(given_["recomputed"]["dispersion"], abs=5e-5)
    assert "overdispersion" in found.warnings


def test_a_jump_and_a_bend_are_found_where_they_were_put() -> None:
    random = np.random.default_rng(3)
    time = np.arange(48)
    values = 40 + 0.5 * time + 6 * (time >= 24) + 0.3 * np.clip(time - 24, 0, None) + random.normal(0, 1, 48)
    found = result(its_ols(a_panel(a_series(list(values))), {"change": 24}))
    level, slope, before = found.estimates
    assert level.low is not None
    assert level.high is not None
    assert level.low < 6 < level.high
    assert slope.value == pytest.approx(0.3, abs=0.12)
    assert before.value == pytest.approx(0.5, abs=0.08)
    assert found.curves["counterfactual"][:24] == (None,) * 24
    assert found.curves["counterfactual"][24] == pytest.approx(52, abs=1.5)


def test_newey_west_errors_are_those_of_the_formula_written_out() -> None:
    """Bartlett weights over the lags, by loops; Wooldridge's small-sample factor n ÷ (n − k)."""
    random = np.random.default_rng(5)
    time, lags = np.arange(30), 3
    values = 10 + 0.2 * time + 2 * (time >= 12) + np.cumsum(random.normal(0, 0.7, 30))
    found = result(its_ols(a_panel(a_series(list(values))), {"change": 12, "hac_lags": lags}))
    x = np.column_stack([np.ones(30), time, time >= 12, np.clip(time - 12, 0, None)]).astype(float)
    inverse = np.linalg.inv(x.T @ x)
    residuals = values - x @ (inverse @ x.T @ values)
    meat = np.zeros((4, 4))
    for i in range(30):
        for j in range(30):
            if abs(i - j) <= lags:
                weight = 1 - abs(i - j) / (lags + 1)
                meat += weight * residuals[i] * residuals[j] * np.outer(x[i], x[j])
    errors = np.sqrt(np.diag(inverse @ meat @ inverse) * 30 / 26)
    from scipy.stats import t

    for at, one in ((2, found.estimates[0]), (3, found.estimates[1])):
        assert one.low is not None
        assert one.high is not None
        assert one.high - one.low == pytest.approx(2 * t.ppf(0.975, 26) * errors[at], rel=1e-9)


def test_several_places_are_summed_and_a_period_in_which_one_is_missing_is_a_gap() -> None:
    one = a_series([10, 20, 30, None, 50, 60, 70, 80], of=100)
    other = a_series([1, 2, 3, 4, 5, 6, 7, 8], of=1000, unit="b")
    found = result(its_ols(a_panel(one, other, factor=100), {"change": 5}))
    assert found.curves["observed"][0] == pytest.approx(100 * 11 / 1100)
    assert found.curves["observed"][3] is None
    assert set(found.warnings) >= {"gaps", "few_points"}


@pytest.mark.parametrize("method", [its_ols, its_quasipoisson])
@pytest.mark.parametrize(
    ("values", "change", "reason"),
    [
        ([1.0] * 20, 0, "change_outside"),
        ([1.0] * 20, 20, "change_outside"),
        ([1.0] * 20, None, "change_outside"),
        ([5.0, 6, 7, 5, 6, 7, 5, 6, 7, 5], 2, "few_points"),
        ([5.0, 6, 7, 5, 6, 7, 5, None, 7, 5], 7, "few_points"),
        ([0.0] * 20, 10, "all_zero"),
        ([7.0] * 20, 10, "no_spread"),
        ([None] * 20, 10, "few_points"),
    ],
)
def test_what_the_data_cannot_bear_is_refused(method, values, change, reason) -> None:
    found = method(a_panel(a_series(values)), {"change": change})
    assert isinstance(found, Refused)
    assert found.reason == reason


def test_a_place_that_never_reported_is_not_one_without_a_denominator() -> None:
    silent = a_series([None] * 20, of=100, unit="b")
    found = its_ols(a_panel(a_series([5.0, 6] * 10, of=100), silent), {"change": 10})
    assert isinstance(found, Refused)
    assert (found.reason, found.detail) == ("few_points", {"before": 0, "after": 0})


def test_without_a_denominator_there_is_no_rate() -> None:
    unit = UnitSeries("a", (5.0,) * 20, (None,) * 20)
    for method in (its_ols, its_quasipoisson):
        found = method(a_panel(unit), {"change": 10})
        assert isinstance(found, Refused)
        assert found.reason == "no_denominator"


def test_autocorrelated_residuals_are_said() -> None:
    random = np.random.default_rng(7)
    values = np.zeros(60)
    for at in range(1, 60):
        values[at] = 0.85 * values[at - 1] + random.normal()
    found = result(its_ols(a_panel(a_series(list(50 + values))), {"change": 30}))
    assert "autocorrelation" in found.warnings
    assert next(one.verdict for one in found.diagnostics if one.name == "ljung_box") == "doubtful"


def test_seasons_are_taken_out_by_waves() -> None:
    random = np.random.default_rng(11)
    month = np.arange(60) % 12
    counts = random.poisson(200 * np.exp(0.5 * np.sin(2 * np.pi * (month + 1) / 12))).astype(float)
    panel = a_panel(a_series(list(counts), of=1000))
    plain, seasonal = (result(its_quasipoisson(panel, {"change": 33, "fourier": pairs})) for pairs in (0, 1))
    widths = [one.estimates[0].high - one.estimates[0].low for one in (plain, seasonal)]  # type: ignore[operator]
    assert widths[1] < widths[0] / 2
    assert abs(seasonal.estimates[0].value - 1) < 0.1


@given(st.integers(0, 1000), st.floats(0.1, 50), st.floats(-20, 20))
def test_scaling_scales_and_shifting_leaves_the_change(seed: int, scale: float, shift: float) -> None:
    values = np.random.default_rng(seed).normal(30, 4, 24)
    plain, moved = (
        result(its_ols(a_panel(a_series(list(rows))), {"change": 12})).estimates[0]
        for rows in (values, scale * values + shift)
    )
    assert moved.value == pytest.approx(scale * plain.value, rel=1e-6, abs=1e-6 * scale)
    assert moved.p == pytest.approx(plain.p, rel=1e-5, abs=1e-9)


def test_an_answer_is_kept_and_read_again_as_it_was() -> None:
    found = result(its_ols(a_panel(a_series([1.0, 3, 2, 4, 3, 5, 9, 8, 9, 10])), {"change": 5}))
    kept = json.loads(json.dumps(as_json(found), allow_nan=False))
    assert from_json(kept) == found
    refused = Refused("did", "no_comparison", {"already": []})
    assert from_json(json.loads(json.dumps(as_json(refused)))) == refused


def test_lags_follow_the_usual_plug_in() -> None:
    assert [newey_west_lags(points) for points in (6, 24, 60, 100, 200)] == [2, 2, 3, 4, 4]


@pytest.mark.filterwarnings("error")
def test_an_error_of_rounding_alone_gives_no_interval() -> None:
    """Before the change every value is 2: least squares gives the slope an error of 1e-17, of either sign."""
    values = [2.0, None, None, 2, 2, None, None, None, None, 2, None, None, 3, 5, 1, 4, 2]
    found = its_ols(a_panel(a_series(values)), {"change": 12})
    assert isinstance(found, Result)
    level, slope, before = found.estimates
    assert (before.low, before.high, before.p) == (None, None, None)
    assert "exact_fit" in found.warnings
    assert None not in (level.low, level.high, level.p, slope.low, slope.high, slope.p)
