"""What a page says of a series of periods."""

import pytest
from django.utils.translation import override

from indicators.pages.trend_words import TESTS, complete_values, p_text, trend_of, trend_words
from indicators.rollup.readings import Reading
from indicators.trends import mann_kendall, several
from indicators.trends.mann_kendall import Trend
from indicators.trends.series import Refusal

SERIES = [20.0, 23, 31, 22, 25, 27, 33, 26, 27, 31, 39, 30, 33, 32, 41, 36]
"""Four years of quarters that rise, the third of each year the highest."""


@pytest.fixture(autouse=True)
def _english() -> object:
    with override("en"):
        yield


def quarter(value: float | None, *flags: str) -> Reading:
    return Reading(value, value, None, 3, 3, False, flags)


def test_no_trend_is_no_claim() -> None:
    words = trend_words([quarter(value) for value in (80, 82, 79, 83, 78, 81)], "quarter")
    assert words.sentence == "No trend can be claimed (Mann–Kendall original, n = 6, p = 1.000)."
    assert words.cautions[-1] == "With fewer than ten periods, p is rough."


@pytest.mark.parametrize(("step", "word"), [(1, "Rising"), (-1, "Falling")])
@pytest.mark.parametrize("frequency", ["month", "quarter", "year"])
def test_a_trend_names_its_test_and_slope(frequency: str, step: int, word: str) -> None:
    words = trend_words([quarter(50 + step * place) for place in range(12)], frequency)
    slope = f"{step}.00 per {frequency}"
    assert words.sentence == f"{word} trend (Mann–Kendall original, n = 12, p < 0.001; Sen slope {slope})."
    assert len(words.cautions) == 2


def test_an_incomplete_quarter_is_a_gap() -> None:
    quarters = [*(quarter(value) for value in (80, 81, 82, 83)), quarter(20, "incomplete"), quarter(None)]
    assert complete_values(quarters) == [80, 81, 82, 83, None, None]
    words = trend_words(quarters, "quarter")
    assert words.sentence == "A trend cannot be tested here: too few complete periods (n = 4)."
    assert words.cautions == ()


def test_quarters_all_alike() -> None:
    words = trend_words([quarter(0)] * 6, "quarter")
    assert words.sentence == "A trend cannot be tested here: all periods are the same (n = 6)."


def test_missing_reports_do_not_make_a_gap_but_are_said() -> None:
    quarters = [quarter(50 + place) for place in range(11)] + [quarter(61, "reports_missing")]
    words = trend_words(quarters, "quarter")
    assert "n = 12" in words.sentence
    assert words.cautions[-1] == "In 1 of the periods expected reports are missing; its value counts as it is."


def test_each_test_is_the_one_it_is_called() -> None:
    quarters = [quarter(value) for value in SERIES]
    direct = {
        "original": mann_kendall.original(SERIES),
        "hamed_rao": mann_kendall.hamed_rao(SERIES),
        "yue_wang": mann_kendall.yue_wang(SERIES, lags=1),
        "pre_whitened": mann_kendall.pre_whitened(SERIES),
        "trend_free_pre_whitened": mann_kendall.trend_free_pre_whitened(SERIES),
        "seasonal": mann_kendall.seasonal(SERIES, 4),
        "correlated_seasonal": several.correlated_seasonal(SERIES, 4),
    }
    assert {test: trend_of(quarters, "quarter", test) for test in TESTS} == direct
    with pytest.raises(ValueError, match="nothing"):
        trend_of(quarters, "quarter", "nothing")


def test_by_season_the_slope_is_per_year_whatever_the_periods() -> None:
    words = trend_words([quarter(value) for value in SERIES], "quarter", "seasonal")
    found = trend_of([quarter(value) for value in SERIES], "quarter", "seasonal")
    assert isinstance(found, Trend)
    assert f"Sen slope {found.slope:.2f} per year" in words.sentence
    assert words.sentence.startswith("Rising trend (Mann–Kendall by season, n = 16")


def test_years_have_no_seasons() -> None:
    years = [quarter(value) for value in SERIES]
    assert trend_of(years, "year", "seasonal") == Refusal("seasonal", "no_seasons", 16)
    words = trend_words(years, "year", "correlated_seasonal")
    assert words.sentence == "A year has no seasons within it: choose months or quarters for this test."


def test_a_correction_that_leaves_no_variance_is_said_to_not_fit() -> None:
    swinging = [quarter(10.0 + (-1) ** place * 5 + place * 0.01) for place in range(40)]
    found = trend_of(swinging, "month", "yue_wang")
    assert isinstance(found, Refusal)
    assert found.reason == "no_variance"
    assert "does not fit the series" in trend_words(swinging, "month", "yue_wang").sentence


@pytest.mark.parametrize(
    ("p", "text"), [(0.0004, "< 0.001"), (0.0499, "= 0.0499"), (0.0501, "= 0.0501"), (0.2, "= 0.200")]
)
def test_p_is_rounded_towards_neither_side(p: float, text: str) -> None:
    assert p_text(p) == text
