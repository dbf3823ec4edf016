"""Control limits from before a change, sensitivity, and what the pages may load."""

import subprocess
import sys

import numpy as np
import pytest
from django.conf import settings

from research.linkage.methods.before_limits import spc
from research.linkage.methods.catalogue import METHODS
from research.linkage.methods.result import Refused, Result
from research.linkage.methods.sensitivity import variants
from tests.linkage.methods.panels import a_panel, a_series, staggered

BEFORE = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]  # NIST: limits 45.8159 and 55.8041


def test_limits_come_from_before_and_mark_what_came_after() -> None:
    found = spc(a_panel(a_series([*BEFORE, 50, 60, 44, 51])), {"change": 10})
    assert isinstance(found, Result)
    told = {one.name: one.value for one in found.diagnostics}
    assert (told["lower_limit"], told["upper_limit"]) == pytest.approx((45.8159, 55.8041), abs=1e-4)
    difference, beyond = found.estimates
    assert beyond.value == 2
    assert found.details["beyond"] == ["202012", "202101"]
    assert difference.value == pytest.approx((50 + 60 + 44 + 51) / 4 - np.mean(BEFORE))


def test_a_chart_of_rates_has_the_limits_of_its_targets_scaled() -> None:
    counts, of = [9.0, 14, 8, 12, 7, 11, 13, 30, 12, 9], [100.0, 120, 90, 110, 80, 100, 130, 100, 1000, 90]
    unit = a_series(counts)._replace(denominators=tuple(of))
    found = spc(a_panel(unit, factor=100), {"change": 7, "chart": "u_prime"})
    assert isinstance(found, Result)
    assert found.variant == "u_prime capev"
    x, n = np.array(counts), np.array(of)
    centre = x[:7].sum() / n[:7].sum()
    z = (x / n - centre) / np.sqrt(centre / n)
    width = 3 * np.sqrt(centre / n) * np.abs(np.diff(z[:7])).mean() / 1.128
    assert np.array(found.curves["upper"], dtype=float) == pytest.approx(100 * (centre + width))
    assert found.curves["counterfactual"][7] == pytest.approx(100 * centre)
    assert found.details["beyond"] == ["202008", "202009"]
    known = next(one.value for one in found.diagnostics if one.name == "upper_limit")
    assert known == pytest.approx(found.curves["upper"][7])
    negative = spc(a_panel(unit._replace(numerators=(-1.0, *counts[1:]))), {"change": 7, "chart": "u_prime"})
    assert isinstance(negative, Refused)
    assert negative.reason == "negative_counts"


def test_the_difference_is_one_of_sums_and_not_of_mean_rates() -> None:
    unit = a_series([9.0, 11, 10, 12, 8, 10, 30, 31, 29])._replace(denominators=(100.0,) * 6 + (100.0, 1000.0, 100.0))
    found = spc(a_panel(unit, factor=100), {"change": 6})
    assert isinstance(found, Result)
    assert found.estimates[0].value == pytest.approx(100 * 90 / 1200 - 10)


@pytest.mark.parametrize(
    ("values", "change", "reason"),
    [
        (BEFORE, 0, "change_outside"),
        (BEFORE, 5, "few_before"),
        ([*BEFORE, 50, 51], 10, "few_points"),
        ([50.0] * 14, 10, "no_spread"),
    ],
)
def test_what_no_chart_can_be_made_of_is_refused(values, change, reason) -> None:
    found = spc(a_panel(a_series(values)), {"change": change})
    assert isinstance(found, Refused)
    assert found.reason == reason


def test_each_variant_changes_one_thing() -> None:
    panel = staggered((8, 8, None, None, None), effect=6)
    flagged = panel.units[0]._replace(flagged=(True,) + (False,) * 23)
    panel = panel._replace(units=(flagged, *panel.units[1:]))
    found = dict(variants(panel, "did", {"seed": 1}))
    names = ["denominator_low", "denominator_high", "without_flagged", *(f"without_unit:u{at}" for at in range(5))]
    assert list(found) == names
    main = METHODS["did"].run(panel, {"seed": 1})
    assert isinstance(main, Result)
    low = found["denominator_low"]
    assert isinstance(low, Result)
    assert low.estimates[0].value == pytest.approx(main.estimates[0].value / 0.9)


def test_one_place_without_flags_has_only_its_denominator_to_vary() -> None:
    panel = a_panel(a_series([float(20 + at % 3) for at in range(20)]))
    assert [code for code, _found in variants(panel, "its_ols", {"change": 10})] == [
        "denominator_low",
        "denominator_high",
    ]


def test_no_page_loads_what_fits_models() -> None:
    """The web process imports every address of the site; what only workers need stays out of it."""
    asked = (
        "import django, sys; django.setup(); from django.urls import get_resolver; get_resolver().url_patterns;"
        "print([name for name in ('statsmodels', 'scipy', 'patsy') if name in sys.modules])"
    )
    environment = {"DJANGO_SETTINGS_MODULE": "capev_site.settings", "SECRET_KEY": "x", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, env=environment, cwd=settings.BASE_DIR
    )
    assert done.stdout.strip() == "[]", done.stderr[-2000:]
