"""The tests of one series and the screening of many, against plain loops; and what cannot be tested."""

from math import erf, sqrt
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.trends import mann_kendall, several
from indicators.trends.control_charts import ControlChart, xmr
from indicators.trends.mann_kendall import Trend
from indicators.trends.screening import screen
from indicators.trends.sen import Line, sen
from indicators.trends.series import Refusal
from tests.quality.one_by_one import modified_z

VARIANTS = (
    mann_kendall.original,
    mann_kendall.hamed_rao,
    mann_kendall.yue_wang,
    mann_kendall.pre_whitened,
    mann_kendall.trend_free_pre_whitened,
    mann_kendall.seasonal,
    several.correlated_seasonal,
)
Gappy = list[float | None]
doses = st.one_of(st.none(), st.integers(0, 12).map(float))
rows = st.lists(doses, max_size=30)
tables = st.integers(0, 16).flatmap(
    lambda width: st.lists(st.lists(doses, min_size=width, max_size=width), min_size=1, max_size=6)
)


def slow(values: Gappy) -> tuple[int, float, float | None]:
    """S, Var(S), Sen's slope."""
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    s, slopes = 0, []
    for index, (place, value) in enumerate(known):
        for later, after in known[index + 1 :]:
            s += (after > value) - (after < value)
            slopes.append((after - value) / (later - place))
    n = len(known)
    var_s = n * (n - 1) * (2 * n + 5)
    for value in {value for _, value in known}:
        t = sum(1 for _, other in known if other == value)
        var_s -= t * (t - 1) * (2 * t + 5)
    return s, var_s / 18, median(slopes) if slopes else None


@given(rows)
def test_original(values: Gappy) -> None:
    s, var_s, slope = slow(values)
    found = mann_kendall.original(values)
    n = len([value for value in values if value is not None])
    if n < 5:
        assert found == Refusal("original", "too_few", n)
    elif var_s == 0:
        assert found == Refusal("original", "all_ties", n)
    else:
        assert isinstance(found, Trend)
        z = (s - (s > 0) + (s < 0)) / sqrt(var_s)
        p = 1 - erf(abs(z) / sqrt(2))
        assert (found.s, found.var_s, found.slope) == pytest.approx((s, var_s, slope))
        assert (found.z, found.p) == pytest.approx((z, p), abs=1e-12)
        assert (found.direction == "none") == (p >= 0.05)


@given(rows)
def test_no_series_breaks_a_variant_and_each_names_itself(values: Gappy) -> None:
    for test in VARIANTS:
        found = test(values)
        assert found.variant == test.__name__
        if isinstance(found, Trend):
            assert 0 <= found.p <= 1
            assert abs(found.tau) <= 1
            assert found.var_s > 0


@given(rows)
def test_seasons_of_one_are_the_original_test(values: Gappy) -> None:
    one, other = mann_kendall.seasonal(values, period=1), mann_kendall.original(values)
    if isinstance(one, Refusal) or isinstance(other, Refusal):
        assert isinstance(one, Refusal)
        assert isinstance(other, Refusal)
        assert one[1:] == other[1:]
    else:
        assert (one.p, one.slope) == (other.p, other.slope)


@given(tables)
def test_screening_says_what_the_single_functions_say(table: list[Gappy]) -> None:
    matrix = np.array(table, dtype=float).reshape(len(table), -1)
    found = screen(matrix)
    for row, values in enumerate(table):
        trend, line, chart = mann_kendall.original(values), sen(values), xmr(values)
        assert found.refusal[row] == (trend.reason if isinstance(trend, Refusal) else "")
        if isinstance(trend, Trend):
            assert (found.s[row], found.var_s[row], found.z[row], found.p[row]) == pytest.approx(
                (trend.s, trend.var_s, trend.z, trend.p), rel=1e-9, abs=1e-12
            )
        else:
            assert np.isnan([found.s[row], found.var_s[row], found.z[row], found.p[row]]).all()
        slope = line.slope if isinstance(line, Line) else np.nan
        assert found.slope[row] == pytest.approx(slope, rel=1e-9, abs=1e-12, nan_ok=True)
        limits = (
            (chart.centre, np.nanmax(chart.lower), np.nanmax(chart.upper)) if isinstance(chart, ControlChart) else ()
        )
        expected = limits or (np.nan,) * 3
        assert (found.centre[row], found.lower[row], found.upper[row]) == pytest.approx(expected, nan_ok=True)
        _, z = modified_z([value for value in values if value is not None])
        reached = found.modified_z[row][~np.isnan(found.modified_z[row])].tolist()
        assert reached == pytest.approx(z)


def test_screening_takes_a_matrix_of_finite_values() -> None:
    with pytest.raises(ValueError, match="matrix"):
        screen(np.zeros(5))
    with pytest.raises(ValueError, match="finite"):
        screen(np.array([[1.0, np.inf]]))


def test_four_points_can_prove_nothing_and_five_can() -> None:
    assert mann_kendall.original([1, 2, 3, 4]) == Refusal("original", "too_few", 4)
    found = mann_kendall.original([1, 2, 3, 4, 5])
    assert isinstance(found, Trend)
    assert found.direction == "increasing"
    assert found.rough


def test_gaps_keep_their_place_in_time() -> None:
    assert sen([0, None, None, None, 4]) == Line("sen", 2, 1.0, 0.0)
    assert sen([3]) == Refusal("sen", "too_few", 1)


def test_several_series_refuse() -> None:
    rising = [float(place) for place in range(8)]
    other = [3.0, 1, 4, 1, 5, 9, 2, 6]
    assert several.partial(rising, rising) == Refusal("partial", "dependent", 8)
    assert several.partial(rising, [2.0] * 8) == Refusal("partial", "all_ties", 8)
    assert several.partial(rising[:4], other[:4]) == Refusal("partial", "too_few", 4)
    assert several.correlated([rising[:4], other[:4]]) == Refusal("correlated", "too_few", 4)
    assert several.correlated([[2.0] * 8, [3.0] * 8]) == Refusal("correlated", "all_ties", 8)
    assert several.regional([[2.0] * 8, [3.0] * 8]) == Refusal("regional", "all_ties", 16)
    with pytest.raises(ValueError, match="same periods"):
        several.regional([rising, other[:4]])


def test_bad_questions() -> None:
    with pytest.raises(ValueError, match="alpha"):
        mann_kendall.original([1, 2, 3, 4, 5, 6], alpha=1)
    with pytest.raises(ValueError, match="lag"):
        mann_kendall.hamed_rao([1, 2, 4, 3, 5, 6], lags=0)
    with pytest.raises(ValueError, match="season"):
        mann_kendall.seasonal([1, 2, 4, 3, 5, 6], period=0)
