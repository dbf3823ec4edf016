"""Control charts against the textbook's and NIST's values, and what no chart may claim."""

from typing import Any

import numpy as np
import pytest

from indicators.trends.control_charts import ControlChart, p_chart, u_prime_chart, xmr
from indicators.trends.series import Refusal
from tests.trends.reference import needed, reference

STEADY = [4.0, 6.0] * 4


def chart(found: ControlChart | Refusal) -> ControlChart:
    assert isinstance(found, ControlChart), found
    return found


@needed
def test_montgomery() -> None:
    entry = reference("xmr_montgomery_ex_6_5")
    found, expected = chart(xmr(entry["x"], baseline=entry["limits_from_first"])), entry["source_test"]
    given = (found.centre, found.lower[0], found.upper[0], found.mean_range, found.range_limit)
    names = ("center", "lcl", "ucl", "mr_bar", "mr_ucl")
    assert given == pytest.approx(tuple(expected[name] for name in names), abs=1e-6)
    assert [place + 1 for place in found.beyond] == expected["signal_weeks"]


@needed
def test_nist() -> None:
    entry = reference("xmr_nist_flowrate")
    found, expected = chart(xmr(entry["x"])), entry["recomputed"]
    given = {"mean": found.centre, "mr_bar": found.mean_range, "ucl": found.upper[0], "lcl": found.lower[0]}
    assert given == pytest.approx(expected, rel=1e-9)


def test_a_moving_range_never_bridges_a_gap() -> None:
    found = chart(xmr([1, 2, 3, None, 103, 104, 105]))
    assert found.mean_range == 1
    assert np.isnan(found.upper[3])


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([1, 2, 3, 4, 5], "too_few"),
        ([1, None] * 6, "no_neighbours"),
        ([7] * 6, "no_spread"),
        ([], "too_few"),
        ([None] * 12, "too_few"),
    ],
)
def test_no_limits_without_grounds(values: list[Any], reason: str) -> None:
    found = xmr(values)
    assert isinstance(found, Refusal)
    assert (found.variant, found.reason) == ("xmr", reason)


def test_a_shift_needs_eight_and_ends_at_a_gap() -> None:
    assert chart(xmr([1] * 9 + [9, 0] + [9] * 8)).shift == (*range(9), *range(11, 19))
    assert chart(xmr([1] * 4 + [None] + [1] * 4 + [9, 9])).shift == ()
    assert chart(xmr([1] * 7 + [9])).shift == ()


def test_a_trend_needs_six_and_ends_at_a_tie() -> None:
    assert chart(xmr([1, 2, 3, 4, 5, 6, 0])).trend == (0, 1, 2, 3, 4, 5)
    assert chart(xmr([1, 2, 3, 4, 5, 5, 6])).trend == ()
    assert chart(xmr([9, 8, 7, None, 6, 5, 4])).trend == ()


def test_p_chart_sums_before_it_divides() -> None:
    sizes = [100, 200, 50, 100, 100, 100, None, 100]
    cases = [50, 100, 25, 45, 55, 95, 3, None]
    found = chart(p_chart(cases, sizes))
    assert found.centre == 370 / 650
    assert found.upper[1] - found.centre == pytest.approx(3 * (found.centre * (1 - found.centre) / 200) ** 0.5)
    assert found.beyond == (5,)
    assert found.points == 6
    assert found.mean_range is None


def test_p_limits_stay_between_none_and_all() -> None:
    found = chart(p_chart([0, 1, 0, 1, 0, 1], [2] * 6))
    assert (found.lower[0], found.upper[0]) == (0, 1)


def test_coverage_above_100_has_no_p_chart_but_a_u_prime_chart() -> None:
    doses, target = [110, 90, 95, 105, 100, 98], [100] * 6
    assert p_chart(doses, target) == Refusal("p", "over_one", 6)
    assert chart(u_prime_chart(doses, target)).variant == "u_prime"


def test_u_prime_against_plain_loops() -> None:
    x, n = [12.0, 30, None, 18, 25, 9, 14, 40], [100.0, 210, 90, 0, 160, 80, 120, 250]
    used = [(place, a, b) for place, (a, b) in enumerate(zip(x, n, strict=True)) if a is not None and b]
    rate = sum(a for _, a, _ in used) / sum(b for _, _, b in used)
    z = {place: (a / b - rate) / (rate / b) ** 0.5 for place, a, b in used}
    ranges = [abs(z[place] - z[place - 1]) for place in z if place - 1 in z]
    wide = sum(ranges) / len(ranges) / 1.128
    found = chart(u_prime_chart(x, n))
    assert found.upper[[place for place, _, _ in used]] == pytest.approx(
        [rate + 3 * (rate / b) ** 0.5 * wide for _, _, b in used]
    )
    assert np.isnan(found.upper[[2, 3]]).all()


def test_counts_that_cannot_be_charted() -> None:
    assert p_chart([0] * 6, [10] * 6) == Refusal("p", "zero_total", 6)
    assert p_chart([10] * 6, [10] * 6) == Refusal("p", "no_spread", 6)
    assert u_prime_chart([1] * 6, [10] * 6) == Refusal("u_prime", "no_spread", 6)
    assert u_prime_chart([1] * 5, [10] * 5) == Refusal("u_prime", "too_few", 5)
    with pytest.raises(ValueError, match="negative"):
        p_chart([-1] * 6, [10] * 6)
    with pytest.raises(ValueError, match="infinite"):
        xmr([*STEADY, float("inf")])
