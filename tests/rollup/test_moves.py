"""Moves by date: targets, values behind a number and groups follow the tree of each month, told a second, slow way."""

import random
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.geography.eras import Move
from indicators.geography.models import OrgUnit, OrgUnitGroup
from indicators.geography.move_actions import move_unit
from indicators.geography.queries import children_in, moves
from indicators.models import DataValue, Denominator
from indicators.periods import Period
from indicators.registry.annualisation import months_counted, share_of_year
from indicators.registry.definitions import definition
from indicators.rollup.actions import record_values, refresh_now
from indicators.rollup.contributions import Behind
from indicators.rollup.denominators import YEAR, totals
from indicators.rollup.queries import members_by_month, populations
from indicators.rollup.readings import readings
from indicators.rollup.refresh import refresh_denominators
from indicators.values.actions import Reported
from tests.builders import a_source, a_unit, an_element, the_default_combo
from tests.geography.trees import Past, pasts
from tests.rollup.one_group import group_readings

RULES = ("dtp1_coverage", "dtp1_coverage_days", "dtp1_coverage_rolling")
PERIODS = [Period.parse(text) for text in ("202405", "202407", "2024Q2", "2024Q3", "2024", "2025Q1", "202502")]
KIND = "surviving_infants"


def children_of_a_year(
    past: Past, own: dict[tuple[int, int], float], unit: int, year: int, month: Period
) -> float | None:
    """The unit's own figure, else the sum of those of its children in the tree of the month; None without any."""
    if (unit, year) in own:
        return own[unit, year]
    below = [other for other in past.parents if past.parent(other, month) == unit]
    figures = [children_of_a_year(past, own, child, year, month) for child in below]
    known = [figure for figure in figures if figure is not None]
    return sum(known) if known else None


@settings(max_examples=80, deadline=None)
@given(past=pasts(), data=st.data())
def test_a_years_figure_belongs_to_the_parent_of_each_month(past: Past, data: st.DataObject) -> None:
    keys = st.tuples(st.sampled_from(sorted(past.parents)), st.integers(2023, 2025))
    own = data.draw(st.dictionaries(keys, st.integers(0, 900).map(float), max_size=12))
    found = totals([(KIND, unit, year, value, False) for (unit, year), value in own.items()], past.parents, past.moves)
    for year in (2023, 2024, 2025):
        months = [Period.parse(f"{year - 1}01").shift(number) for number in range(24)]
        for unit in past.parents:
            slow = {month: children_of_a_year(past, own, unit, year, month) for month in months}
            cut = any((KIND, unit, year, month.code) in found for month in months)
            for month in months:
                total = found.get((KIND, unit, year, month.code if cut else YEAR))
                assert (total.sum if total else None) == slow[month]
            known = [slow[month] or 0 for month in months[12:] if slow[month] is not None]
            of_year = found.get((KIND, unit, year, YEAR))
            assert (of_year is None) == (not known)
            assert of_year is None or of_year.sum == pytest.approx(sum(known) / 12, abs=1e-6)
            assert not cut or len(set(slow.values())) > 1, "rows by month only where a move cuts the year"


