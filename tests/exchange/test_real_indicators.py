"""WHO's 107 immunisation indicators and Sierra Leone's published quarters, computed and compared with plain loops."""

import json
import random
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from indicators.exchange import data_sets, metadata
from indicators.exchange.indicator_actions import import_indicators
from indicators.models import DataElement, DataSet, DataSetAssignment, DataValue, ImportedIndicator, OrgUnit
from indicators.periods import Frequency, Period
from indicators.registry.actions import upsert_metadata
from indicators.registry.data_set_actions import upsert_data_sets
from indicators.registry.evaluation import Missing
from indicators.registry.expressions import operands, parse
from indicators.rollup.actions import record_values, refresh_now
from indicators.rollup.imported import imported_readings
from indicators.rollup.operand_actions import keep_operands
from indicators.values.actions import Reported
from tests.builders import a_unit, the_default_combo
from tests.exchange import shared_data
from tests.exchange.shared_data import ANALYTICS, METADATA, WHO_METADATA
from tests.registry.slow_expressions import slow
from tests.rollup import slow_imported

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.real_data, shared_data.needed]
JAN, QUARTER, YEAR = (Period.parse(text) for text in ("202501", "2025Q1", "2025"))


def take_metadata(path: Path) -> None:
    elements, combos, problems = metadata.read(path)
    records, more = data_sets.read(path)
    assert not problems + more
    the_default_combo()
    upsert_metadata(elements, combos)
    upsert_data_sets(records, by=None)


def test_without_their_data_elements_each_has_its_reason() -> None:
    summary = import_indicators(WHO_METADATA, by=None)
    assert (summary.read, summary.created, summary.problems) == (107, 107, [])
    assert Counter(row["code"] for row in summary.not_computable) == {"unknown_element": 106, "unknown_data_set": 1}
    assert ImportedIndicator.objects.filter(annualised=True).count() == 10


def test_with_them_all_107_are_computed_as_from_the_raw_values() -> None:
    take_metadata(WHO_METADATA)
    summary = import_indicators(WHO_METADATA, by=None)
    assert (summary.computable, summary.parts, summary.not_computable) == (107, 54, [])
    assert import_indicators(WHO_METADATA, by=None).parts == 0
    country = a_unit()
    units = [a_unit(parent=country) for _ in range(3)]
    asked = DataSet.objects.get()
    DataSetAssignment.objects.bulk_create(DataSetAssignment(data_set=asked, unit=unit) for unit in units)
    _report_at_random(units)
    refresh_now()
    world = slow_imported.World()
    indicators = list(ImportedIndicator.objects.all())
    compared = 0
    for (uid, unit, period), reading in imported_readings(
        indicators, [country, units[0]], [JAN, QUARTER, YEAR]
    ).readings.items():
        row, place = world.indicators[uid], next(one for one in world.units if one.pk == unit)
        top, bottom = (_slow_side(text, world, place, period) for text in (row.numerator, row.denominator))
        wanted = None if top is None or not bottom else row.factor * top / bottom
        if wanted is not None and row.annualised:
            wanted *= 365 / period.days
        assert reading.value == (None if wanted is None else pytest.approx(wanted, rel=1e-9)), (row.name_en, period)
        compared += wanted is not None
    assert compared > 500


def _report_at_random(units: list[OrgUnit]) -> None:
    """Seven in ten cells of every element in each option combination that exists, for three months."""
    chance, combos = (
        random.Random(7),
        [operand.operand_option_id for operand in DataElement.objects.exclude(operand_of=None)],
    )
    options = sorted({the_default_combo().pk, *(combo for combo in combos if combo)})
    reports = [
        Reported(element, JAN.shift(month).code, unit.pk, option, the_default_combo().pk, chance.randint(0, 60))
        for element in DataElement.objects.filter(derivation="").values_list("pk", flat=True)
        for month in range(3)
        for unit in units
        for option in options
        if chance.random() < 0.7
    ]
    record_values(reports, origin="import", label="random", by=None)


def _slow_side(text: str, world: slow_imported.World, unit: OrgUnit, period: Period) -> float | None:
    tree = parse(text)
    given = {one: slow_imported.number(str(one), world, {}, unit, period) for one in operands(tree)}
    return slow(tree, given, period.days, Missing.AS_ZERO)


def test_the_published_quarters_come_out_whole_and_by_place_of_vaccination() -> None:
    """4,395 sums by quarter, district, facility type and fixed or outreach, each put into the quarter's first month."""
    take_metadata(METADATA)
    country, default = a_unit("country"), the_default_combo()
    option_of = {"qkPbeWaFsnU": "Prlt0C1RF0s", "wbrDrL2aYEc": "V6L425pT3A0"}  # fixed, outreach: both below one year
    elements = dict(DataElement.objects.filter(derivation="").values_list("uid", "pk"))
    options = {option.uid: option.pk for option in type(default).objects.all()}
    rows = [row[:6] for row in json.loads(ANALYTICS.read_text())["rows"]]
    assert len(rows) == 4395
    districts: dict[str, OrgUnit] = {}
    kinds: dict[tuple[str, str], OrgUnit] = {}
    reports, total = [], defaultdict[tuple[str, ...], float](float)
    for element, quarter, kind, location, district, number in rows:
        if district not in districts:
            districts[district] = a_unit(parent=country, uid=district)
        if (district, kind) not in kinds:
            kinds[district, kind] = a_unit(parent=districts[district])
        month, unit = Period.parse(quarter).months()[0], kinds[district, kind]
        reports.append(
            Reported(elements[element], month.code, unit.pk, options[option_of[location]], default.pk, float(number))
        )
        for place in (country.uid, district):
            total[element, "", place, quarter] += float(number)
            total[element, location, place, quarter] += float(number)
    record_values(reports, origin="import", label="analytics", by=None)
    wanted: dict[str, tuple[str, str]] = {}
    for place, (element, location) in enumerate(
        sorted({(row[0], location) for row in rows for location in ("", row[3])})
    ):
        uid, part = f"Indicator{place:02}", f".{option_of[location]}" if location else ""
        ImportedIndicator.objects.create(
            uid=uid, numerator=f"#{{{element}{part}}}", denominator="1", factor=1, annualised=False
        )
        wanted[uid] = element, location
    keep_operands(by=None)
    refresh_now("changed")
    quarters = [Period(Frequency.QUARTER, 2019, number) for number in range(1, 5)]
    places = {unit.pk: unit.uid for unit in (country, *districts.values())}
    found = imported_readings(list(ImportedIndicator.objects.all()), list(places), quarters)
    assert not found.refusals
    for (uid, place_id, when), reading in found.readings.items():
        assert reading.value == pytest.approx(total.get((*wanted[uid], places[place_id], when.id)), abs=1e-6)
    (penta1,) = [uid for uid, asked in wanted.items() if asked == ("fClA2Erf6IO", "")]
    assert [found.readings[penta1, country.pk, quarter].value for quarter in quarters] == [54189, 57233, 58813, 44403]
    assert DataValue.objects.count() == 4395
