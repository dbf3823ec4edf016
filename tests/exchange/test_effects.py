"""What a preview says of the indicators is what they read once the values are in."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indicators.exchange.effects import MOST, effects
from indicators.geography.models import FormerParent
from indicators.models import DataElement, Denominator, OptionCombo, OrgUnit
from indicators.periods import Frequency, Period
from indicators.registry.definitions import definitions
from indicators.rollup.actions import record_values, refresh_now
from indicators.rollup.models import RefreshJob
from indicators.rollup.readings import readings
from indicators.values.actions import Reported
from indicators.values.models import DataValue
from tests.builders import a_day, a_source, a_unit, a_user, an_element, the_default_combo

pytestmark = pytest.mark.django_db
MONTHS = [Period.parse(text) for text in ("202411", "202412", "202501", "202502", "202504")]
SHOWN = (Frequency.MONTH, Frequency.QUARTER, Frequency.YEAR)
Key = tuple[int, int, int, int]


class Country:
    """Three districts, two of them with areas, one of which stood in the third before; some have targets."""

    def __init__(self) -> None:
        self.root = a_unit("country")
        self.districts = [a_unit(parent=self.root) for _ in range(3)]
        self.areas = [a_unit(parent=district) for district in self.districts[:2] for _ in range(2)]
        FormerParent.objects.create(unit=self.areas[1], parent=self.districts[2], until=a_day("2025-01-15"))
        self.elements = [an_element("DTP1"), an_element("DTP3"), an_element("DTP1"), an_element()]
        self.options = [the_default_combo(), OptionCombo.objects.create(uid="O0000000001", name="x")]
        for unit, children in ((self.areas[0], 120), (self.areas[1], 240), (self.districts[2], 36)):
            Denominator.objects.create(
                unit=unit, year=2025, kind="surviving_infants", value=children, source=a_source()
            )
        refresh_now()

    @property
    def units(self) -> list[OrgUnit]:
        return [self.root, *self.districts, *self.areas]


def write(values: Mapping[Key, float | None]) -> None:
    combo = the_default_combo().pk
    reports = [Reported(*key, combo, value) for key, value in sorted(values.items())]
    record_values(reports, origin="import", label="t", by=None)
    refresh_now(RefreshJob.Scope.CHANGED)


def foretold(values: Mapping[Key, float | None]) -> list[dict[str, Any]]:
    """As a preview asks: what is stored, and what the file says."""
    rows = DataValue.objects.values_list("element_id", "period", "unit_id", "option_id", "value")
    stored = {row[:4]: row[4] for row in rows}
    keys = sorted(values)
    element, period, unit, _ = np.array(keys, np.int64).reshape(-1, 4).T
    numbers = [[math.nan if (value := of.get(key)) is None else value for key in keys] for of in (stored, values)]
    return effects(element, period, unit, *(np.array(column, np.float64) for column in numbers))


def read(rows: list[dict[str, Any]]) -> list[float | None]:
    units, periods = {row["unit_id"] for row in rows}, {Period.from_code(row["period"]) for row in rows}
    found = {code: readings(code, units, periods) for code in {row["definition"] for row in rows}}
    return [found[row["definition"]][row["unit_id"], Period.from_code(row["period"])].value for row in rows]


cells = st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(0, 7), st.integers(0, 1))
numbers = st.one_of(st.none(), st.integers(0, 180).map(lambda number: number / 2))


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(cells, numbers, max_size=25), st.dictionaries(cells, numbers, min_size=1, max_size=25))
def test_what_is_foretold_comes_true(db: None, first: dict[Any, Any], then: dict[Any, Any]) -> None:
    with transaction.atomic():
        it = Country()

        def keyed(drawn: dict[Any, Any]) -> dict[Key, float | None]:
            return {
                (it.elements[e].pk, MONTHS[m].code, it.units[u].pk, it.options[o].pk): value
                for (e, m, u, o), value in drawn.items()
            }

        write(keyed(first))
        codes = ("dtp1_doses", "dtp1_coverage", "zero_dose", "dropout_dtp1_dtp3", "under_immunised")
        every = {month.within(frequency) for month in MONTHS for frequency in SHOWN}

        def all_read() -> dict[tuple[str, int, int], float | None]:
            return {
                (code, unit, period.code): reading.value
                for code in codes
                for (unit, period), reading in readings(code, [it.root, *it.districts], every).items()
            }

        before = all_read()
        rows = foretold(keyed(then))
        assert [row["before"] for row in rows] == read(rows)
        write(keyed(then))
        now = read(rows)
        assert [row["after"] is None for row in rows] == [value is None for value in now]
        assert [row["after"] for row in rows] == pytest.approx(now)
        after = all_read()
        shown = {(row["definition"], row["unit_id"], row["period"]) for row in rows}
        periods = {row["period"] for row in rows}
        changed = {key for key in before if before[key] != after[key] and key[2] in periods}
        assert changed <= shown or len(rows) == MOST, "something changes that was not foretold"
        transaction.set_rollback(True)


def test_the_nation_stands_first_and_the_largest_change_before_others() -> None:
    it = Country()
    month = MONTHS[3].code
    write({(it.elements[0].pk, month, area.pk, it.options[0].pk): 10 for area in it.areas})
    rows = foretold(
        {(it.elements[0].pk, month, it.areas[place].pk, it.options[0].pk): value for place, value in ((0, 11), (2, 40))}
    )
    assert {row["period"] for row in rows} == {month}
    doses = [(row["unit_id"], row["before"], row["after"]) for row in rows if row["definition"] == "dtp1_doses"]
    assert doses == [
        (it.root.pk, 40, 71), (it.districts[1].pk, 20, 50), (it.districts[0].pk, 20, 21)
    ]  # fmt: skip
    zero_dose = [row["after"] for row in rows if row["definition"] == "zero_dose" and row["unit_id"] != it.root.pk]
    assert zero_dose == [30 - 21]
    coverage = [row for row in rows if row["definition"] == "dtp1_coverage" and row["unit_id"] == it.districts[0].pk]
    assert coverage[0]["after"] == 70, "sums divided by sums"


def test_zero_dose_is_signed_and_what_cannot_be_formed_is_none() -> None:
    it = Country()
    rows = foretold({(it.elements[0].pk, MONTHS[3].code, it.areas[0].pk, it.options[0].pk): 100})
    found = {(row["definition"], row["unit_id"]): (row["before"], row["after"]) for row in rows}
    assert found["zero_dose", it.districts[0].pk] == (None, -70)
    assert ("dropout_dtp1_dtp3", it.root.pk) not in found, "without a third dose there is no dropout, before or after"


def test_a_year_is_shown_where_more_than_a_quarter_is_touched() -> None:
    it = Country()
    key = it.areas[0].pk, it.options[0].pk
    one = {(it.elements[0].pk, month.code, *key): 5.0 for month in MONTHS[2:4]}
    assert {row["period"] for row in foretold(one)} == {Period.parse("2025Q1").code}
    some = {(it.elements[0].pk, month.code, *key): 5.0 for month in MONTHS}
    assert {row["period"] for row in foretold(some)} == {Period.parse(text).code for text in ("2024", "2025")}


def test_the_districts_are_those_that_people_look_after() -> None:
    it = Country()
    a_user(districts=[it.areas[2]])
    rows = foretold({(it.elements[0].pk, MONTHS[0].code, area.pk, it.options[0].pk): 5 for area in it.areas})
    assert {row["unit_id"] for row in rows} == {it.root.pk, *(area.pk for area in it.areas)}


def test_what_moves_no_indicator_has_no_effect() -> None:
    it = Country()
    unit, combo = it.areas[0].pk, it.options[0].pk
    assert foretold({(it.elements[3].pk, MONTHS[0].code, unit, combo): 5}) == [], "no concept"
    assert foretold({(it.elements[0].pk, Period.parse("2025").code, unit, combo): 5}) == [], "no month"
    write({(it.elements[0].pk, MONTHS[0].code, unit, combo): 5})
    assert foretold({(it.elements[0].pk, MONTHS[0].code, unit, combo): 5}) == [], "nothing changes"
    assert foretold({}) == []
    DataElement.objects.filter(pk=it.elements[0].pk).update(aggregation="AVERAGE")
    assert foretold({(it.elements[0].pk, MONTHS[0].code, unit, combo): 6}) == [], "averaged, not added up"


def test_many_rows_are_cut_and_cost_no_more_queries() -> None:
    it = Country()
    more = [a_unit(parent=a_unit(parent=it.root)) for _ in range(15)]
    counts = []
    for areas in (it.areas[:1], it.areas + more):
        values: dict[Key, float | None] = {
            (element.pk, MONTHS[3].code, area.pk, it.options[0].pk): 7.0
            for element in it.elements[:2]
            for area in areas
        }
        with CaptureQueriesContext(connection) as queries:
            rows = foretold(values)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20
    assert len(rows) == MOST
    of_the_nation = [row["unit_id"] == it.root.pk for row in rows]
    assert of_the_nation == sorted(of_the_nation, reverse=True)
    assert 0 < sum(of_the_nation) <= 10
    assert {row["definition"] for row in rows} <= definitions().keys()
