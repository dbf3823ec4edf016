"""Reports that a data set expects: on the board they are those that the rest of the product counts."""

from datetime import date
from random import Random

import pytest
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.models import DataElement, DataSet, OrgUnit
from indicators.periods import Period
from indicators.quality.board import examine
from indicators.quality.material import Material
from indicators.rollup.report_actions import record_reports
from indicators.rollup.reporting import expected_reports, reporting
from indicators.values.report_actions import Received
from tests.builders import a_data_set, a_unit, a_user
from tests.evaluations.given import given_values, refreshed, visitor

pytestmark = pytest.mark.django_db

MONTHS = [Period.parse(f"2025{month:02d}") for month in range(1, 13)]
DAYS = (date(2025, 1, 31), date(2025, 6, 10), date(2025, 8, 1))


def a_country(chance: Random, posts: int = 6) -> tuple[OrgUnit, DataSet]:
    """Posts that open and close, some of them never asked; reports with values, with a day, with both or neither."""
    country = a_unit("Pays")
    district = a_unit("Nord", country)
    opened, closed = [None, DAYS[0]], [None, DAYS[2]]
    units = [
        a_unit(f"Poste {number}", district, opening_date=chance.choice(opened), closed_date=chance.choice(closed))
        for number in range(posts)
    ]
    values = {(unit, month.id): 5.0 for unit in units for month in MONTHS if chance.random() < 0.6}
    given_values("DTP1", values | {(units[0], MONTHS[0].id): 5.0, (units[0], MONTHS[-1].id): 5.0})
    form = a_data_set([DataElement.objects.get(concept="DTP1")], units[:-1], timely_days=15)
    days = [
        Received(form.pk, month.code, unit.pk, chance.choice([month.end.replace(day=20), date(2026, 1, 31)]))
        for unit in units
        for month in MONTHS[:9]
        if chance.random() < 0.7
    ]
    record_reports(days, origin="import", label="test", by=None)
    refreshed()
    return country, form


@pytest.mark.parametrize("seed", range(4))
def test_the_board_counts_reports_as_everybody_does(seed: int) -> None:
    country, form = a_country(Random(seed))
    material = Material(country, MONTHS[0], MONTHS[-1])
    found = examine(material, ["not_received", "late", "missing"])
    units = list(material.places)
    asked, missing, dated, late = 0, set(), 0, set()
    for (_, unit, month), reports in reporting([form], units, MONTHS).items():
        if OrgUnit.objects.filter(parent=unit).exists() or not reports.expected:
            continue
        asked += 1
        if not reports.received:
            missing.add((unit, month))
        elif reports.on_time is not None:
            dated += 1
            if not reports.on_time:
                late.add((unit, month))
    assert {(flag.unit, flag.period) for flag in found["not_received"].flags} == missing
    assert found["not_received"].tested.total() == asked
    assert {(flag.unit, flag.period) for flag in found["late"].flags} == late
    assert found["late"].tested.total() == dated
    assert {gap.reason for gap in found["late"].untested} <= {"no_dates"}
    known = expected_reports(["DTP1"], units, MONTHS)
    assert found["missing"].tested.total() == sum(known["DTP1", country.pk, month] for month in MONTHS)


def test_a_place_that_was_asked_and_never_reported_is_missed_and_named() -> None:
    country = a_unit("Pays")
    busy, silent = a_unit("Poste A", country), a_unit("Poste B", country)
    given_values("DTP1", {(busy, month.id): 5.0 for month in MONTHS})
    form = a_data_set([DataElement.objects.get(concept="DTP1")], [busy, silent], name_en="Monthly form")
    refreshed()
    client = visitor(a_user(Role.VIEWER))
    page = client.get(reverse("quality-board"))
    cells = page.context["everything"]
    assert (cells["not_received"].flags, cells["not_received"].tested, cells["not_received"].in_order) == (12, 24, 50)
    assert (cells["missing"].flags, cells["missing"].tested) == (12, 24)
    assert cells["late"].untested == {"no_dates": 12}
    assert "50.0% complete" in page.content.decode()
    late = client.get(reverse("quality-flags", args=["late"])).content.decode()
    assert "12 values: the files do not say on which day the reports of the month came" in late
    lines = client.get(reverse("quality-flags", args=["not_received"])).context["lines"]
    assert {(line.place, line.subject) for line in lines} == {(silent, form.name_en)}
    assert client.get(lines[0].url).status_code == 200


def test_where_no_data_set_asks_the_board_says_that_it_cannot_know() -> None:
    unit = a_unit("Poste", a_unit("Pays"))
    given_values("DTP1", {(unit, month.id): 5.0 for month in MONTHS})
    refreshed()
    client = visitor(a_user(Role.VIEWER))
    for rule in ("not_received", "late"):
        page = client.get(reverse("quality-flags", args=[rule]))
        assert "12 values: no data set says which reports are expected" in page.content.decode()
