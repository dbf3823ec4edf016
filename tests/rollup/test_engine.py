"""The fast engine against plain loops, on random trees and values."""

from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.periods import MONTHS_IN, Frequency, Period
from indicators.rollup import cube, engine, trees
from indicators.values.keys import dense
from tests.rollup.slow import Row, aggregates, parent_on, with_children

MONTHS = [Period(Frequency.MONTH, year, number).code for year in (2024, 2025) for number in (1, 2, 3, 4, 11, 12)]


class Country(NamedTuple):
    """Unit → parent today, and (unit, former parent, last day below it)."""

    parents: dict[int, int | None]
    moves: list[tuple[int, int, date]] = []

    @property
    def trees(self) -> trees.Trees:
        today = np.array([parent or -1 for parent in self.parents.values()])
        moves = [
            (Period.month_of(until).next().code, until.toordinal(), unit, former) for unit, former, until in self.moves
        ]
        return trees.trees(np.array(list(self.parents)), today, moves)

    @property
    def every(self) -> np.ndarray[Any, Any]:
        return np.array(sorted(self.parents))

    def slow(self, rows: list[Row]) -> Any:
        return aggregates(rows, parent_on(self.parents, self.moves))


@st.composite
def countries(draw: Any) -> Country:
    """Up to 12 units, several roots allowed, ids in no order of depth, and up to 6 moves; never below itself."""
    ids = draw(st.permutations(range(1, draw(st.integers(2, 13)))))
    parents = {unit: draw(st.sampled_from([None, *ids[:place]])) if place else None for place, unit in enumerate(ids)}
    days = st.dates(date(2023, 12, 1), date(2026, 1, 31))
    moves = {
        (unit, draw(days)): draw(st.sampled_from(ids[:place]))
        for place, unit in enumerate(ids)
        if place
        for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2])))
    }
    return Country(parents, [(unit, former, until) for (unit, until), former in moves.items()])


@st.composite
def reports(draw: Any) -> tuple[Country, list[Row]]:
    country = draw(countries())
    cell = st.tuples(
        st.integers(1, 3), st.sampled_from(MONTHS), st.sampled_from(sorted(country.parents)), st.integers(1, 3)
    )
    # Halves add up exactly in any order, so sums can be compared to the bit; minus appears in stock corrections.
    values = st.tuples(st.integers(-20, 40).map(lambda halves: halves / 2), st.booleans())
    found = draw(st.dictionaries(cell, values, max_size=40))
    return country, [(*key, *value) for key, value in found.items()]


def as_values(rows: list[Row]) -> engine.Values:
    columns = [np.array(column) for column in zip(*rows, strict=True)] if rows else [np.array([])] * 6
    element, month, unit = (column.astype(np.int64) for column in columns[:3])
    return engine.Values(element, unit, month, columns[4].astype(float), columns[5].astype(bool))


def rolled_up(
    rows: list[Row], country: Country, kept: Any = None
) -> dict[tuple[int, int, int], tuple[float, int, bool]]:
    """The cells of the kept units, of all where they are not given."""
    cells = cube.roll_up(as_values(rows), country.trees, country.every if kept is None else kept)
    keys = list(zip(*(column.tolist() for column in cells[:3]), strict=True))
    assert keys == sorted(set(keys))
    return dict(zip(keys, zip(*(column.tolist() for column in cells[3:]), strict=True), strict=True))


@settings(max_examples=200, deadline=None)
@given(reports())
def test_the_engine_agrees_with_plain_loops(given: tuple[Country, list[Row]]) -> None:
    country, rows = given
    assert rolled_up(rows, country) == country.slow(rows)


@settings(max_examples=100, deadline=None)
@given(reports())
def test_only_units_that_have_or_had_children_are_kept_where_that_is_asked(given: tuple[Country, list[Row]]) -> None:
    country, rows = given
    inner = with_children(country.parents, country.moves)
    assert set(country.trees.inner.tolist()) == inner
    wanted = {key: cell for key, cell in country.slow(rows).items() if key[1] in inner}
    assert rolled_up(rows, country, country.trees.inner) == wanted


