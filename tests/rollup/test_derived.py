"""Derived elements: operands and the reports of data sets, refreshed as all other elements are, alike in every way."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.models import (
    Aggregate,
    ChangedCell,
    DataElement,
    DataSet,
    DataValue,
    FormerParent,
    OptionCombo,
    OrgUnit,
)
from indicators.periods import Period
from indicators.rollup import refresh, tables
from indicators.rollup.actions import record_values, refresh_now, refresh_part_soon
from indicators.rollup.models import RefreshJob
from indicators.rollup.report_actions import record_reports
from indicators.values.actions import Reported
from indicators.values.report_actions import Received
from tests.builders import a_data_set, a_unit, an_element, the_default_combo
from tests.rollup.slow import aggregates, parent_on, with_children
from tests.rollup.slow_derived import derived_rows

pytestmark = pytest.mark.django_db
JAN = Period.parse("202501")


def an_option(name: str = "option") -> OptionCombo:
    return OptionCombo.objects.create(uid=f"Option{OptionCombo.objects.count():05d}", name=name)


def an_operand(element: DataElement, option: OptionCombo | None, attribute: OptionCombo | None = None) -> DataElement:
    uid = f"{element.uid}.{option.uid if option else '*'}{f'.{attribute.uid}' if attribute else ''}"
    return an_element(
        uid=uid, derivation="operand", operand_of=element, operand_option=option, operand_attribute=attribute
    )


def write(*reports: Reported, **fields: Any) -> None:
    record_values(reports, **{"origin": "entry", "label": "test", "by": None, **fields})


def declare(data_set: DataSet, unit: OrgUnit, month: Period, day: date | None) -> None:
    record_reports([Received(data_set.pk, month.code, unit.pk, day)], origin="import", label="test", by=None)


def sums(data_set: DataSet, unit: OrgUnit, period: Period) -> dict[str, float]:
    rows = Aggregate.objects.filter(element__data_set=data_set, unit=unit, period=period.code)
    return dict(rows.values_list("element__derivation", "sum"))


def the_slow_way() -> dict[tuple[int, int, int], tuple[float, int, bool]]:
    names = ("element_id", "period", "unit_id", "option_id", "value", "batch__demonstration")
    rows = list(DataValue.objects.filter(element__in=tables.summed_elements()).values_list(*names))
    parents = dict(OrgUnit.objects.values_list("pk", "parent_id"))
    moves = list(FormerParent.objects.values_list("unit_id", "parent_id", "until"))
    derived, inner = set(tables.derived_elements()), with_children(parents, moves)
    found = aggregates([*rows, *derived_rows()], parent_on(parents, moves))
    return {key: cell for key, cell in found.items() if key[0] in derived or key[1] in inner}


def stored() -> dict[tuple[int, int, int], tuple[float, int, bool]]:
    rows = Aggregate.objects.filter(element__in=tables.summed_elements())
    names = ("element_id", "unit_id", "period", "sum", "reported", "demonstration")
    return {row[:3]: row[3:] for row in rows.values_list(*names)}


def test_an_operand_has_the_values_of_its_option_only() -> None:
    district = a_unit()
    unit, element, default, fixed = a_unit("a", district), an_element(), the_default_combo(), an_option()
    operand, attributed = an_operand(element, fixed), an_operand(element, None, fixed)
    write(
        Reported(element.pk, JAN.code, unit.pk, default.pk, default.pk, 5),
        Reported(element.pk, JAN.code, unit.pk, fixed.pk, default.pk, 0),
        Reported(element.pk, JAN.code, unit.pk, default.pk, fixed.pk, 3),
    )
    refresh_now(RefreshJob.Scope.CHANGED)
    found = dict(Aggregate.objects.filter(unit=district, period=JAN.code).values_list("element", "sum"))
    assert found == {element.pk: 8, operand.pk: 0, attributed.pk: 3}


def test_reports_are_expected_while_the_set_is_used_and_the_unit_is_asked_and_open() -> None:
    district = a_unit()
    usual, late = a_unit("usual", district), a_unit("late", district, opening_date=date(2025, 1, 2))
    gone = a_unit("gone", district, closed_date=date(2025, 2, 1))
    unasked, element, combo = a_unit("unasked", district), an_element(), the_default_combo().pk
    data_set = a_data_set([element], [usual, late, gone])
    for month in (JAN, JAN.shift(2)):
        write(Reported(element.pk, month.code, usual.pk, combo, combo, 0))
    write(Reported(element.pk, JAN.code, unasked.pk, combo, combo, 1))
    refresh_now(RefreshJob.Scope.CHANGED)
    assert sums(data_set, district, JAN) == {"expected": 2, "actual": 2}
    assert sums(data_set, district, JAN.shift(1)) == {"expected": 3}
    assert sums(data_set, district, JAN.shift(2)) == {"expected": 2, "actual": 1}
    assert sums(data_set, district, JAN.shift(3)) == {}
    assert sums(data_set, district, Period.parse("2025")) == {"expected": 7, "actual": 3}


def test_the_last_day_is_in_time_and_the_next_is_late() -> None:
    district = a_unit()
    units = [a_unit(str(number), district) for number in range(3)]
    data_set = a_data_set([], units)
    for unit, day in zip(units, (date(2025, 1, 31), date(2025, 2, 10), date(2025, 2, 11)), strict=True):
        declare(data_set, unit, JAN, day)
    refresh_now(RefreshJob.Scope.CHANGED)
    assert sums(data_set, district, JAN) == {"expected": 3, "actual": 3, "on_time": 2}
    declare(data_set, units[0], JAN, None)
    refresh_now(RefreshJob.Scope.CHANGED)
    assert sums(data_set, district, JAN) == {"expected": 3, "actual": 2, "on_time": 1}


@settings(max_examples=12, deadline=None)
@given(st.randoms(use_true_random=False), st.booleans())
def test_changed_everything_and_the_slow_way_agree(chance: random.Random, as_blocks: bool) -> None:
    with transaction.atomic(), pytest.MonkeyPatch.context() as patch:
        if as_blocks:
            patch.setattr(refresh, "FEW", 0)
        _random_edits(chance)
        transaction.set_rollback(True)


def _random_edits(chance: random.Random) -> None:
    country = a_unit("country")
    units = [country]
    for _ in range(7):
        opened, closed = (
            chance.choice([None, date(2025, 1, 1), date(2025, 2, 9)]),
            chance.choice([None, date(2025, 3, 1)]),
        )
        parent = chance.choice(units)
        units.append(
            a_unit(parent=parent, opening_date=opened, closed_date=closed, demonstration=chance.random() < 0.2)
        )
    for place in chance.sample(range(2, 8), 2):  # below an older unit, so that none lies below itself
        until = date(2025, chance.randint(1, 4), chance.choice([1, 15, 28]))
        FormerParent.objects.create(unit=units[place], parent=chance.choice(units[:place]), until=until)
    options = [the_default_combo(), an_option(), an_option()]
    elements = [an_element(aggregation=chance.choice(tables.AGGREGATED)) for _ in range(3)]
    for option in (None, *options):
        an_operand(elements[0], option, chance.choice([None, *options]) if option else options[1])
    sets = [
        a_data_set(chance.sample(elements, 2), chance.sample(units, 5), timely_days=chance.randint(0, 20)),
        a_data_set(elements[:1], units[1:], timely_days=5),
    ]
    for assignment in sets[0].assignments.all():
        assignment.start = chance.choice([None, date(2025, 2, 1)])
        assignment.end = chance.choice([None, date(2025, 3, 31)])
        assignment.save()
    for _ in range(5):
        cells = {
            (
                chance.choice(elements).pk, JAN.shift(chance.randint(0, 4)).code, chance.choice(units).pk,
                chance.choice(options).pk, chance.choice(options).pk,
            )
            for _ in range(chance.randint(0, 9))
        }  # fmt: skip
        reports = [Reported(*cell, chance.choice([None, None, 0.0, 2.5, 7.0])) for cell in sorted(cells)]
        write(*reports, demonstration=chance.random() < 0.3)
        for _ in range(chance.randint(0, 3)):
            month, late = JAN.shift(chance.randint(0, 4)), chance.randint(-9, 25)
            day = chance.choice([None, month.end + timedelta(days=late)])
            declare(chance.choice(sets), chance.choice(units), month, day)
        refresh_now(RefreshJob.Scope.CHANGED)
        assert not ChangedCell.objects.exists()
        assert stored() == the_slow_way()
    refresh_part_soon(unit=chance.choice(units))
    assert refresh_now(RefreshJob.Scope.CHANGED).cells == 0
    assert refresh_now(RefreshJob.Scope.EVERYTHING).cells == 0, "the two ways of refreshing disagree"


def test_the_cost_does_not_grow_with_the_values(django_assert_max_num_queries: Any) -> None:
    units, combo = [a_unit() for _ in range(30)], the_default_combo()
    elements = [an_element() for _ in range(10)]
    for element in elements:
        an_operand(element, combo)
    a_data_set(elements, units)
    write(*(Reported(element.pk, JAN.code, unit.pk, combo.pk, combo.pk, 1) for element in elements for unit in units))
    with django_assert_max_num_queries(80):
        refresh_now(RefreshJob.Scope.CHANGED)


def test_an_operand_without_any_option_is_refused() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        an_operand(an_element(), None)
