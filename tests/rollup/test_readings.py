"""From sums to indicators: zero is not missing, nothing is clamped, rates are never averaged."""

from datetime import date
from typing import Any

import pytest

from indicators.geography.models import OrgUnitGroup
from indicators.models import DataElement, Denominator, OrgUnit
from indicators.periods import Period
from indicators.rollup.actions import record_values, refresh_now
from indicators.rollup.queries import cells, group_cells
from indicators.rollup.readings import Behind, Reading, readings
from indicators.values.actions import Reported
from tests.builders import a_source, a_unit, an_element, the_default_combo
from tests.rollup.one_group import group_readings

pytestmark = pytest.mark.django_db
JAN, FEB, MAR = (Period.parse(text) for text in ("202501", "202502", "202503"))
QUARTER, YEAR = Period.parse("2025Q1"), Period.parse("2025")


class Country:
    """A district with two health areas; `dtp1` and `dtp3` are its elements."""

    def __init__(self) -> None:
        self.root = a_unit("country")
        self.district = a_unit("district", self.root)
        self.a, self.b = a_unit("a", self.district), a_unit("b", self.district)
        self.dtp1, self.dtp3 = an_element("DTP1"), an_element("DTP3")

    def report(self, element: DataElement, unit: OrgUnit, *values: float | None, **fields: Any) -> None:
        """Values for January onwards; None for a month without a report."""
        combo = the_default_combo().pk
        months = [JAN.shift(place).code for place in range(len(values))]
        reports = [
            Reported(element.pk, month, unit.pk, combo, combo, value)
            for month, value in zip(months, values, strict=True)
            if value is not None
        ]
        record_values(reports, **{"origin": "entry", "label": "test", "by": None, **fields})

    def target(self, unit: OrgUnit, children: float, **fields: Any) -> None:
        Denominator.objects.create(
            **{
                "unit": unit,
                "year": 2025,
                "kind": "surviving_infants",
                "value": children,
                "source": a_source(),
                **fields,
            }
        )

    def read(self, code: str, unit: OrgUnit, period: Period) -> Reading:
        refresh_now()
        return readings(code, [unit], [period])[unit.pk, period]


def test_zero_is_a_number_and_missing_is_none() -> None:
    it = Country()
    it.report(it.dtp1, it.a, 0)
    zero = it.read("dtp1_doses", it.a, JAN)
    assert (zero.value, zero.reported, zero.flags) == (0, 1, ())
    missing = it.read("dtp1_doses", it.a, FEB)
    assert (missing.value, missing.reported, missing.flags) == (None, None, ())


def test_a_quarter_of_two_months_is_told_from_one_of_three() -> None:
    it = Country()
    it.report(it.dtp1, it.a, 5, None, 7)
    it.report(it.dtp1, it.b, 1, 2, 3)
    part, whole = it.read("dtp1_doses", it.a, QUARTER), it.read("dtp1_doses", it.b, QUARTER)
    assert (part.value, part.reported, part.expected_months, part.flags) == (12, 2, 3, ("incomplete",))
    assert (whole.value, whole.reported, whole.flags) == (6, 3, ())
    assert it.read("dtp1_doses", it.district, QUARTER).reported == 5


def test_coverage_takes_the_target_by_twelfths() -> None:
    it = Country()
    it.target(it.a, 120)
    it.report(it.dtp1, it.a, 5, 10, 9)
    assert it.read("dtp1_coverage", it.a, JAN).value == 50
    quarter = it.read("dtp1_coverage", it.a, QUARTER)
    assert (quarter.value, quarter.numerator, quarter.denominator) == (80, 24, 30)


def test_above_one_hundred_is_kept_and_flagged_one_hundred_is_not() -> None:
    it = Country()
    it.target(it.a, 120)
    it.report(it.dtp1, it.a, 14.2, 10)
    over = it.read("dtp1_coverage", it.a, JAN)
    assert (over.value, over.flags) == (pytest.approx(142), ("over_100",))
    assert it.read("dtp1_coverage", it.a, FEB).flags == ()


def test_rates_are_never_averaged() -> None:
    it = Country()
    it.target(it.a, 1200)
    it.target(it.b, 12)
    it.report(it.dtp1, it.a, 100)
    it.report(it.dtp1, it.b, 0)
    assert it.read("dtp1_coverage", it.district, JAN).value == pytest.approx(100 * 100 / 101)


def test_coverage_without_a_population_is_missing_and_says_so() -> None:
    it = Country()
    it.report(it.dtp1, it.a, 5)
    reading = it.read("dtp1_coverage", it.a, JAN)
    assert (reading.value, reading.numerator, reading.flags) == (None, 5, ("no_denominator",))


def test_a_population_of_zero_divides_nothing() -> None:
    it = Country()
    it.target(it.a, 0)
    it.report(it.dtp1, it.a, 5)
    assert it.read("dtp1_coverage", it.a, JAN).flags == ("zero_denominator",)
    assert it.read("dtp1_coverage", it.a, JAN).value is None


def test_dropout_may_be_negative_and_needs_both_doses() -> None:
    it = Country()
    it.report(it.dtp1, it.a, 40, 40, 0)
    it.report(it.dtp3, it.a, 30, 50, 3)
    assert it.read("dropout_dtp1_dtp3", it.a, JAN).value == 25
    negative = it.read("dropout_dtp1_dtp3", it.a, FEB)
    assert (negative.value, negative.flags) == (-25, ("negative",))
    assert it.read("dropout_dtp1_dtp3", it.a, MAR).flags == ("zero_denominator",)
    it.report(it.dtp1, it.b, 8)
    missing = it.read("dropout_dtp1_dtp3", it.b, JAN)
    assert (missing.value, missing.reported, missing.flags) == (None, None, ("incomplete",))


