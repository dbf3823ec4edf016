"""What imported expressions name beside whole elements: options, averages, constants, reports, groups, each other."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from indicators.models import (
    Aggregate,
    ChangedCell,
    Constant,
    DataElement,
    ImportedIndicator,
    OptionCombo,
    OrgUnit,
    OrgUnitGroup,
)
from indicators.periods import Period
from indicators.rollup.actions import refresh_now
from indicators.rollup.imported import imported_readings, refusals
from indicators.rollup.operand_actions import Kept, keep_operands
from indicators.rollup.queries import cells
from indicators.rollup.readings import Reading
from indicators.rollup.tables import AGGREGATED
from indicators.values.actions import Reported
from tests.builders import a_data_set, a_unit, an_element, the_default_combo
from tests.rollup import slow_imported
from tests.rollup.test_derived import an_option, declare, write
from tests.rollup.test_imported import JAN, QUARTER, YEAR, an_indicator, report

pytestmark = pytest.mark.django_db
RATES = ("REPORTING_RATE", "REPORTING_RATE_ON_TIME", "ACTUAL_REPORTS", "ACTUAL_REPORTS_ON_TIME", "EXPECTED_REPORTS")


def read(indicator: ImportedIndicator, unit: OrgUnit, period: Period) -> Reading:
    keep_operands(by=None)
    refresh_now()
    return imported_readings([indicator], [unit], [period]).readings[indicator.uid, unit.pk, period]


def test_a_part_of_an_element_is_kept_once_an_indicator_asks_for_it_and_goes_with_the_last() -> None:
    unit, element, default, fixed = a_unit(), an_element(uid="Given000001"), the_default_combo(), an_option("fixed")
    for option, number in ((default, 5), (fixed, 3)):
        write(Reported(element.pk, JAN.code, unit.pk, option.pk, default.pk, number))
    refresh_now()
    indicator = an_indicator(f"#{{Given000001.{fixed.uid}}}", "#{Given000001.*}", factor=100)
    assert refusals([indicator])["Indicator01"].code == "not_kept"
    assert keep_operands(by=None) == Kept(1, 0, 0)
    operand = DataElement.objects.get(uid=f"Given000001.{fixed.uid}")
    assert (operand.operand_of, operand.operand_option, operand.concept) == (element, fixed, "")
    assert operand.name_en == "Given000001 – fixed"
    refresh_now("changed")
    assert imported_readings([indicator], [unit], [JAN]).readings["Indicator01", unit.pk, JAN].value == 37.5
    assert keep_operands(by=None) == Kept(0, 0, 0)
    assert not ChangedCell.objects.exists()
    element.name_en, element.aggregation = "Doses", "AVERAGE"
    element.save()
    assert keep_operands(by=None) == Kept(0, 1, 0)
    operand.refresh_from_db()
    assert (operand.name_en, operand.aggregation) == ("Doses – fixed", "AVERAGE")
    indicator.numerator = "1"
    indicator.save()
    assert keep_operands(by=None) == Kept(0, 0, 1)
    assert not DataElement.objects.exclude(derivation="").exists()
    assert not Aggregate.objects.exclude(element=element).exists()


def test_a_part_of_what_is_not_known_is_not_made() -> None:
    an_element(uid="Given000001")
    known = an_option()
    an_indicator(f"#{{Unknown0001.{known.uid}}} + #{{Given000001.Unknown0001}} + #{{Given000001}} +")
    an_indicator(f"#{{Unknown0001.{known.uid}}} + #{{Given000001.Unknown0001}} + #{{Given000001}}", uid="Indicator02")
    assert keep_operands(by=None) == Kept(0, 0, 0)


@pytest.mark.parametrize(
    ("aggregation", "month", "quarter"),
    [("SUM", 12, 18), ("AVERAGE", 6, 18 / 4), ("AVERAGE_SUM_ORG_UNIT", 12, 9)],
)
def test_averages_are_of_unit_months_or_of_months(aggregation: str, month: float, quarter: float) -> None:
    district = a_unit()
    element = an_element(uid="Given000001", aggregation=aggregation)
    report(element, a_unit("a", district), 10, None, 4)
    report(element, a_unit("b", district), 2, None, 2)
    indicator = an_indicator("#{Given000001}")
    assert read(indicator, district, JAN).value == month
    found = read(indicator, district, QUARTER)
    assert (found.value, found.flags, found.reported) == (quarter, ("incomplete",), 4)


def test_an_average_is_no_part_of_a_concept_that_is_summed() -> None:
    unit = a_unit()
    report(an_element("DTP1"), unit, 10)
    report(an_element("DTP1", aggregation="AVERAGE"), unit, 500)
    refresh_now()
    assert cells(["DTP1"], [unit], [JAN])["DTP1", unit.pk, JAN].sum == 10


def test_reports_are_counted_and_rated_and_a_silent_month_is_none_received() -> None:
    district = a_unit()
    units = [a_unit(str(place), district) for place in range(4)]
    data_set = a_data_set([], units, uid="DataSet0001", timely_days=10)
    declare(data_set, units[0], JAN, date(2025, 2, 3))
    declare(data_set, units[1], JAN, date(2025, 3, 3))
    declare(data_set, units[1], JAN.shift(2), date(2025, 4, 1))
    indicator = an_indicator("R{DataSet0001.REPORTING_RATE}")

    def rate(kind: str, period: Period) -> float | None:
        indicator.numerator = f"R{{DataSet0001.{kind}}}"
        return read(indicator, district, period).value

    assert [rate(kind, JAN) for kind in RATES] == [50, 25, 2, 1, 4]
    assert [rate(kind, JAN.shift(1)) for kind in RATES] == [0, None, 0, None, 4]
    assert [rate(kind, QUARTER) for kind in RATES] == [25, 100 * 2 / 12, 3, 2, 12]
    assert [rate(kind, JAN.shift(3)) for kind in RATES] == [None] * 5


def test_a_group_counts_its_members_that_were_open_in_the_period() -> None:
    district = a_unit()
    group = OrgUnitGroup.objects.create(key="GroupOfCscom", name_fr="g", name_en="g")
    for closed in (None, date(2025, 1, 31), date(2024, 12, 31)):
        group.memberships.create(unit=a_unit(parent=district, closed_date=closed))
    group.memberships.create(unit=a_unit(parent=district, opening_date=date(2025, 2, 1)), end=date(2025, 2, 3))
    group.memberships.create(unit=a_unit())
    OrgUnitGroup.objects.filter(pk=group.pk).update(key="Group000001")
    indicator = an_indicator("OUG{Group000001}")
    assert read(indicator, district, JAN).value == 2
    assert read(indicator, district, JAN.shift(1)).value == 2
    assert read(indicator, district, YEAR).value == 3
    assert read(indicator, district, JAN.shift(2)).value == 1


def test_one_indicator_rests_on_another_with_its_factor_and_its_flags() -> None:
    unit = a_unit()
    report(an_element(uid="Given000001"), unit, 3)
    an_element(uid="Silent00001")
    Constant.objects.create(uid="Constant001", name_fr="c", name_en="c", value=1.5)
    an_indicator("#{Given000001} + #{Silent00001}", "12", uid="Indicator02", factor=100)
    found = read(an_indicator("N{Indicator02} * 2", "C{Constant001}"), unit, JAN)
    assert found.value == pytest.approx(2 * 25 / 1.5)
    assert found.flags == ("missing_as_zero", "incomplete")
    missing = read(an_indicator("N{Indicator02}", uid="Indicator03"), a_unit(), JAN)
    assert (missing.value, missing.numerator) == (None, None)


def test_every_kind_of_operand_costs_a_constant_number_of_queries(django_assert_max_num_queries: Any) -> None:
    combo, element = the_default_combo(), an_element(uid="Given000001")
    units = [a_unit() for _ in range(15)]
    a_data_set([element], units, uid="DataSet0001")
    Constant.objects.create(uid="Constant001", name_fr="c", name_en="c", value=2)
    group = OrgUnitGroup.objects.create(key="Group000001", name_fr="g", name_en="g")
    for unit in units:
        group.memberships.create(unit=unit)
        report(element, unit, 1, 2, 3)
    all_kinds = f"#{{Given000001.{combo.uid}}} + R{{DataSet0001.REPORTING_RATE_ON_TIME}} + OUG{{Group000001}}"
    base = an_indicator(all_kinds, "C{Constant001}", uid="Indicator00")
    indicators = [base, *(an_indicator("N{Indicator00}", uid=f"Indicator{place:02}") for place in range(1, 12))]
    keep_operands(by=None)
    refresh_now()
    with django_assert_max_num_queries(16):
        assert len(imported_readings(indicators, units, [JAN, QUARTER, YEAR]).readings) == 12 * 15 * 3


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_slow_way_gives_the_same(chance: random.Random) -> None:
    with transaction.atomic():
        _compare(chance)
        transaction.set_rollback(True)


def _compare(chance: random.Random) -> None:
    units = _a_random_country(chance)
    options = [the_default_combo(), an_option()]
    elements = [an_element(uid=f"Element{place:04}", aggregation=kind) for place, kind in enumerate(AGGREGATED)]
    data_set = a_data_set(elements[:2], chance.sample(units, 4), uid="DataSet0001", timely_days=9)
    Constant.objects.create(uid="Constant001", name_fr="c", name_en="c", value=chance.choice([0.5, 12]))
    group = OrgUnitGroup.objects.create(key="Group000001", name_fr="g", name_en="g")
    for unit in chance.sample(units, 4):
        group.memberships.create(unit=unit, start=chance.choice([None, date(2025, 2, 14)]))
    _report_at_random(chance, units, elements, options)
    for _ in range(5):
        month = JAN.shift(chance.randint(0, 3))
        declare(data_set, chance.choice(units), month, month.end + timedelta(days=chance.randint(0, 18)))
    sides_of = _random_indicators(chance, [element.uid for element in elements], [option.uid for option in options])
    keep_operands(by=None)
    refresh_now("changed")
    periods = [JAN, JAN.shift(1), JAN.shift(6), QUARTER, YEAR]
    places = chance.sample(units, 3)
    found = imported_readings(list(ImportedIndicator.objects.all()), places, periods)
    assert not found.refusals
    world = slow_imported.World()
    for (uid, place_id, period), reading in found.readings.items():
        place = next(one for one in places if one.pk == place_id)
        wanted = slow_imported.value(uid, world, sides_of, place, period)
        assert reading.value == (None if wanted is None else pytest.approx(wanted, rel=1e-9, abs=1e-9))


def _a_random_country(chance: random.Random) -> list[OrgUnit]:
    units = [a_unit("country")]
    for _ in range(6):
        opened = chance.choice([None, date(2025, 1, 1), date(2025, 2, 9)])
        closed = chance.choice([None, None, date(2025, 3, 1)])
        units.append(a_unit(parent=chance.choice(units), opening_date=opened, closed_date=closed))
    return units


def _report_at_random(
    chance: random.Random, units: list[OrgUnit], elements: list[DataElement], options: list[OptionCombo]
) -> None:
    cells = {
        (
            chance.choice(elements).pk, JAN.shift(chance.randint(0, 3)).code, chance.choice(units).pk,
            chance.choice(options).pk, chance.choice(options).pk,
        )
        for _ in range(25)
    }  # fmt: skip
    write(*(Reported(*cell, chance.choice([0.0, 1.0, 2.5, 40.0])) for cell in sorted(cells)))


def _random_indicators(
    chance: random.Random, elements: list[str], options: list[str]
) -> dict[str, slow_imported.Sides]:
    """Six indicators, each a few operands over a few; a later one may rest on an earlier."""
    sides_of: dict[str, slow_imported.Sides] = {}
    for place in range(6):
        parts = ["", *(f".{option}" for option in options), *(f".*.{option}" for option in options)]
        parts += [f".{options[0]}.{options[1]}", ".*.*"]
        others = ["C{Constant001}", "OUG{Group000001}", *(f"R{{DataSet0001.{rate}}}" for rate in RATES)]
        others += [f"N{{{uid}}}" for uid in sides_of]

        def side(parts: list[str] = parts, others: list[str] = others) -> list[tuple[int, str]]:
            data = [f"#{{{chance.choice(elements)}{chance.choice(parts)}}}" for _ in range(chance.randint(0, 2))]
            texts = [*data, *chance.sample(others, chance.randint(0 if data else 1, 2))]
            return [(chance.choice([1, -1]), text) for text in texts]

        uid = f"Indicator{place:02}"
        sides_of[uid] = side(), side()
        top, bottom = ("0" + "".join(f" {'+-'[sign < 0]} {text}" for sign, text in one) for one in sides_of[uid])
        an_indicator(top, bottom, uid=uid, factor=chance.choice([1, 100]), annualised=chance.random() < 0.3)
    return sides_of
