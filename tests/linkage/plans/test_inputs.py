"""The panel of a version: sums, denominators, flags, exposure and dose of each place, with gaps as gaps."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.models import Denominator
from indicators.periods import Period
from indicators.rollup.actions import refresh_now
from research.linkage.plans.inputs import index_of, inputs_of
from research.models import EvaluationSite, ExposureStage
from tests.builders import a_source, an_evaluation
from tests.linkage.plans.plans import a_locked, a_plan, doses, months, sites, somebody

pytestmark = pytest.mark.django_db


def test_a_count_has_ones_below_and_gaps_stay_gaps() -> None:
    by, places = somebody(), sites(2)
    doses(places, lambda place, at: None if at == 3 else float(at))
    inputs = inputs_of(a_locked(by, places))
    panel = inputs.panel
    assert (len(panel.periods), panel.periods[0], panel.per_year, panel.factor) == (24, "202401", 12, 1)
    assert panel.seasons[:13] == (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 1)
    first = panel.units[0]
    assert first.numerators[:5] == (0.0, 1.0, 2.0, None, 4.0)
    assert set(first.denominators) == {1.0}
    assert (first.exposed_from, inputs.change, inputs.starts) == (12, 12, 1)
    assert [row.exposed for row in inputs.rows[:13]] == [False] * 12 + [True]


def test_a_coverage_has_its_share_of_the_target_below() -> None:
    by, places = somebody(), sites(1)
    doses(places, lambda place, at: 15.0)
    for year in (2024, 2025):
        infants = {"kind": "surviving_infants", "value": 120.0, "source": a_source()}
        Denominator.objects.create(unit=places[0], year=year, **infants)
    refresh_now()
    inputs = inputs_of(a_locked(by, places, outcome="dtp1_coverage"))
    unit = inputs.panel.units[0]
    assert inputs.panel.factor == 100
    assert unit.denominators[0] == pytest.approx(10)
    assert unit.flagged[0]  # above 100 %: kept, and flagged
    assert inputs.rows[0].flags == ("over_100",)
    assert inputs.rows[0].value == pytest.approx(150)


def test_the_stages_of_the_evaluation_say_who_is_exposed_since_when() -> None:
    by = somebody()
    places = sites(4, begin=[date(2024, 5, 20), date(2025, 3, 1), None, date(2023, 1, 1)])
    doses(places)
    stopped = EvaluationSite.objects.get(unit=places[0])
    ExposureStage.objects.create(site=stopped, stage="stopped", began_on=date(2025, 6, 10), evidence_fr="Fin")
    version = a_locked(by, places, a_plan(by, an_evaluation()), method="did", exposure="stages", changed_on=None)
    inputs = inputs_of(version)
    by_unit = {one.unit: one for one in inputs.panel.units}
    assert [by_unit[place.uid].exposed_from for place in places] == [4, 14, None, 0]
    assert by_unit[places[0].uid].numerators[16] is not None
    assert by_unit[places[0].uid].numerators[17] is None  # from the month in which it stopped on
    assert (inputs.change, inputs.starts) == (None, 4)


def test_a_dose_is_read_for_each_period() -> None:
    by, places = somebody(), sites(2)
    doses(places)
    doses(places, lambda place, at: None if at == 0 else float(at % 2), "COACH_VISITS_DONE")
    dose: dict[str, Any] = {
        "method": "dose_response",
        "exposure": "indicator",
        "dose": "visits_done",
        "changed_on": None,
    }
    unit = inputs_of(a_locked(by, places, **dose)).panel.units[0]
    assert unit.exposure[:4] == (None, 1.0, 0.0, 1.0)
    assert unit.exposed_from is None


def test_places_of_comparison_are_never_exposed_by_one_date() -> None:
    by, (one, other) = somebody(), sites(2)
    doses([one, other])
    inputs = inputs_of(a_locked(by, [one], comparison=[other], method="did"))
    assert [(unit.unit, unit.exposed_from) for unit in inputs.panel.units] == [(one.uid, 12), (other.uid, None)]
    assert {row.arm for row in inputs.rows if row.unit == other.uid} == {"comparison"}


def test_quarters_are_sums_of_months() -> None:
    by, places = somebody(), sites(1)
    doses(places, lambda place, at: 10.0)
    inputs = inputs_of(a_locked(by, places, first="2024Q1", last="2025Q4"))
    assert (inputs.panel.per_year, inputs.panel.seasons) == (4, (1, 2, 3, 4) * 2)
    assert inputs.panel.units[0].numerators == (30.0,) * 8
    assert inputs.change == 4


def test_the_fingerprint_moves_with_any_value_and_with_nothing_else() -> None:
    by, places = somebody(), sites(2)
    doses(places)
    version = a_locked(by, places)
    first = inputs_of(version).fingerprint
    assert inputs_of(version).fingerprint == first
    doses(places, lambda place, at: 7.0 if (place, at) == (places[1], 5) else None)
    assert inputs_of(version).fingerprint != first


def test_places_and_periods_cost_no_queries() -> None:
    by, places = somebody(), sites(6)
    doses(places)
    few, many = a_locked(by, places[:1]), a_locked(by, places, first="202406")
    counts = []
    for version in (few, many):
        with CaptureQueriesContext(connection) as met:
            inputs_of(version)
        counts.append(len(met))
    assert counts[0] == counts[1] < 16


@pytest.mark.parametrize(
    ("day", "index"),
    [("2023-01-01", 0), ("2024-01-31", 0), ("2024-02-01", 1), ("2025-12-31", 23), ("2026-01-01", None)],
)
def test_the_month_of_the_day_is_the_first_exposed_one(day: str, index: int | None) -> None:
    assert index_of(date.fromisoformat(day), months()) == index


def test_no_day_is_no_exposure() -> None:
    assert index_of(None, [Period.parse("202401")]) is None
