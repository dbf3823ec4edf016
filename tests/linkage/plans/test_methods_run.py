"""Each method from plan to page: computed by the run, told in words; and none of it in the web process."""

import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from research.linkage import methods
from research.linkage.methods.catalogue import METHODS
from research.linkage.plans import code_words, run
from research.linkage.plans.models import AnalysisRun, Method
from research.linkage.plans.option_words import option_label
from research.linkage.plans.reading import Whole, read_whole
from research.linkage.plans.words import estimate_label
from tests.builders import an_evaluation
from tests.linkage.plans.plans import a_locked, a_plan, doses, sites, somebody

pytestmark = pytest.mark.usefixtures("in_english")
SOURCES = "\n".join(path.read_text() for path in sorted(Path(methods.__file__).parent.glob("*.py")))


def computed(places: Sequence[Any], **more: Any) -> tuple[AnalysisRun, Whole]:
    by = somebody()
    asked = run.ask(a_locked(by, places, a_plan(by, an_evaluation()), **more), by=by)
    assert run.run(asked.pk)
    asked.refresh_from_db()
    return asked, read_whole(AnalysisRun.objects.get(pk=asked.pk))


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "ring", lambda *_told: None)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["its_ols", "its_quasipoisson", "spc"])
def test_one_series_with_a_date(method: str) -> None:
    places = sites(2)
    doses(places, lambda place, at: 40.0 + at % 3 + (15 if at >= 12 else 0))
    asked, read = computed(
        places, method=method, threshold=1.1 if "poisson" in method else 10.0, threshold_why="Un dixième."
    )
    assert not read.short.refused
    assert read.chart is not None
    assert len(read.chart.labels) == 24
    assert "The change counts from Jan 2025 on." in read.details
    without = [one["code"] for one in asked.sensitivity]
    assert without == [f"without_unit:{place.uid}" for place in sorted(places, key=lambda one: one.path)]
    if method != "spc":
        assert "The whole interval reaches the effect that would matter" in read.threshold


@pytest.mark.django_db
def test_staggered_beginnings_with_their_courses_before() -> None:
    places = sites(5, begin=[date(2025, 1, 1), date(2025, 1, 1), date(2025, 5, 1), None, None])
    since = {places[0].pk: 12, places[1].pk: 12, places[2].pk: 16}
    doses(places, lambda place, at: 40.0 + at % 3 + place.pk % 5 + (10 if at >= since.get(place.pk, 99) else 0))
    asked, read = computed(places, method="did", exposure="stages", changed_on=None, threshold=5.0, threshold_why="Un.")
    assert read.short.estimate.startswith("+10.0 ")
    assert {one.since[0] for one in read.event_times} == {"−", "0", "+"}
    assert "Fewer than ten places" in " ".join(read.warnings)
    assert asked.manifest["seed"] == METHODS["did"].options[-1].default


@pytest.mark.django_db
def test_a_series_method_refuses_several_beginnings() -> None:
    places = sites(2, begin=[date(2025, 1, 1), date(2025, 5, 1)])
    doses(places)
    asked, read = computed(places, exposure="stages", changed_on=None)
    assert asked.result["kind"] == "refused"  # type: ignore[index]
    assert asked.sensitivity == []
    assert read.sentences[0].startswith("No result: the studied places began at different times")
    assert (read.estimates, read.chart) == ((), None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "concept", "dose"),
    [("association", "STOCK_DAYS_OUT", "days_out_of_stock"), ("dose_response", "COACH_VISITS_DONE", "visits_done")],
)
def test_a_dose_within_sites(method: str, concept: str, dose: str) -> None:
    places = sites(4)
    amount = {(place.pk, at): float((at * 7 + place.pk * 3) % 4) for place in places for at in range(24)}
    sign = -2 if method == "association" else 2
    doses(places, lambda place, at: 60.0 + place.pk % 5 + sign * amount[place.pk, at])
    doses(places, lambda place, at: amount[place.pk, at], concept)
    _asked, read = computed(places, method=method, exposure="indicator", dose=dose, changed_on=None)
    assert not read.short.refused
    assert ("A fall" if method == "association" else "A rise") in read.short.sentence
    assert read.chart is None


@pytest.mark.django_db
def test_the_target_is_varied_where_there_is_one_only() -> None:
    places = sites(1)
    doses(places)
    asked, _read = computed(places)
    assert asked.sensitivity == []
    rate, read = computed(places, outcome="dtp1_coverage", rival="dtp1_coverage_days")
    assert rate.result["kind"] == "refused"  # type: ignore[index]  # no target is known
    assert "no denominator" in read.sentences[0] or "too few" in read.sentences[0]


def test_every_code_of_the_methods_has_words() -> None:
    said: dict[str, tuple[Any, set[str]]] = {
        "refusals": (
            lambda code: code_words.refusal(code, {}),
            _codes(r'Refused\(\s*(?:\w+|"\w+"), "(\w+)"') | {"several_starts", "few_before"},
        ),
        "diagnostics": (code_words.diagnostic_label, _codes(r'Diagnostic\(\s*"(\w+)"')),
        "warnings": (code_words.warning, _codes(r'\["(\w+)"\] if|told\.append\("(\w+)"\)')),
        "options": (option_label, {one.name for method in METHODS.values() for one in method.options}),
    }
    named = [
        "level",
        "slope",
        "slope_before",
        "att",
        "difference",
        "beyond",
        "per_day",
        "per_ten",
        "per_dose",
        "dose_3",
    ]
    said["estimates"] = (estimate_label, set(named))
    for kind, (words, codes) in said.items():
        assert codes, kind
        for code in codes - set(METHODS):
            assert words(code) not in {code, f"No result: {code}"}, (kind, code)


def test_the_choices_of_the_plan_are_the_methods_that_there_are() -> None:
    assert set(Method.values) == set(METHODS)


def test_the_web_process_fits_no_models() -> None:
    code = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'capev_site.settings'; django.setup();"
        "from django.urls import get_resolver; get_resolver().url_patterns;"
        "import research.linkage.plans.views.results, research.linkage.plans.tasks;"
        "print([name for name in ('statsmodels', 'scipy.stats') if name in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "[]"


def _codes(pattern: str) -> set[str]:
    return {code for found in re.finditer(pattern, SOURCES) for code in found.groups() if code}
