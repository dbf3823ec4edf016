"""Every trend of the reference file, to the digits it gives."""

from collections.abc import Callable

import pytest

from indicators.trends import mann_kendall, several
from indicators.trends.mann_kendall import Trend
from indicators.trends.sen import Line, sen, sen_seasonal
from indicators.trends.series import Refusal, Values
from tests.trends.reference import needed, reference

ONE: dict[str, tuple[str, Callable[[Values], Trend | Refusal]]] = {
    "test_original_test": ("original", mann_kendall.original),
    "test_hamed_rao_modification_test": ("hamed_rao", mann_kendall.hamed_rao),
    "test_hamed_rao_modification_test_lag3": ("hamed_rao", lambda x: mann_kendall.hamed_rao(x, lags=3)),
    "test_yue_wang_modification_test": ("yue_wang", mann_kendall.yue_wang),
    "test_yue_wang_modification_test_lag1": ("yue_wang", lambda x: mann_kendall.yue_wang(x, lags=1)),
    "test_pre_whitening_modification_test": ("pre_whitened", mann_kendall.pre_whitened),
    "test_trend_free_pre_whitening_modification_test": (
        "trend_free_pre_whitened",
        mann_kendall.trend_free_pre_whitened,
    ),
    "test_seasonal_test": ("seasonal", mann_kendall.seasonal),
    "test_correlated_seasonal_test": ("correlated_seasonal", several.correlated_seasonal),
}
FIELDS = {"p": "p", "z": "z", "Tau": "tau", "s": "s", "var_s": "var_s", "slope": "slope", "intercept": "intercept"}
DIRECTIONS = {"no trend": "none", "increasing": "increasing", "decreasing": "decreasing"}


def agrees(found: Trend | Refusal, expected: dict[str, float | str]) -> None:
    assert isinstance(found, Trend)
    assert found.direction == DIRECTIONS[str(expected["trend"])]
    given = {FIELDS[name]: value for name, value in expected.items() if name in FIELDS}
    assert {name: getattr(found, name) for name in given} == pytest.approx(given, rel=1e-9, abs=1e-12)


@needed
@pytest.mark.parametrize("name", ONE)
def test_one_series(name: str) -> None:
    entry = reference("mann_kendall_1d")
    variant, test = ONE[name]
    found = test(entry["data"])
    agrees(found, entry["source_test"][name]["expected"])
    assert isinstance(found, Trend)
    assert found.variant == variant


@needed
def test_no_reference_of_one_series_is_left_out() -> None:
    assert set(reference("mann_kendall_1d")["source_test"]) == {*ONE, "test_sens_slope", "test_seasonal_sens_slope"}


@needed
def test_slopes() -> None:
    entry = reference("mann_kendall_1d")
    for name, line in (
        ("test_sens_slope", sen(entry["data"])),
        ("test_seasonal_sens_slope", sen_seasonal(entry["data"])),
    ):
        assert isinstance(line, Line)
        expected = entry["source_test"][name]["expected"]
        assert {"slope": line.slope, "intercept": line.intercept} == pytest.approx(expected, rel=1e-9)


@needed
def test_several_series() -> None:
    entry = reference("mann_kendall_2d")
    columns = list(zip(*entry["data"], strict=True))
    agrees(several.regional(columns), entry["source_test"]["test_regional_test"]["expected"])
    agrees(several.correlated(columns), entry["source_test"]["test_correlated_multivariate_test"]["expected"])
    agrees(several.partial(columns[0], columns[1]), entry["source_test"]["test_partial_test"]["expected"])
    assert len(entry["source_test"]) == 3
