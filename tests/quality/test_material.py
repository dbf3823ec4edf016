"""What the rules look at, against what the rest of the product says of the same places."""

from datetime import date
from random import Random

import numpy as np
import pytest
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.models import DataElement, OrgUnit
from indicators.periods import Period
from indicators.quality.board import examine
from indicators.quality.findings import Outcome
from indicators.quality.material import COVERAGES, Material
from indicators.rollup.readings import readings
from tests.builders import a_unit, a_user
from tests.evaluations.given import given_infants, given_values, refreshed, visitor

pytestmark = pytest.mark.django_db

FIRST, LAST = Period.parse("202501"), Period.parse("202512")
MONTHS = [f"2025{month:02d}" for month in range(1, 13)]


def a_country(posts: int, chance: Random) -> tuple[OrgUnit, list[OrgUnit]]:
    """Each post reports some months, some of them over its target, and some posts have no target."""
    country = a_unit("Pays")
    district = a_unit("Nord", country)
    units = [a_unit(f"Poste {number}", district) for number in range(posts)]
    for concept in ("DTP1", "DTP3"):
        reported = {(unit, month): chance.randrange(20) for unit in units for month in MONTHS if chance.random() < 0.8}
        given_values(concept, {key: float(value) for key, value in reported.items()})
    for unit in units[1:]:
        given_infants(unit, chance.choice([0, 60, 120]), 2025)
    refreshed()
    return country, units


def by_unit(outcome: Outcome) -> dict[tuple[str, int, str], float | None]:
    return {(flag.subject, flag.unit, flag.period.id): flag.score for flag in outcome.flags}


@pytest.mark.parametrize("seed", range(3))
def test_ratios_are_those_that_the_pages_show(seed: int) -> None:
    country, units = a_country(8, Random(seed))
    material = Material(country, FIRST, LAST)
    quarters = [Period.parse(f"2025Q{number}") for number in (1, 2, 3, 4)]
    over, tested = {}, 0
    for code in COVERAGES:
        for (unit, quarter), reading in readings(code, units, quarters).items():
            tested += reading.value is not None
            if "over_100" in reading.flags:
                over[code, unit, quarter.id] = reading.value
    outcome = examine(material, ["over_100"])["over_100"]
    assert by_unit(outcome) == pytest.approx(over)
    assert outcome.tested.total() == tested
    assert {gap.reason for gap in outcome.untested} <= {"no_denominator", "zero_denominator"}
    negative = {
        ("dropout_dtp1_dtp3", unit, quarter.id): reading.value
        for (unit, quarter), reading in readings("dropout_dtp1_dtp3", units, quarters).items()
        if reading.numerator is not None and reading.numerator < 0 and "incomplete" not in reading.flags
    }
    assert by_unit(examine(material, ["negative_dropout"])["negative_dropout"]) == pytest.approx(negative)


def test_only_the_own_subtree_is_read_however_many_units_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    country, units = a_country(6, Random(1))
    elsewhere = a_unit("Ailleurs", country)
    given_values("DTP1", {(elsewhere, month): 999.0 for month in MONTHS})
    refreshed()
    district = OrgUnit.objects.get(name="Nord")
    for few in (0, 2000):  # whole months are read, or unit by unit
        monkeypatch.setattr("indicators.quality.reported.FEW", few)
        series = Material(district, FIRST, LAST).series
        assert series["dtp1_doses"].units.tolist() == sorted(unit.pk for unit in [district, *units])
        assert np.nanmax(series["dtp1_doses"].values) < 20
        one = Material(elsewhere, FIRST, LAST).series["dtp1_doses"]
        assert one.values.tolist() == [[999.0] * 12]


def test_averages_texts_and_other_concepts_are_not_doses() -> None:
    unit = a_unit("Poste", a_unit("Pays"))
    given_values("DTP1", {(unit, "202501"): 5.0})
    DataElement.objects.update(aggregation="AVERAGE")
    material = Material(unit, FIRST, LAST)
    assert not material.reporting.any()
    assert examine(material, ["missing"])["missing"].tested == {}


def test_a_place_silent_in_the_range_is_missed_if_it_ever_reported() -> None:
    country = a_unit("Pays")
    once, never = a_unit("Jadis", country), a_unit("Jamais", country, opening_date=date(2020, 1, 1))
    given_values("DTP1", {(once, "202406"): 5.0})
    refreshed()
    found = examine(Material(country, FIRST, LAST), ["missing"])["missing"]
    assert found.tested == {once.pk: 12}
    assert {flag.unit for flag in found.flags} == {once.pk}
    assert never.pk not in found.tested


def test_a_link_to_a_longer_time_opens_its_values() -> None:
    unit = a_unit("Poste", a_unit("Pays"))
    months = {f"{year}{month:02d}": 10.0 if year < 2025 else 30.0 for year in (2024, 2025) for month in range(1, 13)}
    given_values("DTP1", {(unit, month): value for month, value in months.items()})
    given_values("DTP3", {(unit, "202501"): 5.0, (unit, "202512"): 5.0})
    refreshed()
    client = visitor(a_user(Role.VIEWER))
    for rule, first in (("year_ratio", "2022-01"), ("irregular", "2025-01")):
        [line] = client.get(reverse("quality-flags", args=[rule])).context["lines"]
        choice = client.get(line.url).context["choice"]
        assert (choice.place, choice.periods[0].id, choice.periods[-1].id) == (unit, first.replace("-", ""), "202512")
