"""Staggered difference-in-differences: known effects, honest p-values, and where two-way fixed effects would err."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from research.linkage.methods import staggered as module
from research.linkage.methods.result import Refused, Result
from research.linkage.methods.staggered import did, rearrangements
from tests.linkage.methods.panels import a_panel, a_series, staggered

STARTS = (8, 8, 12, 12, 16, 16, None, None, None, None, None, None)


def result(found: Result | Refused) -> Result:
    assert isinstance(found, Result), found
    return found


def slow_att(panel, base: int) -> float:
    """By loops over places and periods, from the definition."""
    total, weight = 0.0, 0
    units = panel.units
    for start in sorted({one.exposed_from for one in units if one.exposed_from is not None}):
        for period in range(start, len(panel.periods)):
            own = [one for one in units if one.exposed_from == start]
            others = [one for one in units if one.exposed_from is None or one.exposed_from > period]
            if not others:
                continue

            def change(one, start=start, period=period):
                before = one.numerators[start - base : start]
                return one.numerators[period] - sum(before) / len(before)

            effect = sum(map(change, own)) / len(own) - sum(map(change, others)) / len(others)
            total, weight = total + effect * len(own), weight + len(own)
    return total / weight


def test_a_known_effect_is_found_and_equals_the_slow_computation() -> None:
    panel = staggered(STARTS, effect=5)
    found = result(did(panel, {"base": 3, "seed": 1}))
    effect = found.estimates[0]
    assert effect.value == pytest.approx(slow_att(panel, 3), abs=1e-9)
    assert effect.value == pytest.approx(5, abs=1)
    assert effect.low is not None
    assert effect.high is not None
    assert effect.low < 5 < effect.high
    assert effect.p is not None
    assert effect.p < 0.01
    assert "pretrends" not in found.warnings


def test_effects_are_those_of_a_published_implementation() -> None:
    """diff-diff 3.13.0, CallawaySantAnna(control_group="not_yet_treated", base_period="universal"), no covariates.

    Its interval, from the influence function and normal quantiles, is 8.736 … 9.857: the jackknife's holds it.
    """
    found = result(did(staggered(STARTS, effect=5, grows=0.4), {"base": 1, "seed": 1}))
    att = found.estimates[0]
    assert att.value == pytest.approx(9.296450303709566, abs=1e-9)
    assert att.low is not None
    assert att.high is not None
    assert 8.4 < att.low < 8.736
    assert 9.857 < att.high < 10.2
    effect = {one["since"]: one["effect"] for one in found.details["event_time"]}
    theirs = {-16: 2.427843649, -8: 0.453877347, -2: 1.477513772, 0: 7.626110318, 7: 9.333776427, 15: 12.453711502}
    assert {since: effect[since] for since in theirs} == pytest.approx(theirs, abs=1e-8)


@given(st.integers(0, 500), st.floats(0.1, 20), st.floats(-30, 30))
@settings(max_examples=15, deadline=None)
def test_scale_and_shift_and_a_course_in_common_leave_the_effect(seed: int, scale: float, shift: float) -> None:
    panel = staggered((6, 6, 10, None, None), effect=4, number=18, seed=seed)
    common = np.random.default_rng(seed + 1).normal(0, 30, 18)
    moved = [
        one._replace(
            numerators=tuple(
                scale * (value or 0) + shift + at for value, at in zip(one.numerators, common, strict=True)
            )
        )
        for one in panel.units
    ]
    plain, other = (result(did(one, {"base": 2})).estimates[0] for one in (panel, panel._replace(units=tuple(moved))))
    assert other.value == pytest.approx(scale * plain.value, abs=1e-7 * (1 + scale))
    assert other.p == pytest.approx(plain.p)


def test_the_interval_holds_the_truth_about_as_often_as_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_EXACT", 0)
    monkeypatch.setattr(module, "DRAWS", 1)
    held = 0
    for seed in range(100):
        one = result(did(staggered(STARTS, effect=3, seed=seed), {"seed": 1})).estimates[0]
        assert one.low is not None
        assert one.high is not None
        held += one.low < 3 < one.high
    assert held >= 88


def test_where_effects_grow_two_way_fixed_effects_err_and_this_does_not() -> None:
    """Early starters are the regression's comparison for late ones; here nobody exposed is anybody's comparison."""
    starts = (4, 4, 4, 14, 14, 14, None)
    panel = staggered(starts, effect=0, grows=1.0, noise=0.1)
    truth = np.mean([at - start + 1 for start in starts if start is not None for at in range(start, 24)])
    ours = result(did(panel, {"base": 3})).estimates[0].value
    rates = np.array([one.numerators for one in panel.units], dtype=float)
    begun = np.array([[start is not None and at >= start for at in range(24)] for start in starts], dtype=float)
    demeaned = [rows - rows.mean(0) - rows.mean(1, keepdims=True) + rows.mean() for rows in (rates, begun)]
    regression = float((demeaned[0] * demeaned[1]).sum() / (demeaned[1] ** 2).sum())
    assert ours == pytest.approx(truth, abs=0.5)
    assert abs(regression - truth) > 3


def test_without_an_effect_small_p_values_are_as_rare_as_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn, few of them: the rarity does not hang on their number."""
    monkeypatch.setattr(module, "MOST_EXACT", 0)
    monkeypatch.setattr(module, "DRAWS", 99)
    tested = [
        result(did(staggered(STARTS[:6] + (None,) * 2, 0, seed=seed), {"seed": 1})).estimates[0].p for seed in range(40)
    ]
    assert sum(one is not None and one < 0.1 for one in tested) <= 10