@settings(max_examples=150, deadline=None)
@given(reports(), st.lists(st.floats(0, 1e6), min_size=40, max_size=40))
def test_everything_and_cell_by_cell_give_the_same_bits(
    given: tuple[Country, list[Row]], decimals: list[float]
) -> None:
    country, rows = given
    rows = [(*row[:4], decimal, row[5]) for row, decimal in zip(rows, decimals, strict=False)]
    values = as_values(rows)
    months = engine.up_the_trees(engine.unit_months(values), country.trees)
    months = months.take(np.argsort(months.period, kind="stable"))
    quarters = engine.longer(months, Frequency.QUARTER)
    one_by_one = engine.Cells.concatenate([months, quarters, engine.longer(quarters, Frequency.YEAR)])
    order = np.lexsort((one_by_one.period, one_by_one.unit, one_by_one.element))
    for fast, slow in zip(cube.roll_up(values, country.trees, country.every), one_by_one.take(order), strict=True):
        assert fast.tolist() == slow.tolist()


@given(countries(), st.data())
def test_units_above_and_below_are_those_of_the_month(country: Country, data: Any) -> None:
    cell = st.tuples(st.integers(1, 3), st.sampled_from(sorted(country.parents)), st.sampled_from(MONTHS))
    cells = sorted(data.draw(st.sets(cell, min_size=1, max_size=8)))
    find = parent_on(country.parents, country.moves)
    above, below = set(), []
    for element, unit, month in cells:
        day, up = Period.from_code(month).start, unit
        while up is not None:
            above.add((element, up, month))
            up = find(up, day)
        below += [(element, child, month) for child in country.parents if find(child, day) == unit]
    element, unit, month = np.array(cells).T
    assert list(zip(*country.trees.with_ancestors(element, unit, month), strict=True)) == sorted(above)
    assert sorted(zip(*country.trees.children(element, unit, month), strict=True)) == sorted(below)


def test_blocks_of_elements_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    country = Country({1: None, 2: 1, 3: 1})
    rows: list[Row] = [
        (element, MONTHS[element % 5], 2 + element % 2, 1, element / 4, False) for element in range(1, 20)
    ]
    monkeypatch.setattr(cube, "_BLOCK", 30)
    assert rolled_up(rows, country) == country.slow(rows)


def test_zero_is_a_cell_and_missing_is_none() -> None:
    found = rolled_up([(1, MONTHS[0], 2, 1, 0.0, False)], Country({1: None, 2: 1, 3: 1}))
    assert found[1, 2, MONTHS[0]] == (0.0, 1, False)
    assert (1, 3, MONTHS[0]) not in found
    assert (1, 2, MONTHS[1]) not in found


def test_sums_do_not_depend_on_the_order_of_rows() -> None:
    rows: list[Row] = [
        (1, MONTHS[0], 2, option, value, False) for option, value in enumerate((0.1, 0.2, 0.3, 1e9, 27.2))
    ]
    country = Country({1: None, 2: 1})
    assert rolled_up(rows, country) == rolled_up(rows[::-1], country)


@pytest.mark.parametrize(("parents", "says"), [({1: 2, 2: 1}, "own ancestor"), ({1: None, 2: 9}, "not in the tree")])
def test_a_broken_tree_is_refused(parents: dict[int, int | None], says: str) -> None:
    with pytest.raises(trees.BrokenTree, match=says):
        Country(parents).trees  # noqa: B018


def test_a_move_that_closes_a_circle_is_refused() -> None:
    country = Country({1: None, 2: 1, 3: 2}, [(2, 3, date(2024, 5, 31))])
    with pytest.raises(trees.BrokenTree, match="own ancestor"):
        country.trees  # noqa: B018


def test_a_value_of_a_unit_outside_the_tree_is_refused() -> None:
    with pytest.raises(KeyError):
        rolled_up([(1, MONTHS[0], 7, 1, 1.0, False)], Country({1: None}))


def test_large_whole_numbers_are_not_rounded() -> None:
    sums = np.array([2.0**53 - 1, 0.1 + 0.2, -1e-9])
    assert engine.to_millionths(sums).tolist() == [2.0**53 - 1, 0.3, 0.0]


@pytest.mark.parametrize("frequency", MONTHS_IN)
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
