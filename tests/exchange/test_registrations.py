"""Registrations of complete reports: told from values by what the file holds, all or nothing, counts that add up."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from indicators.exchange.actions import Summary, import_dhis2
from indicators.models import Batch, ChangedCell, DataSet, ImportRun, OrgUnit, RefreshJob, ReportReceived
from indicators.periods import Period
from indicators.rollup.actions import refresh_now
from indicators.rollup.reporting import reporting
from indicators.values.actions import BadValues
from indicators.values.report_actions import Received, write_reports
from tests.builders import a_data_set, a_day, a_unit, an_element, the_default_combo

pytestmark = pytest.mark.django_db
SET, UNIT, OTHER = "DataSet0001", "OrgUnit0001", "OrgUnit0002"
JAN = Period.parse("202501")


@pytest.fixture
def asked() -> DataSet:
    """A data set with ten days to report, asked of two units below a third."""
    top = a_unit(uid="OrgUnit0000")
    the_default_combo()
    return a_data_set([an_element("DTP1")], [a_unit(parent=top, uid=uid) for uid in (UNIT, OTHER)], uid=SET)


def a_registration(**fields: Any) -> dict[str, Any]:
    usual = {"dataSet": SET, "period": "202501", "organisationUnit": UNIT, "date": "2025-02-08T00:00:00.000+0000"}
    return {**usual, "attributeOptionCombo": "HllvX50cXC0", "storedBy": "admin", "completed": True, **fields}


def a_file(folder: Path, *records: Any) -> Path:
    path = folder / "registrations.json"
    path.write_text(json.dumps({"completeDataSetRegistrations": list(records)}))
    return path


def take(folder: Path, *records: Any) -> Summary:
    return import_dhis2(a_file(folder, *records), by=None)


def counts(summary: Summary) -> tuple[int, ...]:
    return (summary.read, summary.created, summary.updated, summary.unchanged, summary.deleted, summary.rejected)


def test_reports_are_written_and_counted_after_the_refresh(asked: DataSet, tmp_path: Path) -> None:
    late = a_registration(organisationUnit=OTHER, date="2025-02-11")
    summary = take(tmp_path, a_registration(), late)
    assert (summary.problems, counts(summary)) == ([], (2, 2, 0, 0, 0, 0))
    assert [str(row.received_on) for row in ReportReceived.objects.order_by("unit__uid")] == [
        "2025-02-08",
        "2025-02-11",
    ]
    assert ImportRun.objects.get().batch == Batch.objects.get()
    assert RefreshJob.objects.get().scope == RefreshJob.Scope.CHANGED
    refresh_now("changed")
    top = OrgUnit.objects.get(parent=None)
    assert reporting([asked], [top], [JAN])[asked.pk, top.pk, JAN] == (2, 2, 1)
    assert not ChangedCell.objects.exists()


def test_the_same_file_again_changes_nothing(asked: DataSet, tmp_path: Path) -> None:
    take(tmp_path, a_registration())
    refresh_now("changed")
    assert counts(take(tmp_path, a_registration())) == (1, 0, 0, 1, 0, 0)
    assert Batch.objects.count() == 1
    assert not ChangedCell.objects.exists()


def test_another_day_and_a_report_taken_back(asked: DataSet, tmp_path: Path) -> None:
    take(tmp_path, a_registration(), a_registration(organisationUnit=OTHER))
    summary = take(
        tmp_path, a_registration(date="2025-02-20"), a_registration(organisationUnit=OTHER, completed=False),
        a_registration(period="202502", completed=False),
    )  # fmt: skip
    assert counts(summary) == (3, 0, 1, 1, 1, 0)
    assert str(ReportReceived.objects.get().received_on) == "2025-02-20"


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"dataSet": "NoDataSet01"}, "unknown_data_set", "dataSet"),
        ({"dataSet": None}, "missing_field", "dataSet"),
        ({"organisationUnit": {"id": UNIT}}, "wrong_type", "organisationUnit"),
        ({"period": "2025Q1"}, "period_type", "period"),
        ({"period": "202513"}, "bad_period", "period"),
        ({"period": "209901"}, "future_period", "period"),
        ({"date": "08/02/2025"}, "bad_date", "date"),
        ({"date": ""}, "missing_field", "date"),
        ({"date": "2099-01-01"}, "future_day", "date"),
        ({"completed": "yes"}, "wrong_type", "completed"),
        ({"attributeOptionCombo": "PartOption1"}, "part_of_report", "attributeOptionCombo"),
    ],
)
def test_one_bad_record_refuses_all(
    asked: DataSet, tmp_path: Path, fields: dict[str, Any], code: str, field: str
) -> None:
    summary = take(tmp_path, a_registration(organisationUnit=OTHER), a_registration(**fields))
    assert [(one.code, one.row, one.field) for one in summary.problems] == [(code, 2, field)]
    assert counts(summary) == (2, 0, 0, 0, 0, 2)
    for model in (ReportReceived, ChangedCell):
        assert not model.objects.exists(), model
    assert ImportRun.objects.get().state == ImportRun.State.REFUSED


def test_a_report_named_twice_is_refused(asked: DataSet, tmp_path: Path) -> None:
    summary = take(tmp_path, a_registration(), a_registration(date="2025-02-09"))
    assert [(one.code, one.row, one.value) for one in summary.problems] == [("duplicate_in_file", 2, "1, 2")]


@pytest.mark.parametrize("content", ['{"completeDataSetRegistrations": {}}', '{"completeDataSetRegistrations": [3]}'])
def test_other_shapes_are_refused(asked: DataSet, tmp_path: Path, content: str) -> None:
    path = tmp_path / "registrations.json"
    path.write_text(content)
    assert import_dhis2(path, by=None).problems
    assert not ReportReceived.objects.exists()


def test_the_command_previews_and_takes(asked: DataSet, tmp_path: Path) -> None:
    path, out = a_file(tmp_path, a_registration()), StringIO()
    call_command("import_dhis2", str(path), "--dry-run", stdout=out)
    assert not ReportReceived.objects.exists()
    call_command("import_dhis2", str(path), "--json", stdout=out)
    assert json.loads(out.getvalue().splitlines()[-1])["created"] == ReportReceived.objects.count() == 1


def test_what_counts_the_reports_is_marked(asked: DataSet) -> None:
    units = [UNIT, OTHER]
    pairs = [(unit.pk, JAN.shift(by).code) for unit in OrgUnit.objects.filter(uid__in=units) for by in range(3)]
    rows = [Received(asked.pk, period, unit, a_day()) for unit, period in pairs]
    batch = Batch.objects.create(origin=Batch.Origin.IMPORT, label="test")
    assert write_reports(rows, batch=batch) == (6, 0, 0, 0)
    assert ChangedCell.objects.count() == 12  # received and on time
    with pytest.raises(BadValues):
        write_reports([rows[0], rows[0]], batch=batch)
