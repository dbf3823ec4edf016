"""Rival definitions read from the same aggregates; each value against the arithmetic by hand."""

import pytest

from indicators.geography.models import OrgUnitGroup
from indicators.models import Denominator, OrgUnit
from indicators.periods import Period
from indicators.registry.definitions import definition
from indicators.rollup.actions import record_values, refresh_now
from indicators.rollup.readings import Behind, readings, term_cells
from indicators.values.actions import Reported
from tests.builders import a_source, a_unit, an_element, the_default_combo
from tests.rollup.one_group import group_readings

pytestmark = pytest.mark.django_db
FIRST = Period.parse("202402")


def a_place(months: int = 23, doses: float = 10, children: float = 120) -> OrgUnit:
    """Equal doses in each month from February 2024 on, and the same target in both years."""
    unit, element, combo = a_unit(), an_element("DTP1"), the_default_combo().pk
    reports = [Reported(element.pk, FIRST.shift(by).code, unit.pk, combo, combo, doses + by) for by in range(months)]
    record_values(reports, origin="entry", label="test", by=None)
    for year in (2024, 2025):
        Denominator.objects.create(
            unit=unit, year=year, kind="surviving_infants", value=children * (year - 2023), source=a_source()
        )
    refresh_now()
    return unit


@pytest.mark.parametrize("text", ["202501", "2025Q1", "2025"])
def test_each_rule_by_hand(text: str) -> None:
    unit, period = a_place(), Period.parse(text)
    own = [10 + by for by in range(23) if FIRST.shift(by) in period.months()]
    until = [10 + by for by in range(23) if FIRST.shift(by) <= period.months()[-1]]
    by_hand = {
        "dtp1_coverage": 100 * sum(own) / (240 * len(own) / 12),
        "dtp1_coverage_days": 100 * sum(own) / (240 * period.days / 365),
        "dtp1_coverage_rolling": 100 * sum(until[-12:]) / 240,
    }
    for code, wanted in by_hand.items():
        reading = readings(code, [unit], [period])[unit.pk, period]
        assert reading.value == pytest.approx(wanted, rel=1e-12), code
        assert reading.numerator == (term_cells(definition(code), unit, period)["DTP1"].sum)


def test_a_window_that_lacks_a_month_is_incomplete() -> None:
    unit = a_place()
    full, lacking = Period.parse("202501"), Period.parse("202412")
    found = readings("dtp1_coverage_rolling", [unit], [full, lacking])
    assert "incomplete" not in found[unit.pk, full].flags
    assert found[unit.pk, full].expected_months == 12
    assert "incomplete" in found[unit.pk, lacking].flags  # January 2024 was not reported
    assert found[unit.pk, lacking].reported == 11
    assert Behind("dtp1_coverage_rolling", unit, lacking).count == 11 + 1


@pytest.mark.parametrize("code", ["dtp1_coverage", "dtp1_coverage_days", "dtp1_coverage_rolling"])
@pytest.mark.parametrize("text", ["202501", "2025Q2", "2025"])
def test_a_group_of_one_reads_as_its_member(code: str, text: str) -> None:
    unit, period = a_place(), Period.parse(text)
    group = OrgUnitGroup.objects.create(key="one", name_fr="un", name_en="one")
    group.memberships.create(unit=unit)
    alone, together = readings(code, [unit], [period])[unit.pk, period], group_readings(code, group, [period])[period]
    assert together.value == pytest.approx(alone.value, rel=1e-12)
    assert together.flags == alone.flags


def test_nothing_reported_in_the_window_is_missing() -> None:
    unit, period = a_place(months=1), Period.parse("202506")
    assert readings("dtp1_coverage_rolling", [unit], [period])[unit.pk, period].value is None
