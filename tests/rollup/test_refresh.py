"""Refreshes against the database: everything, only what changed, and the slow way, all alike."""

import random

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from indicators.models import (
    Aggregate,
    ChangedCell,
)
from indicators.periods import Period
from indicators.rollup import refresh
from indicators.rollup.actions import refresh_now, refresh_part_soon
from indicators.rollup.models import RefreshJob
from indicators.values.actions import Reported
from tests.builders import an_element, the_default_combo
from tests.rollup.both_ways import (
    MONTHS,
    a_small_country,
    assert_right,
    some_moves,
    stored,
    write,
)

pytestmark = pytest.mark.django_db


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


def test_more_changed_cells_cost_no_more_queries() -> None:
    units, element, combo = a_small_country(), an_element(), the_default_combo()
    counts: list[int] = []
    for wanted in ([4], [5], [5, 6, 7, 8]):
        write([Reported(element.pk, MONTHS[0], units[place].pk, combo.pk, combo.pk, len(counts)) for place in wanted])
        with CaptureQueriesContext(connection) as queries:
            refresh_now(RefreshJob.Scope.CHANGED)
        counts.append(len(queries))
    assert counts[1] == counts[2]
