"""Stock-outs and doses, coaching and an outcome, each place compared with itself."""

import numpy as np
import pytest

from research.linkage.methods.inputs import UnitSeries
from research.linkage.methods.result import Refused, Result
from research.linkage.methods.within_site import association, dose_response
from tests.linkage.methods.panels import a_panel, a_series


def result(found: Result | Refused) -> Result:
    assert isinstance(found, Result), found
    return found


def stocked(places: int = 12, per_day: float = 0.97, seed: int = 1, lag: int = 0):
    random = np.random.default_rng(seed)
    units = []
    for place in range(places):
        days = np.where(random.random(36) < 0.25, random.integers(1, 31, 36), 0).astype(float)
        felt = np.concatenate([np.zeros(lag), days[: 36 - lag]])
        mean = 50 * (1 + place) * per_day**felt * (1 + 0.2 * np.sin(2 * np.pi * np.arange(36) / 12))
        counts = tuple(float(one) for one in random.poisson(mean))
        units.append(UnitSeries(f"u{place}", counts, (1000.0 * (1 + place),) * 36, (), None, tuple(days)))
    return a_panel(*units)


@pytest.mark.parametrize("lag", [0, 1])
def test_a_known_ratio_is_found_at_its_lag(lag: int) -> None:
    found = result(association(stocked(lag=lag), {"lag": lag}))
    day, ten = found.estimates
    assert day.value == pytest.approx(0.97, abs=0.004)
    assert day.low is not None
    assert day.high is not None
    assert day.low < 0.97 < day.high
    assert ten.value == pytest.approx(day.value**10, rel=1e-9)
    elsewhere = result(association(stocked(lag=lag), {"lag": 3})).estimates[0]
    assert abs(elsewhere.value - 1) < 0.01


def test_conditioning_on_the_place_gives_the_same_as_the_conditional_likelihood() -> None:
    from statsmodels.discrete.conditional_models import ConditionalPoisson

    panel = stocked(places=5)
    found = result(association(panel._replace(seasons=(1,) * 36), {}))
    y = np.concatenate([one.numerators for one in panel.units]).astype(float)
    x = np.column_stack([
        np.concatenate([one.exposure for one in panel.units]).astype(float), np.tile(np.arange(36), 5) - 17.5,
    ])  # fmt: skip
    fit = ConditionalPoisson(y, x, groups=np.repeat(np.arange(5), 36)).fit(disp=0)
    assert found.estimates[0].value == pytest.approx(float(np.exp(fit.params[0])), rel=1e-4)


def test_a_large_place_that_is_often_out_is_compared_with_itself_only() -> None:
    """Between places more days out go with more doses; within each they go with fewer."""
    random = np.random.default_rng(4)
    units = []
    for place, (size, share) in enumerate([(20, 0.05), (40, 0.1), (400, 0.6), (500, 0.7), (30, 0.1), (450, 0.5)]):
        days = np.where(random.random(36) < share, 10.0, 0.0)
        counts = random.poisson(size * 0.95**days)
        units.append(UnitSeries(f"u{place}", tuple(map(float, counts)), (1000.0,) * 36, (), None, tuple(days)))
    panel = a_panel(*units)
    pooled_days = np.concatenate([one.exposure for one in units])
    pooled = np.concatenate([one.numerators for one in units])
    assert np.corrcoef(pooled_days, pooled)[0, 1] > 0.2
    assert result(association(panel, {})).estimates[0].value < 0.97


def test_a_dose_that_never_varies_within_a_place_is_refused() -> None:
    units = [a_series([20.0 + at] * 24, unit=f"u{at}", exposure=(float(at),) * 24) for at in range(4)]
    for method in (association, dose_response):
        found = method(a_panel(*units), {})
        assert isinstance(found, Refused)
        assert found.reason == "no_variation"


@pytest.mark.parametrize(
    ("units", "reason"),
    [
        ([a_series([3.0] * 24), a_series([4.0] * 24, unit="b")], "no_dose"),
        ([a_series([3.0] * 24, exposure=(1.0, 2.0) * 12)], "few_places"),
        ([a_series([0.0] * 24, unit=f"u{at}", exposure=(1.0, 2.0) * 12) for at in range(3)], "few_places"),
    ],
)
def test_too_little_to_compare_is_refused(units, reason) -> None:
    found = association(a_panel(*units), {})
    assert isinstance(found, Refused)
    assert found.reason == reason


def coached(per_visit: float, seed: int = 1):
    random = np.random.default_rng(seed)
    units = []
    for place in range(12):
        visits = random.integers(0, 4, 24).astype(float)
        values = 60 + 3 * place + per_visit * visits + random.normal(0, 2, 24)
        units.append(a_series(list(map(float, values)), unit=f"u{place}", exposure=tuple(visits)))
    return a_panel(*units)


def test_the_rise_with_each_visit_and_with_each_step_is_found() -> None:
    found = result(dose_response(coached(2.0), {}))
    names = {one.name: one for one in found.estimates}
    assert names["per_dose"].value == pytest.approx(2, abs=0.35)
    assert [names[f"dose_{level}"].value for level in (1, 2, 3)] == pytest.approx([2, 4, 6], abs=1)
    assert names["per_dose"].scale == "points_per_dose"


def test_without_an_effect_the_interval_holds_none_most_of_the_time() -> None:
    held = 0
    for seed in range(30):
        one = result(dose_response(coached(0, seed), {})).estimates[0]
        assert one.low is not None
        assert one.high is not None
        held += one.low < 0 < one.high
    assert held >= 25


def test_counts_of_minutes_make_no_steps() -> None:
    random = np.random.default_rng(1)
    units = [
        a_series(list(random.normal(50, 5, 24)), unit=f"u{at}", exposure=tuple(random.uniform(0, 90, 24)))
        for at in range(4)
    ]
    found = result(dose_response(a_panel(*units), {}))
    assert [one.name for one in found.estimates] == ["per_dose"]
    assert "few_clusters_within" in found.warnings
