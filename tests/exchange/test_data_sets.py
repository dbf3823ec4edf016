"""Data sets from metadata: what they hold and of whom they are asked; what is not known is left out and counted."""

import json
from pathlib import Path
from typing import Any

import pytest

from indicators.exchange.actions import Summary, import_dhis2
from indicators.models import DataElement, DataSet, DataSetAssignment, NameSetAside, RefreshJob
from tests.builders import a_day, a_unit
from tests.exchange.files import ELEMENT, UNIT, a_file, codes

pytestmark = pytest.mark.django_db
OTHER = "OrgUnit0002"


def a_set(**fields: Any) -> dict[str, Any]:
    held = [{"dataElement": {"id": ELEMENT}}]
    usual = {"id": "DataSet0001", "name": "EPI", "periodType": "Monthly", "timelyDays": 15.0}
    return {**usual, "dataSetElements": held, "organisationUnits": [{"id": UNIT}], **fields}


def take(folder: Path, *data_sets: Any) -> Summary:
    path = folder / "metadata.json"
    path.write_text(json.dumps({"dataSets": list(data_sets)}))
    return import_dhis2(a_file(folder), by=None, elements=path)


def test_a_data_set_comes_with_its_elements_and_units_and_counts_its_reports(known: None, tmp_path: Path) -> None:
    french = [{"property": "NAME", "locale": "fr", "value": "PEV"}]
    assert take(tmp_path, a_set(code="EPI_M", translations=french)).problems == []
    data_set = DataSet.objects.get()
    assert (data_set.code, data_set.name_fr, data_set.name_en) == ("EPI_M", "PEV", "EPI")
    assert (data_set.frequency, data_set.timely_days) == ("Monthly", 15)
    assert [row.uid for row in data_set.elements.all()] == [ELEMENT]
    assert [row.unit.uid for row in data_set.assignments.all()] == [UNIT]
    counts = {row.derivation: (row.uid, row.name_en) for row in data_set.counts.all()}
    assert counts == {
        "expected": ("DataSet0001.EXPECTED_REPORTS", "EPI: reports expected"),
        "actual": ("DataSet0001.ACTUAL_REPORTS", "EPI: reports received"),
        "on_time": ("DataSet0001.ACTUAL_REPORTS_ON_TIME", "EPI: reports received on time"),
    }
    assert RefreshJob.objects.get().scope == RefreshJob.Scope.EVERYTHING


def test_the_same_file_again_changes_nothing(known: None, tmp_path: Path) -> None:
    take(tmp_path, a_set())
    RefreshJob.objects.all().delete()
    take(tmp_path, a_set())
    assert not RefreshJob.objects.exists()
    assert DataSet.history.count() == DataSetAssignment.objects.count() == 1
    assert DataElement.history.filter(derivation="expected").count() == 1


def test_what_is_not_known_is_left_out_and_counted_never_created(known: None, tmp_path: Path) -> None:
    unknown = {"dataElement": {"id": "NoElement01"}}
    summary = take(
        tmp_path, a_set(dataSetElements=[unknown, {"dataElement": {"id": ELEMENT}}]),
        a_set(id="DataSet0002", name="Stock", organisationUnits=[{"id": UNIT}, {"id": "NoOrgUnit01"}]),
    )  # fmt: skip
    assert summary.problems == []
    assert [(one.code, one.row, one.value) for one in summary.set_aside] == [
        ("unknown_data_element", 1, "NoElement01"),
        ("unknown_org_unit", 2, "NoOrgUnit01"),
    ]
    assert {item["code"] for item in summary.as_dict()["set_aside"]} == {"unknown_data_element", "unknown_org_unit"}
    assert DataSet.objects.get(uid="DataSet0001").elements.count() == 1
    assert not DataElement.objects.filter(uid="NoElement01").exists()
    assert NameSetAside.objects.count() == 1