class Country:
    """Two regions of two districts of two health areas each; units move, report and have figures at random."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        root = a_unit("country")
        regions = [a_unit(parent=root) for _ in range(2)]
        districts = [a_unit(parent=region) for region in regions for _ in range(2)]
        areas = [a_unit(parent=district) for district in districts for _ in range(2)]
        self.units = [root, *regions, *districts, *areas]
        self.own: dict[tuple[int, int], float] = {}
        day = date(2024, 2, 10)
        while day < date(2025, 3, 1):
            unit, parent = self.chance.choice(self.units[1:]), self.chance.choice(self.units)
            try:
                move_unit(
                    unit=OrgUnit.objects.get(pk=unit.pk), parent=OrgUnit.objects.get(pk=parent.pk), on=day, by=None
                )
            except ValidationError:
                continue  # below itself, or where it stands already
            day += timedelta(days=self.chance.choice([17, 45, 90]))
        self.units = list(OrgUnit.objects.order_by("pk"))
        parents: dict[int, int | None] = dict(OrgUnit.objects.values_list("pk", "parent_id"))
        self.past = Past(parents, moves())

    def figures(self, share: float) -> None:
        source = a_source()
        for unit in self.units:
            for year in (2024, 2025):
                if self.chance.random() < share:
                    self.own[unit.pk, year] = value = float(self.chance.randint(0, 600))
                    Denominator.objects.create(unit=unit, year=year, kind=KIND, value=value, source=source)

    def reports(self) -> None:
        element, combo = an_element("DTP1").pk, the_default_combo().pk
        months = [Period.parse("202401").shift(number).code for number in range(15)]
        cells = [
            Reported(element, month, unit.pk, combo, combo, float(self.chance.randint(0, 40)))
            for month in months
            for unit in self.units[3:]
            if self.chance.random() < 0.4
        ]
        record_values(cells, origin="entry", label="test", by=None)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_targets_follow_the_tree_of_each_month_by_every_rule(seed: int) -> None:
    it = Country(seed)
    it.figures(0.5)
    refresh_denominators()
    for code in RULES:
        annualisation = definition(code).annualisation
        found = readings(code, it.units, PERIODS)
        for period in PERIODS:
            window = months_counted(annualisation, period)
            weights = [month.days if annualisation == "days" else 1 for month in window]
            share = share_of_year(annualisation, period)
            for unit in it.units:
                figures = [children_of_a_year(it.past, it.own, unit.pk, period.year, month) for month in window]
                parts = [figure * weight for figure, weight in zip(figures, weights, strict=True) if figure is not None]
                expected = sum(parts) / sum(weights) * float(share) if parts else None
                assert found[unit.pk, period].denominator == (pytest.approx(expected) if parts else None)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_the_rows_behind_a_number_are_those_of_the_units_below_it_in_each_month(seed: int) -> None:
    it = Country(seed)
    it.reports()
    it.figures(0.4)
    refresh_denominators()
    values = list(DataValue.objects.select_related("unit"))
    for code in ("dtp1_coverage", "dtp1_coverage_rolling"):
        for unit in it.chance.sample(it.units, 5):
            for period in (Period.parse("2024"), Period.parse("202407"), Period.parse("2025Q1")):
                window = months_counted(definition(code).annualisation, period)
                rows = Behind(code, unit, period).rows(limit=10_000)
                assert Behind(code, unit, period).count == len(rows)
                behind = [
                    (value.unit_id, value.period, value.value)
                    for value in values
                    for month in window
                    if value.period == month.code and unit.pk in it.past.above(value.unit_id, month)
                ]
                shown = [(row.unit.pk, row.period, row.value) for row in rows if row.batch]
                assert sorted((pk, when.code, value) for pk, when, value in shown) == sorted(behind)  # type: ignore[union-attr]
                figures = sum(row.value * len(row.months or window) for row in rows if not row.batch)
                slow = [children_of_a_year(it.past, it.own, unit.pk, period.year, month) or 0 for month in window]
                assert figures == pytest.approx(sum(slow))


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_members_below_another_member_are_left_out_by_the_tree_of_the_month(seed: int) -> None:
    it = Country(seed)
    group = OrgUnitGroup.objects.create(key="g", name_fr="g", name_en="g")
    for unit in it.chance.sample(it.units, 6):
        group.memberships.create(unit=unit)
    members = {row.unit_id for row in group.memberships.all()}
    for month, found in members_by_month(group, [Period.parse("2024"), Period.parse("2025Q1")]).items():
        assert found == {unit for unit in members if not members & set(it.past.above(unit, month)[1:])}


@pytest.mark.django_db
@pytest.mark.parametrize("code", RULES)
def test_the_parts_of_a_place_add_up_to_what_was_reported_and_expected_below_it(code: str) -> None:
    """Health areas change districts; a district's parts are the areas it had, for the months in which it had them."""
    chance = random.Random(code)
    root = a_unit("country")
    districts = [a_unit(parent=root) for _ in range(3)]
    areas = [a_unit(parent=district) for district in districts for _ in range(3)]
    source, element, combo = a_source(), an_element("DTP1").pk, the_default_combo().pk
    for area in areas:
        for year in (2024, 2025):
            Denominator.objects.create(unit=area, year=year, kind=KIND, value=chance.randint(0, 600), source=source)
    for n, area in enumerate(chance.choices(areas, k=8)):
        area.refresh_from_db()
        goal = chance.choice([district for district in districts if district != area.parent])
        move_unit(unit=area, parent=goal, on=date(2024, 1, 20) + timedelta(days=45 * n), by=None)
    months = [Period.parse("202401").shift(number) for number in range(15)]
    given = {(area.pk, month): float(chance.randint(0, 40)) for area in areas for month in months}
    record_values(
        [Reported(element, month.code, area, combo, combo, value) for (area, month), value in given.items()],
        origin="entry", label="test", by=None,
    )  # fmt: skip
    refresh_now()
    past = Past(dict(OrgUnit.objects.values_list("pk", "parent_id")), moves())
    for period in PERIODS:
        window = months_counted(definition(code).annualisation, period)
        for district in districts:
            parts = children_in(district, window)
            there = OrgUnit.objects.filter(parts.where)
            found = [
                reading for reading in readings(code, list(there), [period], parts.only).values() if reading.reported
            ]
            slow = [
                value
                for (area, month), value in given.items()
                if month in window and past.parent(area, month) == district.pk
            ]
            assert sum(reading.numerator or 0 for reading in found) == sum(slow)
            whole = readings(code, [district], [period])[district.pk, period].denominator
            assert sum(reading.denominator or 0 for reading in found) == pytest.approx(whole or 0)