def test_zero_dose_is_signed() -> None:
    it = Country()
    it.target(it.a, 120)
    it.report(it.dtp1, it.a, 4, 13)
    assert it.read("zero_dose", it.a, JAN).value == 6
    negative = it.read("zero_dose", it.a, FEB)
    assert (negative.value, negative.flags) == (-3, ("negative",))
    unreported = it.read("zero_dose", it.a, MAR)
    assert (unreported.value, unreported.flags) == (None, ()), "no report is not 10 children without a dose"
    it.report(it.dtp1, it.b, 4)
    assert it.read("zero_dose", it.b, JAN).flags == ("no_denominator",)


def test_demonstration_shows_in_everything_it_touches() -> None:
    it = Country()
    it.target(it.a, 120, demonstration=True)
    it.report(it.dtp1, it.a, 4)
    it.report(it.dtp1, it.b, 4, demonstration=True)
    assert not it.read("dtp1_doses", it.a, JAN).demonstration
    assert it.read("dtp1_coverage", it.a, JAN).demonstration
    assert it.read("dtp1_doses", it.district, YEAR).demonstration


def test_every_pair_has_an_answer_in_few_queries(django_assert_max_num_queries: Any) -> None:
    it = Country()
    it.target(it.a, 120)
    it.report(it.dtp1, it.a, 4, 5, 6)
    refresh_now()
    units, periods = [it.root, it.district, it.a, it.b], [JAN, FEB, QUARTER, YEAR]
    with django_assert_max_num_queries(5):
        found = readings("dtp1_coverage", units, periods)
    assert found.keys() == {(unit.pk, period) for unit in units for period in periods}
    with pytest.raises(KeyError):
        readings("no_such_indicator", units, periods)


def test_elements_of_one_concept_add_up() -> None:
    it = Country()
    it.report(it.dtp1, it.a, 4)
    it.report(an_element("DTP1"), it.b, 5)
    refresh_now()
    assert cells(["DTP1"], [it.district], [JAN])["DTP1", it.district.pk, JAN].sum == 9


def a_group(*members: tuple[OrgUnit, str | None, str | None]) -> OrgUnitGroup:
    group = OrgUnitGroup.objects.create(key=f"group-{OrgUnitGroup.objects.count()}", name_fr="g", name_en="g")
    for unit, start, end in members:
        dates = {"start": start and date.fromisoformat(start), "end": end and date.fromisoformat(end)}
        group.memberships.create(unit=unit, **dates)
    return group


def test_groups_count_members_in_the_months_of_their_membership(django_assert_max_num_queries: Any) -> None:
    it = Country()
    it.report(it.dtp1, it.a, 1, 2, 4)
    it.report(it.dtp1, it.b, 10, 20, 40)
    it.target(it.a, 120)
    it.target(it.b, 240)
    refresh_now()
    group = a_group((it.a, None, None), (it.b, "2025-02-01", "2025-02-28"))
    with django_assert_max_num_queries(6):
        found = group_readings("dtp1_coverage", group, [JAN, FEB, QUARTER])
    assert [found[period].numerator for period in (JAN, FEB, QUARTER)] == [1, 22, 27]
    assert [found[period].denominator for period in (JAN, FEB, QUARTER)] == [10, 30, 50]
    assert group_cells(["DTP1"], group, [QUARTER])["DTP1", QUARTER].reported == 4


def test_a_member_below_another_member_counts_once() -> None:
    it = Country()
    it.report(it.dtp1, it.a, 5)
    refresh_now()
    group = a_group((it.district, None, None), (it.a, None, None))
    assert group_readings("dtp1_doses", group, [JAN])[JAN].value == 5


def test_a_group_whose_member_reports_without_a_population_has_no_rate() -> None:
    it = Country()
    it.report(it.dtp1, it.a, 5)
    it.report(it.dtp1, it.b, 5)
    it.target(it.a, 120)
    refresh_now()
    reading = group_readings("dtp1_coverage", a_group((it.a, None, None), (it.b, None, None)), [JAN])[JAN]
    assert (reading.value, reading.numerator, reading.flags) == (None, 10, ("no_denominator",))
    empty = group_readings("dtp1_coverage", a_group(), [JAN])[JAN]
    assert (empty.value, empty.numerator) == (None, None)


def test_contributions_are_the_rows_behind_the_number() -> None:
    it = Country()
    it.target(it.a, 120)
    it.target(it.b, 60)
    it.report(it.dtp1, it.a, 5, 6)
    it.report(it.dtp1, it.b, 7)
    it.report(it.dtp3, it.b, 100)
    reading = it.read("dtp1_coverage", it.district, JAN)
    rows = Behind("dtp1_coverage", it.district, JAN).rows(limit=200)
    assert sum(row.value for row in rows if row.batch) == reading.numerator == 12
    assert sum(row.value for row in rows if not row.batch) == 12 * (reading.denominator or 0) == 180
    assert Behind("dtp1_coverage", it.district, JAN).count == len(rows) == 4
    pages = [Behind("dtp1_coverage", it.district, JAN).rows(limit=1, offset=place)[0] for place in range(4)]
    assert pages == rows


def test_the_population_behind_a_unit_with_its_own_is_its_own() -> None:
    it = Country()
    it.target(it.district, 500)
    it.target(it.a, 120)
    it.report(it.dtp1, it.a, 5)
    (own, _) = Behind("dtp1_coverage", it.district, JAN).rows(limit=200)
    assert own.value == 500 == 12 * (it.read("dtp1_coverage", it.district, JAN).denominator or 0)
