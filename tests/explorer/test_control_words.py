"""Which values of a series of readings stand out, by which chart, and why there are no limits."""

import pytest
from django.utils.translation import override

from indicators.pages.control_words import CHARTS, Limits, limits, refusal_text, rules_text
from indicators.registry.definitions import definition
from indicators.rollup.readings import Reading
from indicators.trends.control_charts import p_chart, u_prime_chart, xmr
from indicators.trends.series import Refusal

COVERAGE, DOSES, DROPOUT = (definition(code) for code in ("dtp1_coverage", "dtp1_doses", "dropout_dtp1_dtp3"))
COUNTS = [12.0, 14, 11, 13, 12, 14, 13, 40, 12, 13]


@pytest.fixture(autouse=True)
def _english() -> object:
    with override("en"):
        yield


def counts(values: list[float | None], *flags: str) -> list[Reading]:
    return [Reading(value, value, None, 3, 3, False, flags) for value in values]


def ratios(numerators: list[float], denominators: list[float]) -> list[Reading]:
    return [Reading(100 * x / n, x, n, 3, 3, False, ()) for x, n in zip(numerators, denominators, strict=True)]


def drawn(found: Limits | Refusal) -> Limits:
    assert isinstance(found, Limits)
    return found


def test_counts_are_drawn_as_single_values_with_moving_ranges() -> None:
    found, direct = drawn(limits(counts([*COUNTS]), DOSES)), xmr(COUNTS)
    assert not isinstance(direct, Refusal)
    assert (found.chart, found.points, found.centre) == ("xmr", 10, direct.centre)
    assert [limit.upper for limit in found.periods] == direct.upper.tolist()
    assert [limit.moved for limit in found.periods[:3]] == [None, 2, 3]
    assert found.most_moved == direct.range_limit
    assert found.signals == [7]
    assert found.periods[7].words == "beyond a limit"
    assert (found.breaking("beyond"), found.breaking("shift")) == (1, 0)


def test_ratios_get_limits_that_follow_their_denominators_in_the_unit_of_the_indicator() -> None:
    x, n = [8.0, 21, 9, 17, 30, 11, 14, 10], [10.0, 20, 12, 18, 32, 12, 15, 14]
    found, direct = drawn(limits(ratios(x, n), COVERAGE)), u_prime_chart(x, n)
    assert not isinstance(direct, Refusal)
    assert found.chart == "u_prime"
    assert found.centre == pytest.approx(100 * sum(x) / sum(n))
    assert [limit.upper for limit in found.periods] == pytest.approx((100 * direct.upper).tolist())
    assert len({limit.upper for limit in found.periods}) > 1
    assert found.most_moved is None
    below = [min(a, b) for a, b in zip(x, n, strict=True)]
    proportions, plain = drawn(limits(ratios(below, n), COVERAGE, "p")), p_chart(below, n)
    assert not isinstance(plain, Refusal)
    assert [limit.lower for limit in proportions.periods] == pytest.approx((100 * plain.lower).tolist())


def test_an_incomplete_period_is_a_gap_and_not_a_signal() -> None:
    readings = counts([12, 14, 11, 13, 12, 14, 13])
    readings[3] = Reading(1, 1, None, 1, 3, False, ("incomplete",))
    found = drawn(limits(readings, DOSES))
    assert found.points == 6
    gap = found.periods[3]
    assert (gap.value, gap.lower, gap.centre, gap.upper, gap.rules) == (None, None, None, None, ())
    assert found.signals == []


@pytest.mark.parametrize(
    ("readings", "code", "chart", "sentence"),
    [
        (counts([1, 2, 3, None, 4, 5]), "dtp1_doses", "usual", "too few complete periods (n = 5)"),
        (counts([5] * 8), "dtp1_doses", "usual", "never differ from one to the next (n = 8)"),
        (counts([1, None] * 6), "dtp1_doses", "usual", "no two neighbouring periods are complete (n = 6)"),
        (counts([1, 2] * 4), "dtp1_doses", "p", "for ratios, and the indicator is a count"),
        (ratios([11.0] * 8, [10.0] * 8), "dtp1_coverage", "p", "a numerator is larger than its denominator"),
        (ratios([0.0] * 8, [10.0] * 8), "dtp1_coverage", "usual", "nothing but zeros was reported"),
        (ratios([1, -1] * 4, [10.0] * 8), "dropout_dtp1_dtp3", "usual", "a numerator is below zero"),
    ],
)
def test_why_there_are_no_limits_is_said(readings: list[Reading], code: str, chart: str, sentence: str) -> None:
    found = limits(readings, definition(code), chart)
    assert isinstance(found, Refusal)
    assert sentence in refusal_text(found)


def test_what_a_ratio_below_zero_cannot_have_single_values_can() -> None:
    assert limits(ratios([1, -1, 2, 3] * 2, [10.0] * 8), DROPOUT, "xmr") == drawn(
        limits(counts([10, -10, 20, 30] * 2), DROPOUT, "xmr")
    )


def test_the_rules_are_named() -> None:
    assert "8 values in a row on one side of the centre; 6 in a row" in rules_text()
    assert set(CHARTS) == {"xmr", "u_prime", "p"}
