from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.pages.scales import Scale, label_stride, nice_ticks, place

REASONABLE = st.floats(-1e9, 1e9, allow_nan=False)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 100, [0, 20, 40, 60, 80, 100]),
        (0, 155, [0, 50, 100, 150, 200]),
        (0, 0, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (-120, 340, [-200, -100, 0, 100, 200, 300, 400]),
    ],
)
def test_ticks_are_round_and_enclose_the_values(low: float, high: float, ticks: list[float]) -> None:
    assert nice_ticks(low, high) == ticks


@given(REASONABLE, REASONABLE)
def test_any_axis_encloses_its_values_with_few_ticks_at_one_distance(a: float, b: float) -> None:
    low, high = min(a, b), max(a, b)
    ticks = nice_ticks(low, high)
    step = ticks[1] - ticks[0]
    slack = 1e-6 * max(step, 1e-6)
    assert ticks[0] <= low + slack
    assert ticks[-1] >= high - slack
    assert 2 <= len(ticks) <= 8
    assert all(abs((after - before) - step) <= step * 1e-6 for before, after in pairwise(ticks))


@pytest.mark.parametrize(("low", "high"), [(1, 0), (float("nan"), 1), (0, float("inf"))])
def test_there_is_no_axis_for_impossible_bounds(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="no axis"):
        nice_ticks(low, high)


def test_a_scale_maps_its_ends_and_its_middle() -> None:
    y = Scale(0, 200, 300, 20)
    assert (y(0), y(100), y(200)) == (300, 160, 20)


def test_labels_are_thinned_to_what_fits() -> None:
    assert label_stride(["T1 2024"] * 6, 720) == 1
    assert label_stride(["janv. 2024"] * 54, 720) == 6
    assert label_stride([], 720) == 1


def test_coordinates_never_carry_a_decimal_comma() -> None:
    assert (place(12.0), place(12.54), place(-0.5)) == ("12", "12.5", "-0.5")
