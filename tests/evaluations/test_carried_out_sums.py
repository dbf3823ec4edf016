"""The table of measures is what the readings of every site and month add up to, one by one."""

from random import Random
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.models import OrgUnit
from indicators.pages.numbers import misses_months
from indicators.periods import Period, between
from indicators.registry.definitions import definition
from indicators.rollup import readings as readings_module
from indicators.rollup.readings import readings
from research.evaluations import carried_out as carried_out_module
from research.evaluations.carried_out import carried_out
from research.evaluations.measures import PROCESS
from research.evaluations.progress import total, total_cell
from tests.builders import a_followed_site
from tests.evaluations.given import given_values, refreshed, worked_off

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
MEASURES = [definition(code) for code in PROCESS["coach2pev"]]
MONTHS = list(between(Period.parse("202503"), Period.parse("202508")))


def some_sites(random: Random, many: int) -> list[OrgUnit]:
    """Sites with some of the measures in some months: parts of ratios lack, months are empty, some are made up."""
    sites = [a_followed_site().unit for _n in range(many)]
    empty = set(random.sample(MONTHS, 2))
    for concept in sorted({concept for measure in MEASURES for concept in measure.concepts}):
        share = random.choice([0, 0.2, 0.9, 1])
        values = {
            (site, month.id): random.choice([0, 0, 1, 2, 7, -1])
            for site in sites
            for month in MONTHS
            if month not in empty and random.random() < share
        }
        given_values(concept, values, demonstration=random.random() < 0.1)
    return sites


def slowly(units: list[int], months: list[Period]) -> dict[str, list[Any]]:
    """By measure: a cell for each month, then one for all of them."""
    found: dict[str, list[Any]] = {}
    for measure in MEASURES:
        by_place = readings(measure.code, units, months)
        by_month = [[by_place[unit, month] for unit in units] for month in months]
        found[measure.code] = []
        for of in [*by_month, [reading for one in by_month for reading in one]]:
            value = total(measure, of)
            lacks = value is not None and any(misses_months(reading, measure) for reading in of)
            found[measure.code].append(total_cell(measure, value, lacks))
    return found


@pytest.mark.parametrize("seed", range(8))
def test_every_cell_is_what_the_readings_add_up_to(seed: int) -> None:
    units = [site.pk for site in some_sites(Random(seed), 4)]
    for settle in (refreshed, worked_off):  # while a refresh waits, and once nothing waits
        settle()
        found = carried_out("coach2pev", units)
        assert found
        wanted = slowly(units, list(found.months))
        assert {row.definition.code: [*row.months, row.together] for row in found.rows} == wanted
        made_up = [r.demonstration for one in MEASURES for r in readings(one.code, units, found.months).values()]
        assert found.demonstration is any(made_up)


@pytest.mark.parametrize("seed", [1, 2, 3, 5])  # in each of them some cells lack and some do not
def test_it_lacks_what_the_readings_lack(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if data sets asked some of the sites for some of the measures: none, one report or two a month."""
    random = Random(seed)
    units = [site.pk for site in some_sites(random, 4)]
    refreshed()
    concepts = [concept for measure in MEASURES for concept in measure.concepts]
    keys = [(concept, unit, month) for concept in concepts for unit in units for month in MONTHS]
    asked = {key: random.choice([0, 1, 1, 2]) for key in keys if random.random() < 0.5}
    for module in (carried_out_module, readings_module):
        monkeypatch.setattr(module, "expected_reports", lambda *_asked: asked)
    found = carried_out("coach2pev", units)
    assert found
    shown = {row.definition.code: [*row.months, row.together] for row in found.rows}
    assert shown == slowly(units, list(found.months))
    assert {total.incomplete for cells in shown.values() for total in cells} == {True, False}


def test_no_measure_needs_more_than_the_sums_of_its_own_months() -> None:
    for code in {code for codes in PROCESS.values() for code in codes}:
        assert not definition(code).populations
        assert definition(code).annualisation != "rolling"


def test_what_was_summed_is_kept_until_something_changes() -> None:
    cache.clear()
    site = a_followed_site().unit
    given_values("COACH_VISITS_PLANNED", {(site, "202508"): 2})
    given_values("COACH_VISITS_DONE", {(site, "202508"): 1})
    worked_off()
    costs = []
    for _again in range(2):
        with CaptureQueriesContext(connection) as seen:
            first = carried_out("coach2pev", [site.pk])
        costs.append(len(seen))
    assert costs[1] == 1 < costs[0] <= 9
    given_values("COACH_VISITS_DONE", {(site, "202508"): 2})
    second = carried_out("coach2pev", [site.pk])
    assert first
    assert second
    assert [[row.together.text for row in found.rows][2] for found in (first, second)] == ["50.0%", "100.0%"]


def test_as_many_queries_for_many_sites() -> None:
    costs = []
    for many in (2, 12):
        units = [site.pk for site in some_sites(Random(1), many)]
        refreshed()
        with CaptureQueriesContext(connection) as seen:
            assert carried_out("coach2pev", units)
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 9