class Moved:
    """The health area goes from the north to the south on 1 July 2024; the north keeps another one."""

    def __init__(self) -> None:
        self.country = a_unit("country")
        self.north, self.south = a_unit("north", self.country), a_unit("south", self.country)
        self.area, self.rest = a_unit("area", self.north), a_unit("rest", self.north)
        for unit, value in ((self.area, 120), (self.rest, 240)):
            Denominator.objects.create(unit=unit, year=2024, kind=KIND, value=value, source=a_source())
        move_unit(unit=self.area, parent=self.south, on=date(2024, 7, 1), by=None)
        refresh_denominators()

    def report(self, *months: str) -> None:
        element, combo = an_element("DTP1").pk, the_default_combo().pk
        cells = [Reported(element, Period.parse(month).code, self.area.pk, combo, combo, 5.0) for month in months]
        record_values(cells, origin="entry", label="test", by=None)


@pytest.mark.django_db
def test_a_district_counts_the_children_of_the_months_in_which_it_had_them() -> None:
    it = Moved()
    june, july, year = (Period.parse(text) for text in ("202406", "202407", "2024"))
    found = readings("dtp1_coverage", [it.country, it.north, it.south], [june, july, year])
    assert [found[it.north.pk, when].denominator for when in (june, july, year)] == [30, 20, 300]
    assert [found[it.south.pk, when].denominator for when in (june, july, year)] == [None, 10, 60]
    assert [found[it.country.pk, when].denominator for when in (june, july, year)] == [30, 30, 360]
    assert populations([KIND], [it.country], [2024])[KIND, it.country.pk, 2024].months == {}, "nothing cut the whole"


@pytest.mark.django_db
def test_only_some_months_of_a_unit_count_for_the_parent_of_those_months() -> None:
    it = Moved()
    it.report("202405", "202406", "202407")
    quarters = [Period.parse("2024Q2"), Period.parse("2024Q3")]
    month = Period.parse("202407")
    found = readings("dtp1_coverage", [it.area], quarters, only={it.area.pk: [month]})
    assert (found[it.area.pk, quarters[0]].value, found[it.area.pk, quarters[0]].denominator) == (None, None)
    assert found[it.area.pk, quarters[1]].denominator == 10


@pytest.mark.django_db
def test_a_figure_that_counts_for_some_months_says_for_which() -> None:
    it = Moved()
    it.report("202405", "202407")
    rows = Behind("dtp1_coverage", it.north, Period.parse("2024")).rows(limit=200)
    figures = {row.unit: [month.id for month in row.months] for row in rows if not row.batch}
    assert figures == {it.rest: [], it.area: ["202401", "202402", "202403", "202404", "202405", "202406"]}
    assert [row.period for row in rows if row.batch] == [Period.parse("202405")]


@pytest.mark.django_db
def test_doses_in_a_month_without_a_target_make_no_rate() -> None:
    """The south reports itself in June, when it had no children yet."""
    it = Moved()
    element, combo = an_element("DTP1").pk, the_default_combo().pk
    june = Period.parse("202406")
    record_values([Reported(element, june.code, it.south.pk, combo, combo, 5.0)], origin="entry", label="test", by=None)
    group = OrgUnitGroup.objects.create(key="g", name_fr="g", name_en="g")
    group.memberships.create(unit=it.south)
    refresh_now()
    year = Period.parse("2024")
    assert readings("dtp1_coverage", [it.south], [year])[it.south.pk, year].flags[0] == "no_denominator"
    assert group_readings("dtp1_coverage", group, [year])[year].value is None


def test_a_country_without_moves_has_no_rows_by_month() -> None:
    found = totals([(KIND, 2, 2024, 10.0, False), (KIND, 3, 2024, 5.0, True)], {1: None, 2: 1, 3: 1})
    assert {key[3] for key in found} == {YEAR}
    assert found[KIND, 1, 2024, YEAR] == (15, True)


def test_a_move_that_changes_no_figure_leaves_no_rows_by_month() -> None:
    move = Move(3, "/1/2/3/", 1, "/1/", date(2024, 6, 30))
    found = totals([(KIND, 2, 2024, 10.0, False)], {1: None, 2: 1, 3: 2}, [move])
    assert found == {(KIND, unit, 2024, YEAR): (10, False) for unit in (1, 2)}