def test_units_no_longer_named_are_no_longer_asked_but_for_those_with_a_day(known: None, tmp_path: Path) -> None:
    a_unit(uid=OTHER)
    a_unit(uid="OrgUnit0003")
    take(tmp_path, a_set(organisationUnits=[{"id": uid} for uid in (UNIT, OTHER, "OrgUnit0003")]))
    DataSetAssignment.objects.filter(unit__uid=OTHER).update(end=a_day("2025-06-30"))
    take(tmp_path, a_set())
    assert set(DataSetAssignment.objects.values_list("unit__uid", flat=True)) == {UNIT, OTHER}
    assert RefreshJob.objects.exists()


def test_empty_lists_say_nothing(known: None, tmp_path: Path) -> None:
    take(tmp_path, a_set())
    take(tmp_path, a_set(dataSetElements=[], organisationUnits=[]))
    assert DataSet.objects.get().elements.count() == DataSet.objects.get().assignments.count() == 1


def test_reports_that_are_not_monthly_are_not_counted(known: None, tmp_path: Path) -> None:
    assert take(tmp_path, a_set(periodType="Quarterly")).problems == []
    assert not DataSet.objects.get().counts.exists()


def test_a_new_name_reaches_the_counts(known: None, tmp_path: Path) -> None:
    take(tmp_path, a_set())
    take(tmp_path, a_set(name="Immunization"))
    assert DataElement.objects.get(derivation="actual").name_en == "Immunization: reports received"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"id": "short"}, ("bad_uid", 2, "id")),
        ({"name": ""}, ("missing_field", 2, "name")),
        ({"periodType": None}, ("missing_field", 2, "periodType")),
        ({"timelyDays": "soon"}, ("bad_days", 2, "timelyDays")),
        ({"timelyDays": -1}, ("bad_days", 2, "timelyDays")),
        ({"timelyDays": 15.5}, ("bad_days", 2, "timelyDays")),
        ({"timelyDays": 1e9}, ("bad_days", 2, "timelyDays")),
        ({"organisationUnits": {"id": UNIT}}, ("wrong_shape", 2, "organisationUnits")),
        ({"organisationUnits": ["x"]}, ("bad_uid", 2, "organisationUnits")),
        ({"dataSetElements": [{"id": ELEMENT}]}, ("bad_uid", 2, "dataSetElements")),
        ({"id": "DataSet0001"}, ("duplicate_uid", None, "dataSets")),
    ],
)
def test_a_bad_data_set_refuses_the_file(
    known: None, tmp_path: Path, fields: dict[str, Any], problem: tuple[str, int | None, str]
) -> None:
    assert problem in codes(take(tmp_path, a_set(), a_set(**{"id": "DataSet0002", **fields})))
    assert not DataSet.objects.exists()


def test_data_sets_must_be_a_list(known: None, tmp_path: Path) -> None:
    path = tmp_path / "metadata.json"
    path.write_text('{"dataSets": {}}')
    assert codes(import_dhis2(a_file(tmp_path), by=None, elements=path)) == [("wrong_shape", None, None)]


def test_the_period_type_of_a_known_data_set_stays(known: None, tmp_path: Path) -> None:
    take(tmp_path, a_set())
    assert codes(take(tmp_path, a_set(periodType="Weekly"))) == [("frequency_changed", None, "dataSets")]
    assert DataSet.objects.get().frequency == "Monthly"


def test_other_opening_dates_ask_for_a_refresh(known: None, tmp_path: Path) -> None:
    path = tmp_path / "units.json"
    record = {"id": UNIT, "name": "A"}
    for opened, asked in (("2020-01-01", True), ("2020-01-01", False), ("2025-01-01", True)):
        RefreshJob.objects.all().delete()
        path.write_text(json.dumps({"organisationUnits": [{**record, "openingDate": opened}]}))
        assert import_dhis2(a_file(tmp_path), by=None, units=path).problems == []
        assert RefreshJob.objects.exists() == asked