def test_few_places_are_rearranged_exactly_and_said_to_be_few() -> None:
    found = result(did(staggered((6, 6, None, None, None), effect=8), {"seed": 1}))
    assert found.details["exact"]
    assert "few_clusters" in found.warnings
    assert found.estimates[0].p == pytest.approx(1 / 10)  # five places, two of them begin: no smaller p is possible


def test_courses_that_part_before_the_start_are_said() -> None:
    random = np.random.default_rng(2)
    units = []
    for at in range(12):
        drift = 1.5 if at < 5 else 0
        values = 40 + drift * np.arange(24) + random.normal(0, 0.5, 24)
        units.append(a_series(list(values), unit=f"u{at}", exposed_from=14 if at < 5 else None))
    found = result(did(a_panel(*units), {"seed": 1}))
    assert "pretrends" in found.warnings
    before = [one["effect"] for one in found.details["event_time"] if one["since"] < -3]
    assert before[0] < before[-1] < 0


@pytest.mark.parametrize(
    ("starts", "reason"),
    [
        ((None, None, None, None), "no_change_inside"),
        ((0, 0, None, None, None), "no_change_inside"),
        ((5, 5, 5, 5), "no_comparison"),
        ((5, None, None), "few_places"),
    ],
)
def test_what_cannot_be_compared_is_refused(starts, reason) -> None:
    found = did(staggered(starts, 3), {})
    assert isinstance(found, Refused)
    assert found.reason == reason


def test_drawn_rearrangements_are_the_same_for_the_same_seed() -> None:
    starts = np.array([4.0] * 6 + [8.0] * 6 + [np.inf] * 8)
    first, again = (rearrangements(starts, 5)[0] for _ in range(2))
    assert not rearrangements(starts, 5)[1]
    assert all((a == b).all() for a, b in zip(first, again, strict=True))
    assert (first[0] == starts).all()


def test_the_course_without_the_effect_lies_below_by_it() -> None:
    found = result(did(staggered(STARTS, effect=10, noise=0.2), {"seed": 1}))
    observed, without = found.curves["observed"], found.curves["counterfactual"]
    assert without[:8] == (None,) * 8
    assert observed[23] is not None
    assert without[23] is not None
    assert observed[23] - without[23] == pytest.approx(10, abs=1)
