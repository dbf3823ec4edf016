"""The only writer of values: counts add up, nothing is lost, what changed is marked."""

import random
from typing import Any

import pytest
from django.db import connection

from indicators.models import Batch, ChangedCell, DataValue, ValueChange
from indicators.periods import Period
from indicators.values import bulk
from indicators.values.actions import BadValues, Reported, Written, delete_demonstration_values, write_values
from tests.builders import a_unit, an_element, the_default_combo

pytestmark = pytest.mark.django_db
JAN, FEB = (Period.parse(text).code for text in ("202501", "202502"))


class Cells:
    """Two cells of one unit and element, January and February."""

    def __init__(self) -> None:
        self.element, self.unit, self.combo = an_element(), a_unit(), the_default_combo()

    def reports(self, **values: float | None) -> list[Reported]:
        months = {"jan": JAN, "feb": FEB}
        combo = self.combo.pk
        return [
            Reported(self.element.pk, months[name], self.unit.pk, combo, combo, value) for name, value in values.items()
        ]

    def write(self, *, demonstration: bool = False, **values: float | None) -> Written:
        return write_values(self.reports(**values), batch=a_batch(demonstration))

    def stored(self) -> dict[int, float]:
        return dict(DataValue.objects.filter(element=self.element).values_list("period", "value"))


def a_batch(demonstration: bool = False) -> Batch:
    return Batch.objects.create(origin="entry", label="test", demonstration=demonstration)


def test_counts_say_what_happened_to_each_row() -> None:
    cells = Cells()
    assert cells.write(jan=1, feb=0) == Written(created=2, updated=0, unchanged=0, deleted=0)
    assert cells.write(jan=1, feb=2) == Written(created=0, updated=1, unchanged=1, deleted=0)
    assert cells.write(jan=None, feb=2) == Written(created=0, updated=0, unchanged=1, deleted=1)
    assert cells.write(jan=None) == Written(created=0, updated=0, unchanged=1, deleted=0)
    assert cells.stored() == {FEB: 2}
    assert write_values([], batch=a_batch()) == Written(0, 0, 0, 0)


def test_what_was_replaced_or_deleted_is_kept() -> None:
    cells = Cells()
    cells.write(jan=1, feb=0)
    cells.write(jan=3, feb=0)
    cells.write(jan=None)
    kept = list(ValueChange.objects.order_by("id").values_list("period", "before", "after"))
    assert kept == [(JAN, 1, 3), (JAN, 3, None)]
    first, second, third = Batch.objects.order_by("pk")
    assert [(change.before_batch, change.batch) for change in ValueChange.objects.order_by("id")] == [
        (first, second),
        (second, third),
    ]


def test_only_changed_cells_are_marked() -> None:
    cells = Cells()
    cells.write(jan=1, feb=1)
    ChangedCell.objects.all().delete()
    cells.write(jan=1)
    assert not ChangedCell.objects.exists()
    cells.write(jan=1, feb=2)
    assert list(ChangedCell.objects.values_list("element", "period", "unit")) == [
        (cells.element.pk, FEB, cells.unit.pk)
    ]


def test_many_changes_are_one_mark_for_all_units_of_an_element_and_month(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "LIST_AT_MOST", 1)
    cells = Cells()
    marks = ChangedCell.objects.order_by("period").values_list("element", "period", "unit")
    both = [(cells.element.pk, JAN, None), (cells.element.pk, FEB, None)]
    cells.write(jan=1, feb=2)  # straight in
    assert list(marks) == both
    ChangedCell.objects.all().delete()
    cells.write(jan=3, feb=4)  # compared
    assert list(marks) == both


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_number_that_is_not_finite_is_refused_on_every_database(value: float) -> None:
    cells = Cells()
    with pytest.raises(BadValues, match="finite"):
        cells.write(jan=1, feb=value)
    assert cells.stored() == {}


@pytest.mark.parametrize("period", [Period.parse("2025").code, Period.parse("2025Q1").code])
def test_other_periods_than_months_are_written_too(period: int) -> None:
    cells = Cells()
    (report,) = cells.reports(jan=1)
    assert write_values([report._replace(period=period)], batch=a_batch()).created == 1


@pytest.mark.parametrize("period", [0, 320251301, 320250102])
def test_a_code_of_no_period_is_refused(period: int) -> None:
    cells = Cells()
    (report,) = cells.reports(jan=1)
    with pytest.raises(BadValues):
        write_values([report._replace(period=period)], batch=a_batch())


@pytest.mark.parametrize("field", ["element_id", "unit_id", "option_id", "attribute_id"])
def test_a_reference_to_nothing_is_refused(field: str) -> None:
    cells = Cells()
    (report,) = cells.reports(jan=1)
    with pytest.raises(BadValues, match="no such row"):
        write_values([report._replace(**{field: 999_999})], batch=a_batch())


def test_a_cell_given_twice_is_refused() -> None:
    cells = Cells()
    with pytest.raises(BadValues, match="twice"):
        write_values([*cells.reports(jan=1), *cells.reports(jan=2)], batch=a_batch())


def test_a_real_number_takes_the_cell_over_from_the_demonstration_even_where_it_is_the_same() -> None:
    cells = Cells()
    cells.write(demonstration=True, jan=5, feb=6)
    assert cells.write(jan=5).updated == 1
    assert delete_demonstration_values() == 1
    assert cells.stored() == {JAN: 5}


def test_removing_the_demonstration_brings_back_what_it_had_replaced() -> None:
    cells = Cells()
    cells.write(jan=5)
    cells.write(demonstration=True, jan=7, feb=8)
    cells.write(demonstration=True, jan=9)
    assert delete_demonstration_values() == 2
    assert cells.stored() == {JAN: 5}
    assert not ValueChange.objects.exists()
    Batch.objects.filter(demonstration=True).delete()  # nothing refers to them any more


def test_a_random_history_ends_where_a_dictionary_ends() -> None:
    chance = random.Random(3)
    elements, units, combo = [an_element() for _ in range(3)], [a_unit() for _ in range(3)], the_default_combo().pk
    expected: dict[tuple[int, ...], float] = {}
    for _ in range(30):
        keys = {
            (chance.choice(elements).pk, chance.choice([JAN, FEB]), chance.choice(units).pk, combo, combo)
            for _ in range(9)
        }
        reports = [Reported(*key, chance.choice([None, 0.0, 1.5, 2.0])) for key in keys]
        before = dict(expected)
        for report in reports:
            if report.value is None:
                expected.pop(report[:5], None)
            else:
                expected[report[:5]] = report.value
        written = write_values(reports, batch=a_batch())
        assert sum(written) == len(reports)
        assert written.created == len(expected.keys() - before.keys())
        assert written.deleted == len(before.keys() - expected.keys())
        assert written.updated == sum(before[key] != expected[key] for key in before.keys() & expected.keys())
    assert {value.pk: value.value for value in DataValue.objects.all()} == expected


def test_sqlite_keeps_the_bulk_tables_in_the_order_of_their_key() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a matter of SQLite")
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE 'indicators%%' AND sql LIKE '%%WITHOUT ROWID'")
        found: Any = {name for (name,) in cursor.fetchall()}
    assert found == {"indicators_datavalue", "indicators_aggregate"}
