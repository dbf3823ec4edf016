"""Expected, received and timely reports of the units open and asked at that time, and what they make of a number."""

from datetime import date
from typing import Any

import pytest

from indicators.models import DataElement, DataSet, DataSetAssignment, Denominator, OrgUnit, OrgUnitGroup
from indicators.pages.numbers import expectation, explanations
from indicators.periods import Period
from indicators.registry.definitions import definition
from indicators.rollup.actions import record_values, refresh_now
from indicators.rollup.readings import Reading, readings
from indicators.rollup.report_actions import record_reports
from indicators.rollup.reporting import Reports, expected_reports, reporting
from indicators.values.actions import Reported
from indicators.values.report_actions import Received
from tests.builders import a_data_set, a_source, a_unit, an_element, the_default_combo
from tests.rollup.one_group import group_readings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

DEC, JAN, FEB, MAR = (Period.parse(text) for text in ("202412", "202501", "202502", "202503"))
QUARTER, YEAR = Period.parse("2025Q1"), Period.parse("2025")


class Country:
    """A district with three health areas; `b` closes in January, `c` opens in March. All three are asked for DTP1."""

    def __init__(self) -> None:
        self.root = a_unit("country")
        self.district = a_unit("district", self.root)
        self.a = a_unit("a", self.district)
        self.b = a_unit("b", self.district, closed_date=date(2025, 1, 31))
        self.c = a_unit("c", self.district, opening_date=date(2025, 3, 1))
        self.dtp1 = an_element("DTP1")
        self.form = a_data_set([self.dtp1], [self.a, self.b, self.c], timely_days=10)

    def report(self, unit: OrgUnit, *months: Period, element: DataElement | None = None, value: float = 5) -> None:
        combo = the_default_combo().pk
        rows = [Reported((element or self.dtp1).pk, month.code, unit.pk, combo, combo, value) for month in months]
        record_values(rows, origin="entry", label="test", by=None)

    def complete(self, unit: OrgUnit, month: Period, day: str | None) -> None:
        received = date.fromisoformat(day) if day else None
        record_reports([Received(self.form.pk, month.code, unit.pk, received)], origin="import", label="test", by=None)

    def reports(self, unit: OrgUnit, period: Period) -> Reports | None:
        return reporting([self.form], [unit], [period]).get((self.form.pk, unit.pk, period))

    def read(self, code: str, unit: OrgUnit, period: Period) -> Reading:
        return readings(code, [unit], [period])[unit.pk, period]


def test_reports_are_expected_of_the_units_open_on_the_first_day() -> None:
    it = Country()
    it.report(it.a, JAN, MAR)
    it.report(it.b, JAN)
    refresh_now()
    assert [it.reports(it.district, month) for month in (JAN, FEB, MAR)] == [
        Reports(2, 2, None), Reports(1, 0, None), Reports(2, 1, None),
    ]  # fmt: skip
    assert it.reports(it.root, QUARTER) == it.reports(it.root, YEAR) == Reports(5, 3, None)
    assert it.reports(it.b, QUARTER) == Reports(1, 1, None)
    assert it.reports(it.b, FEB) is None


def test_nothing_is_expected_before_the_first_and_after_the_last_report_of_anybody() -> None:
    it = Country()
    it.report(it.a, JAN)
    refresh_now()
    assert it.reports(it.root, DEC) is it.reports(it.root, FEB) is None
    it.report(it.a, MAR)
    refresh_now("changed")
    assert it.reports(it.root, FEB) == Reports(1, 0, None)


def test_a_unit_is_asked_from_a_day_to_a_day() -> None:
    it = Country()
    DataSetAssignment.objects.filter(unit=it.a).update(start=date(2025, 2, 1), end=date(2025, 2, 28))
    it.report(it.a, JAN, FEB, MAR)
    refresh_now()
    assert [it.reports(it.a, month) for month in (JAN, FEB, MAR)] == [
        Reports(0, 1, None), Reports(1, 1, None), Reports(0, 1, None),
    ]  # fmt: skip


