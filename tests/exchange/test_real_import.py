"""Sierra Leone's 188,701 values of 2025, taken in once, against the totals published beside them."""

import gzip
import json
import re
from collections import defaultdict
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from indicators.exchange.actions import import_dhis2
from indicators.exchange.indicator_actions import import_indicators
from indicators.models import (
    Aggregate,
    ChangedCell,
    DataElement,
    DataSet,
    DataValue,
    ImportedIndicator,
    ImportRun,
    OptionCombo,
    OrgUnit,
    ValueChange,
)
from indicators.periods import Frequency, Period
from indicators.rollup.actions import refresh_now
from indicators.rollup.imported import imported_readings
from indicators.rollup.queries import cells
from indicators.rollup.readings import readings
from indicators.rollup.reporting import Reports, reporting
from tests.exchange import shared_data, slow_reports
from tests.exchange.shared_data import METADATA, UNITS, VALUES

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.real_data, shared_data.needed]
YEAR = Period.parse("2025")
MONTHS = [Period(Frequency.MONTH, 2025, number) for number in range(1, 13)]
PENTA1_BY_MONTH = [6332, 6600, 6173, 6436, 6675, 6829, 6603, 7195, 6699, 5827, 6265, 4762]


def run(*words: str) -> dict[str, Any]:
    out = StringIO()
    call_command(
        "import_dhis2",
        str(VALUES),
        "--org-units",
        str(UNITS),
        "--metadata",
        str(METADATA),
        "--json",
        *words,
        stdout=out,
    )
    return json.loads(out.getvalue().splitlines()[-1])


