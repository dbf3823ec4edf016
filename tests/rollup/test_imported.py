"""Indicators of another DHIS2 from stored sums: its rule for what is missing, and the flags that say so."""

from typing import Any

import pytest

from indicators.models import DataElement, ImportedIndicator, OrgUnit
from indicators.periods import Period
from indicators.rollup.actions import record_values, refresh_now
from indicators.rollup.imported import imported_readings
from indicators.rollup.readings import Reading
from indicators.values.actions import Reported
from tests.builders import a_unit, an_element, the_default_combo

pytestmark = pytest.mark.django_db
JAN, QUARTER, YEAR = (Period.parse(text) for text in ("202501", "2025Q1", "2025"))


def an_indicator(numerator: str, denominator: str = "1", **fields: Any) -> ImportedIndicator:
    names = {"uid": "Indicator01", "name_fr": "Un", "name_en": "One", "factor": 1, "annualised": False}
    return ImportedIndicator.objects.create(numerator=numerator, denominator=denominator, **{**names, **fields})


def report(element: DataElement, unit: OrgUnit, *values: float | None) -> None:
    combo = the_default_combo().pk
    reports = [
        Reported(element.pk, JAN.shift(by).code, unit.pk, combo, combo, value)
        for by, value in enumerate(values)
        if value is not None
    ]
    record_values(reports, origin="entry", label="test", by=None)


def read(indicator: ImportedIndicator, unit: OrgUnit, period: Period) -> Reading:
    refresh_now()
    return imported_readings([indicator], [unit], [period]).readings[indicator.uid, unit.pk, period]


def test_sums_of_places_and_months_enter_the_expression() -> None:
    district = a_unit()
    one, other = a_unit("a", district), a_unit("b", district)
    given, used = an_element(uid="Given000001"), an_element(uid="Used0000001")
    report(given, one, 10, 20, 30)
    report(given, other, 1, 2, 3)
    report(used, one, 4, 5, 6)
    report(used, other, 0, 0, 0)
    indicator = an_indicator("#{Given000001} - #{Used0000001.*}", "#{Given000001}", factor=100)
    found = read(indicator, district, QUARTER)
    assert found.value == pytest.approx(100 * (66 - 15) / 66)
    assert (found.numerator, found.denominator, found.reported, found.flags) == (51, 66, 6, ())


def test_a_part_not_reported_counts_zero_and_is_flagged() -> None:
    unit = a_unit()
    an_element(uid="Silent00001")
    report(an_element(uid="Given000001"), unit, 10)
    found = read(an_indicator("#{Given000001} - #{Silent00001}"), unit, JAN)
    assert (found.value, found.flags, found.reported) == (10, ("missing_as_zero", "incomplete"), None)


def test_with_nothing_reported_there_is_no_value() -> None:
    unit = a_unit()
    an_element(uid="Given000001")
    report(an_element(uid="Below000001"), unit, 5)
    found = read(an_indicator("#{Given000001}", "#{Below000001}"), unit, JAN)
    assert (found.value, found.numerator, found.denominator) == (None, None, 5)


def test_a_zero_denominator_is_told_from_a_missing_one() -> None:
    unit = a_unit()
    report(an_element(uid="Given000001"), unit, 5, 5)
    report(an_element(uid="Below000001"), unit, 0)
    indicator = an_indicator("#{Given000001}", "#{Below000001}")
    assert read(indicator, unit, JAN).flags == ("zero_denominator",)
    assert read(indicator, unit, JAN.shift(1)).denominator is None


def test_annualised_takes_365_over_the_days_of_the_period() -> None:
    unit = a_unit()
    report(an_element(uid="Given000001"), unit, 31)
    indicator = an_indicator("#{Given000001}", "365", factor=100, annualised=True)
    assert read(indicator, unit, JAN).value == pytest.approx(100)
    found = read(indicator, unit, QUARTER)
    assert (found.value, found.flags) == (pytest.approx(100 * 31 / 90), ("incomplete",))


def test_over_100_and_negative_are_kept_and_flagged() -> None:
    unit = a_unit()
    report(an_element(uid="Given000001"), unit, 7)
    indicator = an_indicator("#{Given000001}", "5", factor=100)
    assert (read(indicator, unit, JAN).value, read(indicator, unit, JAN).flags) == (pytest.approx(140), ("over_100",))
    indicator.numerator = "0 - #{Given000001}"
    assert read(indicator, unit, JAN).flags == ("negative",)


def test_one_that_cannot_be_computed_has_a_reason_and_no_reading() -> None:
    an_element(uid="Lowest00001", aggregation="MIN")
    refused, other = an_indicator("#{Lowest00001}"), an_indicator("2", uid="Indicator02")
    unit = a_unit()
    found = imported_readings([refused, other], [unit], [JAN])
    assert found.refusals == {"Indicator01": ("not_summed", "Lowest00001")}
    assert [key for key, reading in found.readings.items() if reading.value == 2] == [("Indicator02", unit.pk, JAN)]


def test_the_cost_does_not_grow(django_assert_num_queries: Any) -> None:
    units = [a_unit() for _ in range(20)]
    for unit in units:
        report(DataElement.objects.filter(uid="Given000001").first() or an_element(uid="Given000001"), unit, 5)
    refresh_now()
    indicators = [an_indicator("#{Given000001}", uid=f"Indicator{place:02}") for place in range(10)]
    with django_assert_num_queries(3):
        assert len(imported_readings(indicators, units, [JAN, QUARTER, YEAR]).readings) == 600