def test_a_report_is_on_time_up_to_the_last_day_and_late_the_day_after() -> None:
    it = Country()
    it.complete(it.a, JAN, "2025-02-10")
    it.complete(it.b, JAN, "2025-02-11")
    refresh_now()
    assert it.reports(it.a, JAN) == Reports(1, 1, 1)
    assert it.reports(it.b, JAN) == Reports(1, 1, 0)
    assert it.reports(it.district, JAN) == Reports(2, 2, 1)
    it.complete(it.b, JAN, "2025-02-09")
    refresh_now("changed")
    assert it.reports(it.district, JAN) == Reports(2, 2, 2)
    it.complete(it.a, JAN, None)
    refresh_now("changed")
    assert it.reports(it.district, JAN) == Reports(2, 1, 1)


def test_without_any_day_known_nothing_is_said_of_timeliness() -> None:
    it = Country()
    it.report(it.a, JAN, FEB)
    it.complete(it.a, FEB, "2025-05-01")
    refresh_now()
    assert it.reports(it.a, JAN) == Reports(1, 1, None)
    assert it.reports(it.a, FEB) == Reports(1, 1, 0)


def test_a_report_that_nobody_asked_for_is_counted_and_kept() -> None:
    it = Country()
    stranger = a_unit("stranger", it.district)
    it.report(it.a, JAN)
    it.report(it.b, JAN)
    it.report(stranger, JAN)
    refresh_now()
    assert it.reports(stranger, JAN) == Reports(0, 1, None)
    assert it.reports(it.district, JAN) == Reports(2, 3, None)


def test_what_was_expected_is_known_where_a_data_set_holds_the_concept() -> None:
    it = Country()
    an_element("DTP3")
    stranger = a_unit("stranger", it.root)
    it.report(it.a, JAN, FEB)
    refresh_now()
    found = expected_reports(["DTP1", "DTP3"], [it.district, it.b, stranger], [DEC, JAN, FEB])
    assert found == {
        ("DTP1", it.district.pk, JAN): 2, ("DTP1", it.district.pk, FEB): 1,
        ("DTP1", it.b.pk, JAN): 1, ("DTP1", it.b.pk, FEB): 0,
        ("DTP1", stranger.pk, JAN): 0, ("DTP1", stranger.pk, FEB): 0,
    }  # fmt: skip


def test_who_is_asked_is_unknown_where_the_concept_is_reported_outside_of_data_sets_too() -> None:
    it = Country()
    elsewhere = a_unit("elsewhere", it.root)
    it.report(elsewhere, JAN, element=an_element("DTP1"))
    it.report(it.a, JAN)
    refresh_now()
    found = expected_reports(["DTP1"], [elsewhere, it.a], [JAN])
    assert found == {("DTP1", it.a.pk, JAN): 1}
    assert it.read("dtp1_doses", elsewhere, JAN).expected is None


def test_a_data_set_of_another_frequency_says_nothing_of_months() -> None:
    it = Country()
    DataSet.objects.all().delete()
    yearly = a_data_set([it.dtp1], [it.a], frequency="Yearly")
    it.report(it.a, JAN)
    refresh_now()
    assert not yearly.counts.exists()
    assert expected_reports(["DTP1"], [it.a], [JAN]) == {}


def test_a_number_says_how_many_of_the_expected_reports_it_rests_on() -> None:
    it = Country()
    it.report(it.a, JAN, FEB, MAR)
    it.report(it.c, MAR)
    refresh_now()
    doses = definition("dtp1_doses")
    lacking = it.read("dtp1_doses", it.district, QUARTER)
    assert (lacking.value, lacking.reported, lacking.expected, lacking.flags) == (20, 4, 5, ("reports_missing",))
    assert expectation(lacking) == "4 of 5 expected monthly reports came in."
    assert "fewer reports came in than were expected" in " ".join(explanations(lacking, doses))
    whole = it.read("dtp1_doses", it.c, QUARTER)  # it opened in March
    assert (whole.value, whole.reported, whole.expected, whole.flags) == (5, 1, 1, ())
    closed = it.read("dtp1_doses", it.b, QUARTER)
    assert (closed.value, closed.expected, closed.flags) == (None, 1, ())
    assert expectation(closed) == "0 of 1 expected monthly report came in."
    never = it.read("dtp1_doses", it.b, FEB)
    assert (never.value, never.expected) == (None, 0)
    assert expectation(never) == "No report is expected of this place for this time."


