"""What a page says of a series of quarters."""

import pytest
from django.utils.translation import override

from indicators.pages.trend_words import trend_words
from indicators.rollup.readings import Reading


@pytest.fixture(autouse=True)
def _english() -> object:
    with override("en"):
        yield


def quarter(value: float | None, *flags: str) -> Reading:
    return Reading(value, value, None, 3, 3, False, flags)


def test_no_trend_is_no_claim() -> None:
    words = trend_words([quarter(value) for value in (80, 82, 79, 83, 78, 81)])
    assert words.sentence == "No trend can be claimed (Mann–Kendall original, n = 6, p = 1.000)."
    assert words.cautions[1] == "With fewer than ten quarters, p is rough."


@pytest.mark.parametrize(("step", "word"), [(1, "Rising"), (-1, "Falling")])
def test_a_trend_names_its_test_and_slope(step: int, word: str) -> None:
    words = trend_words([quarter(50 + step * place) for place in range(12)])
    slope = f"{step}.00"
    assert words.sentence == f"{word} trend (Mann–Kendall original, n = 12, p < 0.001; Sen slope {slope} per quarter)."
    assert len(words.cautions) == 1


def test_an_incomplete_quarter_is_a_gap() -> None:
    words = trend_words([*(quarter(value) for value in (80, 81, 82, 83)), quarter(20, "incomplete"), quarter(None)])
    assert words.sentence == "A trend cannot be tested here: too few complete quarters (n = 4)."
    assert words.cautions == ()


def test_quarters_all_alike() -> None:
    words = trend_words([quarter(0)] * 6)
    assert words.sentence == "A trend cannot be tested here: all quarters are the same (n = 6)."
