"""The fast engine against plain loops, on random trees and values."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.periods import Frequency, Period
from indicators.rollup import cube, engine
from indicators.values.keys import dense
from tests.rollup.slow import Row, aggregates

MONTHS = [Period(Frequency.MONTH, year, number).code for year in (2024, 2025) for number in (1, 2, 3, 4, 11, 12)]


@st.composite
def trees(draw: Any) -> dict[int, int | None]:
    """Unit → parent: up to 12 units, several roots allowed, ids in no order of depth."""
    ids = draw(st.permutations(range(1, draw(st.integers(2, 13)))))
    return {unit: draw(st.sampled_from([None, *ids[:place]])) if place else None for place, unit in enumerate(ids)}


@st.composite
def reports(draw: Any) -> tuple[dict[int, int | None], list[Row]]:
    parents = draw(trees())
    cell = st.tuples(st.integers(1, 3), st.sampled_from(MONTHS), st.sampled_from(sorted(parents)), st.integers(1, 3))
    # Halves add up exactly in any order, so sums can be compared to the bit; minus appears in stock corrections.
    values = st.tuples(st.integers(-20, 40).map(lambda halves: halves / 2), st.booleans())
    found = draw(st.dictionaries(cell, values, max_size=40))
    return parents, [(*key, *value) for key, value in found.items()]


def the_tree(parents: dict[int, int | None]) -> engine.Tree:
    return engine.tree(np.array(list(parents)), np.array([parent or -1 for parent in parents.values()]))


def rolled_up(rows: list[Row], tree: engine.Tree) -> dict[tuple[int, int, int], tuple[float, int, bool]]:
    columns = [np.array(column) for column in zip(*rows, strict=True)] if rows else [np.array([])] * 6
    element, month, unit = (column.astype(np.int64) for column in columns[:3])
    cells = cube.roll_up(engine.Values(element, unit, month, columns[4].astype(float), columns[5].astype(bool)), tree)
    keys = list(zip(*(column.tolist() for column in cells[:3]), strict=True))
    assert len(set(keys)) == len(keys)
    return dict(zip(keys, zip(*(column.tolist() for column in cells[3:]), strict=True), strict=True))


@settings(max_examples=150, deadline=None)
@given(reports())
def test_the_engine_agrees_with_plain_loops(given: tuple[dict[int, int | None], list[Row]]) -> None:
    parents, rows = given
    assert rolled_up(rows, the_tree(parents)) == aggregates(rows, parents)


@settings(max_examples=100, deadline=None)
@given(reports(), st.lists(st.floats(0, 1e6), min_size=40, max_size=40))
def test_everything_and_cell_by_cell_give_the_same_bits(
    given: tuple[dict[int, int | None], list[Row]], decimals: list[float]
) -> None:
    parents, rows = given
    rows = [(*row[:4], decimal, row[5]) for row, decimal in zip(rows, decimals, strict=False)]
    tree = the_tree(parents)
    columns = [np.array(column) for column in zip(*rows, strict=True)] if rows else [np.array([])] * 6
    element, month, unit = (column.astype(np.int64) for column in columns[:3])
    values = engine.Values(element, unit, month, columns[4].astype(float), columns[5].astype(bool))
    one_by_one = engine.along_time(engine.up_the_tree(engine.unit_months(values), tree))
    order = np.lexsort((one_by_one.period, one_by_one.unit, one_by_one.element))
    for fast, slow in zip(cube.roll_up(values, tree), one_by_one.take(order), strict=True):
        assert fast.tolist() == slow.tolist()


def test_blocks_of_elements_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    parents: dict[int, int | None] = {1: None, 2: 1, 3: 1}
    rows: list[Row] = [
        (element, MONTHS[element % 5], 2 + element % 2, 1, element / 4, False) for element in range(1, 20)
    ]
    monkeypatch.setattr(cube, "_BLOCK", 30)
    assert rolled_up(rows, the_tree(parents)) == aggregates(rows, parents)


def test_zero_is_a_cell_and_missing_is_none() -> None:
    found = rolled_up([(1, MONTHS[0], 2, 1, 0.0, False)], the_tree({1: None, 2: 1, 3: 1}))
    assert found[1, 2, MONTHS[0]] == (0.0, 1, False)
    assert (1, 3, MONTHS[0]) not in found
    assert (1, 2, MONTHS[1]) not in found


def test_sums_do_not_depend_on_the_order_of_rows() -> None:
    rows: list[Row] = [
        (1, MONTHS[0], 2, option, value, False) for option, value in enumerate((0.1, 0.2, 0.3, 1e9, 27.2))
    ]
    tree = the_tree({1: None, 2: 1})
    assert rolled_up(rows, tree) == rolled_up(rows[::-1], tree)


@pytest.mark.parametrize(("parents", "says"), [({1: 2, 2: 1}, "own ancestor"), ({1: None, 2: 9}, "not in the tree")])
def test_a_broken_tree_is_refused(parents: dict[int, int | None], says: str) -> None:
    with pytest.raises(engine.BrokenTree, match=says):
        the_tree(parents)


def test_a_value_of_a_unit_outside_the_tree_is_refused() -> None:
    with pytest.raises(KeyError):
        rolled_up([(1, MONTHS[0], 7, 1, 1.0, False)], the_tree({1: None}))


@pytest.mark.parametrize("frequency", list(Frequency))
def test_codes_of_longer_periods_agree_with_periods(frequency: Frequency) -> None:
    months = [Period(Frequency.MONTH, 2025, number) for number in range(1, 13)]
    found = engine.within(np.array([month.code for month in months]), frequency)
    assert found.tolist() == [month.within(frequency).code for month in months]


@given(st.lists(st.integers(-5, 5) | st.integers(-(10**12), 10**12)))
def test_dense_numbers_rows_as_sorting_would(numbers: list[int]) -> None:
    column = np.array(numbers, np.int64)
    known, places = dense(column)
    wanted, at = np.unique(column, return_inverse=True)
    assert (known.tolist(), places.tolist()) == (wanted.tolist(), at.tolist())