def test_a_month_that_nobody_used_is_a_gap_of_unknown_expectation() -> None:
    it = Country()
    it.report(it.a, JAN, FEB)
    it.report(it.b, JAN)
    refresh_now()
    reading = it.read("dtp1_doses", it.district, QUARTER)
    assert (reading.reported, reading.expected, reading.flags) == (3, 3, ("incomplete",))
    assert expectation(it.read("dtp1_doses", it.district, MAR)).startswith("Whether a report was expected is not known")
    assert expectation(it.read("dtp1_doses", it.district, JAN)) == "2 of 2 expected monthly reports came in."


def test_the_scarcest_concept_of_a_ratio_decides() -> None:
    it = Country()
    dtp3 = an_element("DTP3")
    it.form.elements.add(dtp3)
    it.report(it.a, JAN)
    it.report(it.b, JAN)
    it.report(it.a, JAN, element=dtp3)
    refresh_now()
    reading = it.read("dropout_dtp1_dtp3", it.district, JAN)
    assert (reading.reported, reading.expected, reading.flags) == (1, 2, ("reports_missing",))
    assert explanations(reading, definition("dropout_dtp1_dtp3")) == [
        "Fewer reports came in than were expected: the value is about those that came."
    ]


def test_a_group_expects_what_its_members_of_each_month_do() -> None:
    it = Country()
    it.report(it.a, JAN, MAR)
    it.report(it.b, JAN)
    refresh_now()
    group = OrgUnitGroup.objects.create(key="g", name_fr="g", name_en="g")
    group.memberships.create(unit=it.a)
    group.memberships.create(unit=it.b, start=date(2025, 1, 1), end=date(2025, 2, 28))
    found = group_readings("dtp1_doses", group, [JAN, FEB, QUARTER])
    assert [found[period].expected for period in (JAN, FEB, QUARTER)] == [2, 1, 4]
    assert found[JAN].flags == ()
    assert found[QUARTER].flags == ("incomplete", "reports_missing")


def test_a_rolling_indicator_expects_the_reports_of_its_twelve_months() -> None:
    it = Country()
    months = [JAN.shift(by) for by in range(-11, 1)]
    it.report(it.a, *months[:-1])
    it.report(it.c, JAN)
    refresh_now()
    reading = readings("dtp1_coverage_rolling", [it.a], [JAN])[it.a.pk, JAN]
    assert (reading.reported, reading.expected) == (11, 12)
    assert "incomplete" in reading.flags


def test_zero_of_zero_and_a_target_that_no_such_place_has_do_not_apply() -> None:
    it = Country()
    dtp3 = an_element("DTP3")
    it.report(it.a, JAN, value=0)
    it.report(it.a, JAN, element=dtp3, value=0)
    it.report(it.b, JAN, value=0)
    it.report(it.b, JAN, element=dtp3, value=2)
    refresh_now()
    assert it.read("dropout_dtp1_dtp3", it.a, JAN).flags == ("zero_denominator", "not_applicable")
    assert it.read("dropout_dtp1_dtp3", it.b, JAN).flags == ("zero_denominator",)
    assert it.read("dtp1_coverage", it.a, JAN).flags == ("no_denominator",)  # nobody has a target
    other = a_unit("other", it.root)
    Denominator.objects.create(unit=other, year=2025, kind="surviving_infants", value=100, source=a_source())
    refresh_now()
    assert it.read("dtp1_coverage", it.a, JAN).flags == ("no_denominator", "not_applicable")
    assert it.read("dtp1_coverage", it.district, JAN).flags == ("no_denominator",)


def test_the_cost_does_not_grow_with_places_and_months(django_assert_num_queries: Any) -> None:
    it = Country()
    it.report(it.a, JAN, FEB, MAR)
    refresh_now()
    for units, periods in (([it.a], [JAN]), ([it.root, it.district, it.a, it.b, it.c], [JAN, FEB, MAR, QUARTER])):
        with django_assert_num_queries(2):
            reporting([it.form], units, periods)
        with django_assert_num_queries(3):
            expected_reports(["DTP1"], units, periods)
