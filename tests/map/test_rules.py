"""How far a site is on a day, and what a month of stock comes to."""

from datetime import date

import pytest

from research.map.stages import Exposure, Stage, standing
from research.map.stock import Said, Stock, stock
from research.medexis.episodes.cells import Cell, State


def stages(*told: str) -> list[Stage]:
    """`trained 2025-07-22` …"""
    return [Stage(kind, date.fromisoformat(day), False, False) for kind, day in (one.split() for one in told)]


COURSE = stages(
    "trained 2025-07-01", "first_use 2025-08-15", "trained 2025-09-01", "active 2025-10-01", "first_use 2025-10-20",
    "stopped 2025-11-30", "trained 2026-01-10",
)  # fmt: skip


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2025-06-30", Exposure.NONE),
        ("2025-07-01", Exposure.TRAINED),
        ("2025-08-14", Exposure.TRAINED),
        ("2025-08-15", Exposure.FIRST_USE),
        ("2025-09-30", Exposure.FIRST_USE),  # a training amid the use interrupts none
        ("2025-10-01", Exposure.ACTIVE),
        ("2025-11-29", Exposure.ACTIVE),  # first use recorded later takes nothing back
        ("2025-11-30", Exposure.STOPPED),
        ("2026-01-09", Exposure.STOPPED),
        ("2026-01-10", Exposure.TRAINED),  # after a stop everything begins anew
    ],
)
def test_the_stage_that_holds_on_a_day(day: str, expected: Exposure) -> None:
    assert standing(True, COURSE, date.fromisoformat(day)).exposure is expected


def test_the_stage_that_holds_keeps_its_own_day() -> None:
    found = standing(True, COURSE, date(2025, 9, 30)).since
    assert found
    assert found.began_on == date(2025, 8, 15)


def test_a_site_that_is_not_followed_is_no_site_without_a_stage() -> None:
    assert standing(False, [], date(2025, 9, 30)).exposure is Exposure.OUTSIDE
    assert standing(True, [], date(2025, 9, 30)).exposure is Exposure.NONE


NONE, SOME, WHOLE = Cell(State.NONE, 0), Cell(State.SOME, 5), Cell(State.WHOLE, 30)
MISSING, NOT_OFFERED = Cell(State.MISSING), Cell(State.NOT_OFFERED)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([NONE], Stock.IN_STOCK),
        ([SOME], Stock.SOME_DAYS),
        ([Cell(State.DOUBTFUL, 0)], Stock.SOME_DAYS),
        ([WHOLE], Stock.OUT),
        ([Cell(State.UNKNOWN)], Stock.OUT),
        ([Cell(State.IMPOSSIBLE, 45)], Stock.OUT),
        ([MISSING], Stock.SILENT),
        ([Cell(State.TO_COME)], Stock.SILENT),
        ([NOT_OFFERED], Stock.NOT_OFFERED),
        ([NONE, SOME], Stock.SOME_DAYS),
        ([SOME, WHOLE, MISSING], Stock.OUT),
        ([NONE, NOT_OFFERED], Stock.IN_STOCK),
        ([NOT_OFFERED, NOT_OFFERED], Stock.NOT_OFFERED),
        ([], Stock.SILENT),
    ],
)
def test_the_worst_of_what_is_known(cells: list[Cell], expected: Stock) -> None:
    said = [Said("p", one, offered=not one.says_nothing) for one in cells]
    assert stock(said) is expected


def test_nothing_ran_out_is_said_only_where_every_product_offered_is_known() -> None:
    known = Said("penta", NONE, True)
    assert stock([known, Said("bcg", MISSING, offered=True)]) is Stock.SILENT
    assert stock([known, Said("bcg", MISSING, offered=False)]) is Stock.IN_STOCK
    assert stock([Said("bcg", MISSING, offered=False)]) is Stock.SILENT
