"""What a result says in words: no more than its interval bears, in both languages."""

from typing import Any, NamedTuple

import pytest
from django.utils import translation

from research.linkage.methods.result import Estimate
from research.linkage.plans import code_words, words
from research.linkage.plans.models import Method, PlanVersion
from research.linkage.plans.option_words import method_use, threshold_help
from research.linkage.plans.scales import estimate_text, interval_text, p_text
from research.linkage.plans.thresholds import neutral, tells_from_none, verdict

pytestmark = pytest.mark.usefixtures("in_english")


class Interval(NamedTuple):
    low: float | None
    high: float | None
    value: float = 0.0
    scale: str = "points"


def an_estimate(value: float, low: float | None, high: float | None, scale: str = "points") -> Estimate:
    return Estimate("level", value, low, high, None, scale)


@pytest.mark.parametrize(
    ("low", "high", "threshold", "scale", "said"),
    [
        (6, 9, 5.0, "points", "reached"),
        (5, 9, 5.0, "points", "reached"),
        (1, 9, 5.0, "points", "open"),
        (1, 4, 5.0, "points", "missed"),
        (-9, -6, 5.0, "points", "missed"),
        (-9, -6, -5.0, "points", "reached"),
        (-9, 2, -5.0, "points", "open"),
        (-4, 2, -5.0, "points", "missed"),
        (0.7, 0.85, 0.9, "rate_ratio", "reached"),
        (0.85, 0.95, 0.9, "rate_ratio", "open"),
        (0.92, 1.1, 0.9, "rate_ratio", "missed"),
        (1.2, 1.4, 1.1, "rate_ratio", "reached"),
        (0.8, 1.2, 1.0, "rate_ratio", "no_direction"),
        (1, 4, 0.0, "points", "no_direction"),
        (None, 4, 5.0, "points", "no_interval"),
        (1, 4, None, "points", ""),
    ],
)
def test_an_interval_against_the_effect_that_would_matter(
    low: float, high: float, threshold: float | None, scale: str, said: str
) -> None:
    assert verdict(Interval(low, high, scale=scale), threshold) == said


def test_no_effect_is_one_for_ratios_and_zero_else() -> None:
    assert (neutral("rate_ratio"), neutral("points")) == (1, 0)
    assert tells_from_none(Interval(0.8, 0.95, scale="rate_ratio"))
    assert not tells_from_none(Interval(0.8, 1.05, scale="rate_ratio"))
    assert tells_from_none(Interval(None, None)) is None


def test_an_interval_that_holds_no_effect_claims_nothing() -> None:
    version = PlanVersion(outcome="dtp1_coverage")
    unclear = words.main_sentence(version, an_estimate(3, -1, 7), "percent")
    assert "neither a rise nor a fall can be claimed" in unclear
    assert "told apart" not in unclear
    assert "A rise, told apart" in words.main_sentence(version, an_estimate(3, 1, 7), "percent")
    assert "A fall, told apart" in words.main_sentence(version, an_estimate(0.9, 0.84, 0.95, "rate_ratio"), "doses")
    assert "chance is not ruled out" in words.main_sentence(version, an_estimate(3, None, None), "percent")


def test_the_variants_are_summed_up_by_direction_and_range() -> None:
    main = an_estimate(3, 1, 5)
    others = [an_estimate(2, 0, 4), an_estimate(-1, -3, 1), None]
    said = words.sensitivity_summary(main, others, "percent")
    assert said == "In 1 of 2 variants it points the same way; it lies between −1.00 points and +2.00 points."
    assert words.sensitivity_summary(main, [None], "percent") == ""


def test_numbers_stand_on_their_scale() -> None:
    assert estimate_text(-5.24, "points", "percent") == "−5.24 points"
    assert estimate_text(0.8944, "rate_ratio", "doses") == "×0.894"
    assert estimate_text(12.34, "points", "doses") == "+12.3 doses"
    assert estimate_text(3.0, "count", "doses") == "3"
    assert estimate_text(0.5, "points_per_period", "percent") == "+0.50 points per period"
    assert interval_text(an_estimate(1, 0.8392, 0.9532, "rate_ratio"), "doses") == "0.839 … 0.953"
    assert interval_text(an_estimate(1, None, None), "doses") == ""
    assert (p_text(0.0004), p_text(0.0321), p_text(None)) == ("< 0.001", "0.032", "")
    with translation.override("fr"):
        assert estimate_text(-5.24, "points", "percent") == "−5,24 points"


@pytest.mark.parametrize("method", Method.values)
def test_every_method_has_words(method: str) -> None:
    assert method_use(method)
    assert threshold_help(method)
    assert len(code_words.limits(method)) >= 2


def test_an_unknown_code_is_shown_as_it_is() -> None:
    for said in (code_words.warning, code_words.diagnostic_label, code_words.diagnostic_verdict, words.estimate_label):
        assert said("never_heard_of") == "never_heard_of"
    assert code_words.refusal("never_heard_of", {}) == "No result: never_heard_of"
    empty: dict[str, Any] = {}
    assert "No result" in code_words.refusal("few_points", empty)
