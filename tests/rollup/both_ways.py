"""A small country whose numbers are read as stored and computed the slow way, to be held against each other."""

import random
from datetime import date
from typing import Any

from indicators.models import (
    Aggregate,
    DataElement,
    DataValue,
    FormerParent,
    OrgUnit,
)
from indicators.periods import MONTHS_IN, Frequency, Period
from indicators.rollup import tables
from indicators.rollup.actions import record_values
from indicators.rollup.queries import element_cells
from indicators.values.actions import Reported
from tests.builders import a_unit
from tests.rollup.slow import aggregates, parent_on, with_children

MONTHS = [Period.parse(text).code for text in ("202411", "202412", "202501", "202502", "202503", "202504")]


def stored() -> dict[tuple[int, int, int], tuple[float, int, bool]]:
    rows = Aggregate.objects.values_list("element_id", "unit_id", "period", "sum", "reported", "demonstration")
    return {row[:3]: row[3:] for row in rows}


def shown() -> dict[tuple[int, int, int], tuple[float, int, bool]]:
    """What is read of all units, leaves too."""
    elements = dict(DataElement.objects.values_list("uid", "pk"))
    years = {code // 10_000 % 10_000 for code in DataValue.objects.values_list("period", flat=True)}
    whole = [Period(Frequency.YEAR, year) for year in years]
    periods = [period for year in whole for month in year.months() for period in up_to_year(month)]
    found = element_cells(elements, list(OrgUnit.objects.all()), set(periods))
    return {
        (elements[uid], unit, period.code): (total, reported, made_up)
        for (uid, unit, period), (total, reported, made_up) in found.items()
    }


def up_to_year(month: Period) -> list[Period]:
    return [month.within(frequency) for frequency in MONTHS_IN]


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
