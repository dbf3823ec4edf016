"""Definitions side by side: the values of one month and of several worked by hand."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from indicators.periods import Period
from indicators.registry.stockout_days import Stockout
from research.medexis.definitions.groups import groups
from research.medexis.definitions.inputs import Cells, District, Inputs
from research.medexis.episodes.cells import Cell, State, cell
from research.medexis.formulas.balance import Line
from research.medexis.formulas.ordering import Ordered

pytestmark = pytest.mark.usefixtures("in_english")
JANUARY, FEBRUARY, MARCH = Period.parse("202501"), Period.parse("202502"), Period.parse("202503")
LINE = Line(opening=100, received=0, issued=40, administered=36, lost=10, lost_expired=0, lost_vvm=0, lost_frozen=0,
            lost_broken=10, lost_missing=0, lost_other=0, adjustment=0, closing=50, days_out=14)  # fmt: skip
OUT = [Stockout(date(2025, 2, 15), date(2025, 3, 1))]


def cells_of(lines: dict[Period, Line], dated: Sequence[Stockout] = ()) -> Cells:
    return {
        month: cell(month, present=Period.parse("202601"), offered=None, dated=dated, reported=line.days_out,
                    closing=line.closing, kept=False)
        for month, line in lines.items()
    }  # fmt: skip


def of(lines: dict[Period, Line], dated: Sequence[Stockout] = (), **more: Any) -> Inputs:
    months = more.pop("months", [JANUARY, FEBRUARY])
    return Inputs(months, lines, cells_of(lines, dated), dated, **more)


def values(inputs: Inputs, column: str = "last") -> dict[str, list[str]]:
    return {group.title: [getattr(one, column) for one in group.rivals] for group in groups(inputs)}


def test_one_february_by_every_definition() -> None:
    found = values(of({FEBRUARY: LINE}, OUT, minimum=1, maximum=3))
    assert list(found.values()) == [
        ["14", "14", "16", "14"],
        ["no", "yes", "yes", "yes", "yes", "no"],
        ["—", "no"],
        ["40", "40", "40"],  # 100 − 10 − 50
        ["40", "75", "75", "74.1", "80"],  # 40 · 30/16 and 40 · 28/14
        ["87.0", "75.0", "75.0", "80.0", "87.1", "40.0", "43.6"],
        [""],
        ["0.6", "2.0", "below the minimum", "below the minimum", "below the minimum"],
        ["10.0% (10 / 100)", "25.0% (10 / 40)", "10.0% (4 / 40)", "10.0% (4 / 40)", "27.1%", "34.4%", "41.0%"],
        ["0", "0", "0.0% (0 / 50)"],
        ["—", "—"],
    ]


def test_several_months_are_summed_and_rates_are_never_averaged() -> None:
    small = replace(LINE, opening=10, issued=8, administered=4, lost=2, lost_broken=2, closing=0, days_out=0)
    found = values(of({JANUARY: small, FEBRUARY: LINE}, OUT, minimum=0.5, maximum=3), "all")
    assert found["Days out of stock"] == ["14", "14", "16", "14"]
    assert found["Was it out of stock?"] == ["50.0% (1 / 2)", "yes", "", "", "", "no"]
    assert found["Was there what there should be?"] == ["—", "50.0% (1 / 2)"]
    assert found["Doses used"] == ["48", "48", "48"]
    assert found["Wastage"][:3] == ["10.9% (12 / 110)", "25.0% (12 / 48)", "16.7% (8 / 48)"]
    closed, opened = 12 / 110, 8 / 48
    assert found["Wastage"][4] == f"{100 * (1 - (1 - closed) ** 2 * (1 - opened)):.1f}%"
    assert found["Count against book"] == ["0", "0", "0.0% (0 / 50)"]
    # Stock on hand 0 and 50 over the averages of January (8 in 31 days) and of both months (48 in 45 days).
    month = 365.25 / 12
    assert found["How long the stock lasts"][:2] == [
        f"{50 / (8 / 31 * month + 48 / 45 * month):.1f}",
        f"{110 / 60:.1f}",
    ]


def test_zero_days_and_nothing_left_is_out_here_as_it_is_in_the_measures() -> None:
    silent = Line(opening=5, received=0, issued=5, closing=0, days_out=0)
    inputs = of({FEBRUARY: silent}, months=[FEBRUARY])
    found = values(replace(inputs, tracers={"penta": inputs.cells}))
    assert found["Was it out of stock?"][:2] == ["yes", "yes"]
    assert found["Was there what there should be?"][0] == "no"
    assert found["Days out of stock"] == ["0", "0", "0", "0"]


def test_nothing_is_zero_for_being_blank_and_the_impossible_is_counted_nowhere() -> None:
    blank = values(of({}))
    assert {value for group in blank.values() for value in group} <= {"—", "not known", ""}
    lines = {FEBRUARY: Line(issued=10, days_out=300)}
    impossible = values(of(lines, months=[FEBRUARY]))
    assert impossible["Days out of stock"] == ["—"] * 4
    assert impossible["Consumption, adjusted for days out"][1:] == ["—"] * 4  # nothing is adjusted by it
    assert set(impossible["Average monthly consumption (AMC)"]) == {"—"}
    over = replace(LINE, administered=50)  # more given than used: no share that a chain could multiply
    assert values(of({FEBRUARY: over}))["Wastage"][4:] == ["—"] * 3


def test_orders_are_those_answered_in_the_months() -> None:
    orders = [
        Ordered(100, date(2025, 1, 20), 80, date(2025, 1, 30)),
        Ordered(100, date(2025, 2, 1), 0, date(2025, 2, 20)),
        Ordered(50, date(2025, 2, 10), 50, date(2025, 2, 14)),
        Ordered(900, date(2025, 2, 2)),
    ]
    inputs = of({}, orders=orders)
    assert values(inputs)["Orders of this product"] == ["33.3% (50 / 150)", "4.0 (4 / 1)"]
    assert values(inputs, "all")["Orders of this product"] == ["52.0% (130 / 250)", "7.0 (14 / 2)"]


def test_a_district_by_every_definition() -> None:
    none, some, whole = Cell(State.NONE, 0), Cell(State.SOME, 5), Cell(State.WHOLE, 28)
    cells = {1: {JANUARY: none, FEBRUARY: some}, 2: {JANUARY: none, FEBRUARY: none}, 3: {FEBRUARY: whole}}
    district = District(
        "Kati",
        {1: {JANUARY: 4, FEBRUARY: 9}, 2: {JANUARY: 0, FEBRUARY: None}, 3: {FEBRUARY: 0}},
        cells,
        {"penta": list(cells.values()), "bcg": [{}, {}, {}]},
        {1: [JANUARY, FEBRUARY], 2: [JANUARY, FEBRUARY], 3: [FEBRUARY]},
        (3, 6),
        (3, 5),
    )
    inputs = of({}, district=district)
    last, both = values(inputs), values(inputs, "all")
    out, reporting = "Out of stock in the district: Kati", "Reporting in the district: Kati"
    assert last[out] == ["50.0% (1 / 2)", "66.7% (2 / 3)", "33.3% (1 / 3)", "yes"]
    assert both[out] == ["50.0% (2 / 4)", "66.7% (2 / 3)", "33.3% (1 / 3)", "yes"]
    assert (last[reporting], both[reporting]) == (
        ["100.0% (3 / 3)", ""],
        ["83.3% (5 / 6)", "66.7% (2 / 3)"],
    )
    quiet = replace(district, vaccines={"penta": [{FEBRUARY: none}], "bcg": [{}]})
    assert values(of({}, district=quiet))[out][3] == "no"
    unknown = replace(district, vaccines={"bcg": [{}]}, expected=(0, 0))
    found = values(of({}, district=unknown))
    assert (found[out][3], found[reporting][0]) == ("—", "—")


def test_a_stretch_of_all_months_looks_at_each_of_them() -> None:
    lines = {month: replace(LINE, days_out=0) for month in (JANUARY, FEBRUARY)}
    found = values(of(lines, months=[JANUARY, FEBRUARY, MARCH]), "all")
    assert found["Was it out of stock?"][1] == "—"  # nobody says anything of March
