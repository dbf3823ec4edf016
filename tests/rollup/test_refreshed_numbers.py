"""What a refresh leaves behind: of units that moved, of leaves, of what does not add up, of denominators."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.models import (
    Aggregate,
    Denominator,
    DenominatorTotal,
    FormerParent,
    OrgUnit,
)
from indicators.periods import Period
from indicators.rollup import stored as stored_numbers
from indicators.rollup.actions import refresh_now
from indicators.rollup.models import RefreshJob
from indicators.rollup.queries import element_cells, unit_months_on_record
from indicators.values.actions import Reported, mark_everything
from tests.builders import a_source, a_unit, an_element, the_default_combo
from tests.rollup.both_ways import (
    MONTHS,
    a_small_country,
    assert_right,
    shown,
    stored,
    up_to_year,
    write,
)

pytestmark = pytest.mark.django_db


def test_a_unit_whose_parent_is_corrected_takes_its_numbers_along() -> None:
    units, element, combo = a_small_country(), an_element(), the_default_combo()
    write([Reported(element.pk, MONTHS[0], units[4].pk, combo.pk, combo.pk, 7)])
    refresh_now(RefreshJob.Scope.CHANGED)
    units[4].parent = units[3]
    units[4].save()
    mark_everything()
    refresh_now(RefreshJob.Scope.CHANGED)
    assert_right()
    assert (element.pk, units[1].pk, MONTHS[0]) not in stored()


def test_a_unit_that_moved_leaves_the_numbers_of_the_months_before_behind() -> None:
    (country, old, new, *_), village = a_small_country(), a_unit(parent=(district := a_unit(parent=a_unit())))
    element, combo = an_element(), the_default_combo()
    OrgUnit.objects.filter(pk=village.pk).update(parent=new)
    FormerParent.objects.create(unit=village, parent=old, until=date(2025, 1, 31))
    months = MONTHS[2:4]  # January, below the old district, and February, below the new one
    write([Reported(element.pk, month, village.pk, combo.pk, combo.pk, 7) for month in months])
    refresh_now(RefreshJob.Scope.CHANGED)
    assert_right()
    quarter = Period.parse("2025Q1").code
    found = {key[1:]: cell[0] for key, cell in stored().items() if key[2] in (*months, quarter)}
    assert {key: total for key, total in found.items() if key[0] != country.pk} == {
        (old.pk, months[0]): 7, (old.pk, quarter): 7, (new.pk, months[1]): 7, (new.pk, quarter): 7
    }  # fmt: skip
    assert found[country.pk, quarter] == 14
    assert not Aggregate.objects.filter(unit=district).exists()


def test_what_a_leaf_reports_shows_at_once_and_above_it_after_the_refresh() -> None:
    (country, district, *_, village), element, combo = a_small_country(), an_element("DTP1"), the_default_combo()
    write([Reported(element.pk, MONTHS[0], village.pk, combo.pk, combo.pk, 7)])
    assert {key[1]: cell[0] for key, cell in shown().items() if key[2] == MONTHS[0]} == {village.pk: 7}
    refresh_now(RefreshJob.Scope.CHANGED)
    assert_right()
    month = Period.from_code(MONTHS[0])
    assert unit_months_on_record(["DTP1"], [country.pk, district.pk, village.pk]) == {
        (country.pk, month), (village.pk, month)
    }  # fmt: skip


def test_rows_of_leaves_from_before_are_taken_away_and_never_read_twice() -> None:
    (*_, village), element, combo = a_small_country(), an_element(), the_default_combo()
    write([Reported(element.pk, MONTHS[0], village.pk, combo.pk, combo.pk, 7)])
    for period in up_to_year(Period.from_code(MONTHS[0])):
        Aggregate.objects.create(
            element=element, unit=village, period=period.code, sum=3, reported=1, demonstration=False
        )
    assert {cell[0] for cell in shown().values()} == {7}
    refresh_now()
    assert_right()


def test_many_units_are_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    units, element, combo = a_small_country(), an_element(), the_default_combo()
    write([Reported(element.pk, month, unit.pk, combo.pk, combo.pk, 0.7) for month in MONTHS for unit in units])
    refresh_now()
    monkeypatch.setattr(stored_numbers, "_UNITS_AT_ONCE", 5)
    with CaptureQueriesContext(connection) as queries:
        found = element_cells([element.uid], units, [Period.from_code(MONTHS[0])])
    assert (len(found), len(queries)) == (len(units), 3)
    assert found[element.uid, units[-1].pk, Period.from_code(MONTHS[0])].sum == 0.7


@pytest.mark.parametrize(("value_type", "aggregation"), [("NUMBER", "MIN"), ("TEXT", "SUM"), ("DATE", "NONE")])
def test_what_does_not_add_up_is_left_out(value_type: str, aggregation: str) -> None:
    unit, combo = a_unit(parent=a_unit()), the_default_combo()
    element = an_element("DTP1", value_type=value_type, aggregation=aggregation)
    write([Reported(element.pk, MONTHS[0], unit.pk, combo.pk, combo.pk, 7)])
    assert refresh_now(RefreshJob.Scope.CHANGED).cells == 0
    assert refresh_now(RefreshJob.Scope.EVERYTHING).cells == 0
    assert stored() == shown() == {}
    assert unit_months_on_record(["DTP1"], [unit.pk]) == set()


def denominator(unit: OrgUnit, value: float, **fields: Any) -> Denominator:
    return Denominator.objects.create(
        **{"unit": unit, "year": 2025, "kind": "surviving_infants", "value": value, "source": a_source(), **fields}
    )


def test_denominators_add_up_unless_a_unit_has_its_own() -> None:
    country, *districts = a_small_country()[:4]
    villages = list(districts[0].children.all())
    for village, value in zip(villages, (10, 20, 30), strict=True):
        denominator(village, value)
    denominator(districts[1], 500, demonstration=True)
    denominator(villages[0], 99, preferred=False)
    refresh_now(RefreshJob.Scope.CHANGED)
    totals = {row.unit_id: (row.sum, row.demonstration) for row in DenominatorTotal.objects.all()}
    assert totals[districts[0].pk] == (60, False)
    assert totals[country.pk] == (560, True)
    assert districts[2].pk not in totals

    own = denominator(districts[0], 75)
    Denominator.objects.filter(unit=districts[1]).delete()
    refresh_now(RefreshJob.Scope.CHANGED)
    totals = {row.unit_id: (row.sum, row.demonstration) for row in DenominatorTotal.objects.all()}
    assert totals[country.pk] == (75, False)
    assert own.unit_id in totals
    assert districts[1].pk not in totals
    assert refresh_now(RefreshJob.Scope.CHANGED).cells == 0
