"""Refreshes against the database: everything, only what changed, and the slow way, all alike."""

import random
from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.models import (
    Aggregate,
    ChangedCell,
    DataElement,
    DataValue,
    Denominator,
    DenominatorTotal,
    FormerParent,
    OrgUnit,
)
from indicators.periods import Frequency, Period
from indicators.rollup import refresh, tables
from indicators.rollup import stored as stored_numbers
from indicators.rollup.actions import record_values, refresh_now, refresh_part_soon
from indicators.rollup.models import RefreshJob
from indicators.rollup.queries import element_cells, unit_months_on_record
from indicators.values.actions import Reported, mark_everything
from tests.builders import a_source, a_unit, an_element, the_default_combo
from tests.rollup.slow import aggregates, parent_on, with_children

pytestmark = pytest.mark.django_db
MONTHS = [Period.parse(text).code for text in ("202411", "202412", "202501", "202502", "202503", "202504")]


def stored() -> dict[tuple[int, int, int], tuple[float, int, bool]]:
    rows = Aggregate.objects.values_list("element_id", "unit_id", "period", "sum", "reported", "demonstration")
    return {row[:3]: row[3:] for row in rows}


def shown() -> dict[tuple[int, int, int], tuple[float, int, bool]]:
    """What is read of all units, leaves too."""
    elements = dict(DataElement.objects.values_list("uid", "pk"))
    years = {code // 10_000 % 10_000 for code in DataValue.objects.values_list("period", flat=True)}
    whole = [Period(Frequency.YEAR, year) for year in years]
    periods = [period for year in whole for month in year.months() for period in _up_to_year(month)]
    found = element_cells(elements, list(OrgUnit.objects.all()), set(periods))
    return {
        (elements[uid], unit, period.code): (total, reported, made_up)
        for (uid, unit, period), (total, reported, made_up) in found.items()
    }


def _up_to_year(month: Period) -> list[Period]:
    return [month.within(frequency) for frequency in Frequency]


def the_slow_way(*, leaves: bool = True) -> dict[tuple[int, int, int], tuple[float, int, bool]]:
    names = ("element_id", "period", "unit_id", "option_id", "value", "batch__demonstration")
    rows = DataValue.objects.filter(element__in=tables.summed_elements()).values_list(*names)
    parents = dict(OrgUnit.objects.values_list("pk", "parent_id"))
    moves = list(FormerParent.objects.values_list("unit_id", "parent_id", "until"))
    inner = with_children(parents, moves)
    found = aggregates(rows, parent_on(parents, moves))
    return {key: cell for key, cell in found.items() if leaves or key[1] in inner}


def assert_right() -> None:
    """The slow way's numbers are read of every unit, and stored of those with units below."""
    assert shown() == the_slow_way()
    assert stored() == the_slow_way(leaves=False)


def a_small_country() -> list[OrgUnit]:
    country = a_unit("country")
    districts = [a_unit(parent=country) for _ in range(3)]
    return [country, *districts, *(a_unit(parent=district) for district in districts for _ in range(3))]


def some_moves(units: list[OrgUnit], chance: random.Random) -> None:
    """Villages were below other districts, the country or a village before, and a district below another district."""
    country, first, _, third, *villages = units
    days = [date(2024, 10, 31), date(2024, 12, 15), date(2025, 1, 1), date(2025, 2, 28), date(2025, 3, 3)]
    for village in villages[1:]:
        for day in chance.sample(days, chance.randint(0, 2)):
            parent = chance.choice([country, first, third, villages[0]])
            FormerParent.objects.create(unit=village, parent=parent, until=day)
    FormerParent.objects.create(unit=third, parent=first, until=chance.choice(days))


def write(reports: list[Reported], **fields: Any) -> None:
    record_values(reports, **{"origin": "entry", "label": "test", "by": None, **fields})


@pytest.mark.parametrize("seed", range(8))
def test_changed_everything_and_the_slow_way_agree_after_random_edits(seed: int) -> None:
    chance = random.Random(seed)
    units, elements, combo = a_small_country(), [an_element("DTP1"), an_element("DTP3")], the_default_combo()
    if seed % 2:
        some_moves(units, chance)
    for _ in range(6):
        cells = {
            (chance.choice(elements).pk, chance.choice(MONTHS), chance.choice(units).pk, combo.pk, combo.pk)
            for _ in range(chance.randint(1, 12))
        }
        # Halves: exact in any order of adding, so the slow way gives the same bits. A third of the writes delete.
        reports = [Reported(*cell, chance.choice([None, chance.randint(0, 90) / 2, 0.0])) for cell in sorted(cells)]
        write(reports, demonstration=chance.random() < 0.3)
        refresh_now(RefreshJob.Scope.CHANGED)
        assert not ChangedCell.objects.exists()
        assert_right()
    assert refresh_now(RefreshJob.Scope.EVERYTHING).cells == 0, "the two ways of refreshing disagree"


def test_decimals_add_up_to_the_same_bits_either_way() -> None:
    chance = random.Random(1)
    units, element, combo, other = a_small_country(), an_element(), the_default_combo(), an_element()
    some_moves(units, chance)
    options = [combo.pk, *(type(combo).objects.create(uid=f"O{number:010d}", name="x").pk for number in range(6))]
    for _ in range(5):
        cells = {(chance.choice(MONTHS), chance.choice(units).pk, chance.choice(options)) for _ in range(60)}
        write([Reported(element.pk, *cell, combo.pk, chance.random() * 100) for cell in sorted(cells)])
        refresh_now(RefreshJob.Scope.CHANGED)
        assert refresh_now(RefreshJob.Scope.EVERYTHING).cells == 0
    assert not Aggregate.objects.filter(element=other).exists()


@pytest.mark.parametrize("seed", range(4))
def test_whole_blocks_and_cell_by_cell_give_the_same(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    units, elements, combo = a_small_country(), [an_element(), an_element()], the_default_combo()
    if seed % 2:
        some_moves(units, chance)
    every = [(element.pk, month, unit.pk) for element in elements for month in MONTHS for unit in units]
    write([Reported(*cell, combo.pk, combo.pk, chance.random() * 9) for cell in every])
    refresh_now()
    monkeypatch.setattr(refresh, "FEW", 0)
    monkeypatch.setattr(refresh, "_everything", lambda *_: pytest.fail("computed everything"))
    for _ in range(3):
        block = (chance.choice(elements).pk, chance.choice(MONTHS))
        some = [cell for cell in every if cell[:2] == block and chance.random() < 0.7]
        write([Reported(*cell, combo.pk, combo.pk, chance.choice([None, chance.random()])) for cell in some])
        with monkeypatch.context() as patch:
            patch.setattr(refresh, "_above", lambda *_: pytest.fail("computed one by one"))
            refresh_now(RefreshJob.Scope.CHANGED)
    monkeypatch.undo()
    assert refresh_now(RefreshJob.Scope.EVERYTHING).cells == 0, "the two ways of refreshing disagree"


@pytest.mark.parametrize("at_once", [1, 50, 10**9])
def test_the_size_of_the_parts_of_a_full_refresh_never_shows(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    units, combo = a_small_country(), the_default_combo()
    cells = [(an_element().pk, month, unit.pk) for _ in range(7) for month in MONTHS for unit in units]
    write([Reported(*cell, combo.pk, combo.pk, number / 2) for number, cell in enumerate(cells)])
    monkeypatch.setattr(refresh, "AT_ONCE", at_once)
    refresh_now()
    assert_right()


def test_a_subtree_or_a_range_of_months_is_refreshed_alone() -> None:
    units, element, combo = a_small_country(), an_element(), the_default_combo()
    cells = [(element.pk, month, unit.pk) for month in MONTHS for unit in units[4:]]
    write([Reported(*cell, combo.pk, combo.pk, 3) for cell in cells])
    refresh_now()
    right = stored()

    def wrong() -> set[tuple[int, int]]:
        return {key[1:] for key, cell in stored().items() if cell != right[key]}

    Aggregate.objects.update(sum=-1)
    assert refresh_part_soon(unit=units[1], first=Period.from_code(MONTHS[2]), last=Period.from_code(MONTHS[3])) == 8
    refresh_now(RefreshJob.Scope.CHANGED)
    assert (units[1].pk, MONTHS[2]) not in wrong()
    assert {(units[2].pk, MONTHS[2]), (units[1].pk, MONTHS[1])} <= wrong()
    call_command("refresh_aggregates", "--from", "202504")
    assert (units[2].pk, MONTHS[5]) not in wrong()
    assert (units[2].pk, MONTHS[4]) in wrong()
    with pytest.raises(CommandError):
        call_command("refresh_aggregates", "--to", "2025")
    with pytest.raises(CommandError):
        call_command("refresh_aggregates", "--unit", "nobody")
    call_command("refresh_aggregates")
    assert stored() == right


def test_a_number_of_many_changes_is_refreshed_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    units, element, combo = a_small_country(), an_element(), the_default_combo()
    monkeypatch.setattr(refresh, "FEW", 3)
    monkeypatch.setattr(refresh, "_above", lambda *_: pytest.fail("computed one by one"))
    write([Reported(element.pk, month, unit.pk, combo.pk, combo.pk, 1) for month in MONTHS for unit in units])
    refresh_now(RefreshJob.Scope.CHANGED)
    assert_right()


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
    for period in _up_to_year(Period.from_code(MONTHS[0])):
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


def test_more_changed_cells_cost_no_more_queries() -> None:
    units, element, combo = a_small_country(), an_element(), the_default_combo()
    counts: list[int] = []
    for wanted in ([4], [5], [5, 6, 7, 8]):
        write([Reported(element.pk, MONTHS[0], units[place].pk, combo.pk, combo.pk, len(counts)) for place in wanted])
        with CaptureQueriesContext(connection) as queries:
            refresh_now(RefreshJob.Scope.CHANGED)
        counts.append(len(queries))
    assert counts[1] == counts[2]


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