@pytest.fixture(scope="module")
def taken_in(django_db_setup: None, django_db_blocker: Any) -> Any:
    """The import and the full refresh, once for the module, and gone afterwards."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        preview = run("--dry-run")
        untouched = not (OrgUnit.objects.exists() or DataValue.objects.exists() or ImportRun.objects.exists())
        first = run()
        call_command("refresh_aggregates", stdout=StringIO())
        yield preview, untouched, first
        transaction.set_rollback(True)


def test_a_preview_says_the_same_and_writes_nothing(taken_in: Any) -> None:
    preview, untouched, first = taken_in
    assert preview == first
    assert untouched


def test_every_value_is_taken(taken_in: Any) -> None:
    assert taken_in[2] == {
        "read": 188_701, "created": 188_701, "updated": 0, "unchanged": 0, "deleted": 0, "rejected": 0, "waiting": 0,
        "problems": [], "set_aside": [], "waiting_names": {},
    }  # fmt: skip
    assert DataValue.objects.count() == 188_701
    assert not DataValue.objects.filter(value=0).exists()
    assert OrgUnit.objects.count() == 1332
    assert DataElement.objects.filter(pk__in=DataValue.objects.values("element")).count() == 43
    assert DataValue.objects.values("unit").distinct().count() == 1086
    assert (
        sum(value != int(value) for value in DataValue.objects.values_list("value", flat=True)) == 18
    )  # four more are written “3.0”


def test_the_tree_has_the_paths_of_the_server(taken_in: Any) -> None:
    uid_of = dict(OrgUnit.objects.values_list("pk", "uid"))
    given = {record["id"]: (record["path"], record["level"]) for record in json.loads(UNITS.read_text())}
    for unit in OrgUnit.objects.all():
        assert ("/" + "/".join(uid_of[pk] for pk in unit.ancestor_ids), unit.level) == given[unit.uid]


def test_the_published_totals_are_reproduced(taken_in: Any) -> None:
    country = OrgUnit.objects.get(uid="ImspTQPwCqd")
    found = cells(["DTP1", "DTP3"], [country], [YEAR, *MONTHS])
    assert found["DTP1", country.pk, YEAR].sum == 76_396
    assert found["DTP3", country.pk, YEAR].sum == 64_453
    assert [found["DTP1", country.pk, month].sum for month in MONTHS] == PENTA1_BY_MONTH
    districts = {unit.name: unit for unit in OrgUnit.objects.filter(level=2)}
    by_district = cells(["DTP1"], list(districts.values()), [YEAR])
    wanted = {"Bo": 7837, "Kenema": 6854, "Western Area": 28_461}
    assert {name: by_district["DTP1", districts[name].pk, YEAR].sum for name in wanted} == wanted
    assert sum(cell.sum for cell in by_district.values()) == 76_396


def test_penta1_comes_from_4325_values_of_235_units(taken_in: Any) -> None:
    values = DataValue.objects.filter(element__uid="fClA2Erf6IO")
    assert values.count() == 4325
    assert values.values("unit").distinct().count() == 235


def test_dropout_and_its_negative_months(taken_in: Any) -> None:
    country = OrgUnit.objects.get(uid="ImspTQPwCqd")
    assert readings("dropout_dtp1_dtp3", [country], [YEAR])[country.pk, YEAR].value == pytest.approx(15.63, abs=0.005)
    facilities = list(DataValue.objects.values_list("unit_id", flat=True).distinct())
    found = readings("dropout_dtp1_dtp3", facilities, MONTHS).values()
    both = [reading for reading in found if reading.reported]
    assert len(both) == 2446
    assert sum("negative" in reading.flags or (reading.numerator or 0) < 0 for reading in both) == 688


def test_the_same_file_again_changes_nothing_and_says_so(taken_in: Any) -> None:
    again = run()
    assert (again["read"], again["unchanged"], again["rejected"]) == (188_701, 188_701, 0)
    assert not ValueChange.objects.exists()
    assert not ChangedCell.objects.exists()
    assert OrgUnit.history.count() == 1332
    assert (
        DataElement.history.count() + OptionCombo.history.count()
        == DataElement.objects.count() + OptionCombo.objects.count()
    )


def test_numbers_are_read_at_every_level_and_stored_above_the_facilities(taken_in: Any) -> None:
    level_of = dict(OrgUnit.objects.values_list("pk", "level"))
    assert {level_of[unit] for _, unit, _ in cells(["DTP1"], list(level_of), [YEAR])} == {1, 2, 3, 4}
    stored = Aggregate.objects.filter(element__derivation="")
    assert set(stored.values_list("unit__level", flat=True)) == {1, 2, 3}


def test_the_three_indicators_of_the_server_are_computed_as_from_the_raw_values(taken_in: Any) -> None:
    summary = import_indicators(METADATA, by=None)
    assert (summary.created, summary.computable, summary.not_computable) == (3, 3, [])
    assert import_indicators(METADATA, by=None).unchanged == 3
    path_of = {record["id"]: record["path"].strip("/").split("/") for record in json.loads(UNITS.read_text())}
    raw: dict[tuple[str, str, str], float] = defaultdict(float)
    for value in json.loads(gzip.decompress(VALUES.read_bytes()))["dataValues"]:
        for above in path_of[value["orgUnit"]]:
            for period in (value["period"], value["period"][:4]):
                raw[value["dataElement"], above, period] += float(value["value"])
    units = list(OrgUnit.objects.all())
    compared = 0
    indicators = list(ImportedIndicator.objects.all())
    found = imported_readings(indicators, units, [YEAR, *MONTHS]).readings
    for indicator in indicators:
        signs = re.findall(r"([+-]?)#\{(\w+)\}", indicator.numerator)
        assert len(signs) == 4
        for unit in units:
            for period in (YEAR, *MONTHS):
                parts = [(sign, raw.get((uid, unit.uid, period.id))) for sign, uid in signs]
                wanted = (
                    None
                    if all(part is None for _, part in parts)
                    else sum((-1 if sign == "-" else 1) * (part or 0) for sign, part in parts)
                )
                reading = found[indicator.uid, unit.pk, period]
                assert reading.value == (None if wanted is None else pytest.approx(wanted, abs=1e-6))
                assert ("missing_as_zero" in reading.flags) == (
                    wanted is not None and any(part is None for _, part in parts)
                )
                compared += wanted is not None
    assert compared > 10_000


def test_reports_of_the_data_sets_are_counted_as_from_the_files(taken_in: Any, tmp_path: Path) -> None:
    assert {one.uid: one.assignments.count() for one in DataSet.objects.all()} == {
        "BfMAe6Itzgt": 1161, "TuL8IOPzpHh": 1169,
    }  # fmt: skip
    expected, received = slow_reports.expected(), slow_reports.received()
    found = all_reports()
    assert {key: one.expected for key, one in found.items() if one.expected} == expected
    assert {key: one.received for key, one in found.items() if one.received} == received
    assert {one.on_time for one in found.values()} == {None}
    assert found["BfMAe6Itzgt", "ImspTQPwCqd", "2025"][:2] == (13_932, 2499)

    path = tmp_path / "registrations.json"
    path.write_text(json.dumps({"completeDataSetRegistrations": slow_reports.registrations()}))
    summary = import_dhis2(path, by=None)
    assert (summary.created, summary.problems) == (len(slow_reports.registrations()), [])
    refresh_now("changed")
    on_time, found = slow_reports.on_time(), all_reports()
    assert {key: one.on_time for key, one in found.items() if one.on_time} == on_time
    assert {key: one.received for key, one in found.items() if one.received} == received
    assert sum(on_time.values()) > 10_000


def all_reports() -> dict[tuple[str, str, str], Reports]:
    """(data set, unit, period) → its reports, by the identifiers of the files."""
    quarters = [Period(Frequency.QUARTER, 2025, number) for number in range(1, 5)]
    names = dict(OrgUnit.objects.values_list("pk", "uid"))
    sets = {one.pk: one for one in DataSet.objects.all()}
    found = reporting(list(sets.values()), list(names), [YEAR, *quarters, *MONTHS])
    return {(sets[one].uid, names[unit], period.id): reports for (one, unit, period), reports in found.items()}
