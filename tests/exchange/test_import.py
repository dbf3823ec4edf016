"""What a file may hold and what becomes of it: everything, or a problem with code, row and field and nothing at all."""

import gzip
import json
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from indicators.exchange import locks
from indicators.exchange.actions import Summary, import_dhis2
from indicators.exchange.problems import MESSAGES, BadFile
from indicators.models import (
    ChangedCell,
    DataElement,
    DataValue,
    ImportRun,
    OptionCombo,
    OrgUnit,
    RefreshJob,
    ValueChange,
)
from tests.builders import a_unit, a_user, an_element, the_default_combo
from tests.exchange import shared_data

pytestmark = pytest.mark.django_db
ELEMENT, UNIT = "DataElem001", "OrgUnit0001"


@pytest.fixture
def known() -> None:
    """One unit, a counted element, an element that may be negative, whole numbers only, a text, and the default combo."""
    a_unit(uid=UNIT)
    an_element("DTP1", uid=ELEMENT)
    an_element(uid="Balance0001")
    an_element(uid="Integer0001", value_type="INTEGER")
    an_element(uid="Percent0001", value_type="PERCENTAGE")
    an_element(uid="Remarks0001", value_type="TEXT")
    the_default_combo()


def record(**fields: Any) -> dict[str, Any]:
    return {"dataElement": ELEMENT, "period": "202501", "orgUnit": UNIT, "value": "5", **fields}


def a_file(folder: Path, *records: Any, **common: Any) -> Path:
    path = folder / "values.json"
    path.write_text(json.dumps({**common, "dataValues": list(records)}))
    return path


def take(folder: Path, *records: Any, **common: Any) -> Summary:
    return import_dhis2(a_file(folder, *records, **common), by=None)


def codes(summary: Summary) -> list[tuple[str, int | None, str | None]]:
    return [(problem.code, problem.row, problem.field) for problem in summary.problems]


def counts(summary: Summary) -> tuple[int, ...]:
    return (summary.read, summary.created, summary.updated, summary.unchanged, summary.deleted, summary.rejected)


def assert_nothing_was_written() -> None:
    for model in (DataValue, ImportRun, ChangedCell, ValueChange, RefreshJob):
        assert not model.objects.exists(), model


def test_a_file_is_taken_and_its_run_is_kept(known: None, tmp_path: Path) -> None:
    somebody = a_user()
    path = a_file(tmp_path, record(), record(period="202502", value="0"), record(period="202503", value="017"))
    assert counts(import_dhis2(path, by=somebody)) == (3, 3, 0, 0, 0, 0)
    assert list(DataValue.objects.order_by("period").values_list("value", flat=True)) == [5, 0, 17]
    (run,) = ImportRun.objects.all()
    assert (run.file_name, run.by, run.read, run.created, len(run.sha256)) == ("values.json", somebody, 3, 3, 64)
    assert RefreshJob.objects.count() == 1


def test_created_updated_unchanged_and_deleted_add_up(known: None, tmp_path: Path) -> None:
    take(tmp_path, *(record(period=f"20250{month}") for month in (1, 2, 3)))
    summary = take(
        tmp_path,
        record(period="202501", value="6"),
        record(period="202502"),
        record(period="202503", deleted=True),
        record(period="202504"),
        record(period="202505", deleted=True, value=None),
    )
    assert counts(summary) == (5, 1, 1, 2, 1, 0)


def test_the_same_file_again_changes_nothing_and_says_so(known: None, tmp_path: Path) -> None:
    path = a_file(tmp_path, record())
    import_dhis2(path, by=None)
    RefreshJob.objects.all().delete()
    ChangedCell.objects.all().delete()
    out = StringIO()
    call_command("import_dhis2", str(path), "--json", stdout=out)
    assert "Rien n’a changé." in out.getvalue() or "Nothing changed." in out.getvalue()
    assert json.loads(out.getvalue().splitlines()[-1])["unchanged"] == 1
    assert not ValueChange.objects.exists() and not ChangedCell.objects.exists() and not RefreshJob.objects.exists()


def test_a_preview_writes_nothing_and_says_what_would_happen(known: None, tmp_path: Path) -> None:
    path = a_file(tmp_path, record())
    assert counts(import_dhis2(path, by=None, dry_run=True)) == (1, 1, 0, 0, 0, 0)
    assert_nothing_was_written()


def test_fields_given_once_count_for_all_rows(known: None, tmp_path: Path) -> None:
    bare = {"dataElement": ELEMENT, "value": "5", "categoryOptionCombo": "", "comment": "x", "storedBy": "y"}
    assert take(tmp_path, bare, period="202501", orgUnit=UNIT).created == 1


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"dataElement": "Unknown0001"}, "unknown_data_element", "dataElement"),
        ({"orgUnit": "Unknown0001"}, "unknown_org_unit", "orgUnit"),
        ({"categoryOptionCombo": "Unknown0001"}, "unknown_option_combo", "categoryOptionCombo"),
        ({"attributeOptionCombo": "Unknown0001"}, "unknown_option_combo", "attributeOptionCombo"),
        ({"dataElement": ""}, "missing_field", "dataElement"),
        ({"orgUnit": None}, "missing_field", "orgUnit"),
        ({"period": None}, "missing_field", "period"),
        ({"period": "202513"}, "bad_period", "period"),
        ({"period": "2025-01"}, "bad_period", "period"),
        ({"period": "٢٠٢٥٠١"}, "bad_period", "period"),
        ({"period": "2025Q1"}, "period_type", "period"),
        ({"period": "209901"}, "future_period", "period"),
        ({"value": ""}, "blank_value", "value"),
        ({"value": "  "}, "blank_value", "value"),
        ({"value": None}, "blank_value", "value"),
        ({"value": ["5"]}, "wrong_type", "value"),
        ({"value": {"$gt": 0}}, "wrong_type", "value"),
        ({"value": True}, "wrong_type", "value"),
        ({"orgUnit": {"id": UNIT}}, "wrong_type", "orgUnit"),
        ({"deleted": "yes"}, "wrong_type", "deleted"),
        ({"value": "-5"}, "negative", "value"),
        ({"dataElement": "Integer0001", "value": "12.5"}, "not_integer", "value"),
        ({"dataElement": "Integer0001", "value": "2147483648"}, "out_of_range", "value"),
        ({"dataElement": "Percent0001", "value": "101"}, "out_of_range", "value"),
        ({"dataElement": "Remarks0001", "value": "fine"}, "not_numeric_element", "dataElement"),
        *(
            ({"value": text}, "not_a_number", "value")
            for text in (
                "1_000",
                "٣",
                "１２",
                "²",
                "0x10",
                "1e5",
                "+7",
                "12 abc",
                "1,5",
                "1 234",
                "NaN",
                "inf",
                ".5",
                "5.",
                "9" * 500,
            )
        ),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_taken(
    known: None, tmp_path: Path, fields: dict[str, Any], code: str, field: str
) -> None:
    summary = take(tmp_path, record(period="202502"), record(**fields))
    assert codes(summary) == [(code, 2, field)]
    assert counts(summary) == (2, 0, 0, 0, 0, 2)
    assert len(summary.problems[0].value) <= 80
    assert summary.problems[0].message
    assert_nothing_was_written()


def test_below_zero_is_fine_where_it_can_be(known: None, tmp_path: Path) -> None:
    assert take(tmp_path, record(dataElement="Balance0001", value="-5")).created == 1
    assert DataValue.objects.get().value == -5


def test_every_fault_of_a_row_is_named(known: None, tmp_path: Path) -> None:
    summary = take(tmp_path, record(dataElement="Unknown0001", orgUnit="Unknown0002", period="never"))
    assert [problem.code for problem in summary.problems] == ["unknown_data_element", "unknown_org_unit", "bad_period"]


@pytest.mark.parametrize("value", ["5", "6"])
def test_a_cell_named_twice_is_refused_with_both_rows(known: None, tmp_path: Path, value: str) -> None:
    summary = take(tmp_path, record(period="202502"), record(), record(value=value))
    (problem,) = summary.problems
    assert (problem.code, problem.row, problem.value) == ("duplicate_in_file", 3, "2, 3")
    assert_nothing_was_written()


def test_a_record_that_is_no_object(known: None, tmp_path: Path) -> None:
    summary = take(tmp_path, record(), "text", [1])
    assert codes(summary) == [("wrong_type", 2, None), ("wrong_type", 3, None)]
    assert counts(summary) == (3, 0, 0, 0, 0, 3)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "bad_json"),
        (b'{"dataValues": [1,]}', "bad_json"),
        (b"<dataValueSet/>", "bad_json"),
        (b'{"dataValues": []} {}', "bad_json"),
        (b'{"dataValues": [NaN]}', "not_finite"),
        (b'{"dataValues": [-Infinity]}', "not_finite"),
        (b'{"dataValues": [{"value": "1", "value": "2"}]}', "duplicate_key"),
        (b'{"dataValues": ' + b"[" * 100_000, "too_deep"),
        (b'{"dataValues": [{"value": "\\ud800"}]}', "bad_unicode"),
        (b'{"dataValues": [{"value": "a\\"\\uD800"}]}', "bad_unicode"),
        (b'{"dataValues": "\xff"}', "bad_encoding"),
        (b"[]", "wrong_shape"),
        (b'{"dataValues": {}}', "wrong_shape"),
        (b'{"values": []}', "wrong_shape"),
        (gzip.compress(b'{"dataValues": []}')[:-9], "bad_archive"),
        (gzip.compress(b'{"dataValues": []}')[:12] + b"\0\0\0\0", "bad_archive"),
    ],
)
def test_a_bad_file_is_one_problem_of_the_file(known: None, tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "values.json"
    path.write_bytes(content)
    assert codes(import_dhis2(path, by=None)) == [(code, None, None)]
    assert_nothing_was_written()


def test_numbers_without_quotes_and_escaped_pairs_are_fine(known: None, tmp_path: Path) -> None:
    path = tmp_path / "values.json"
    path.write_text(json.dumps({"dataValues": [record(value=5, comment="\U0001f489 \\ud800 \\")]}))
    assert import_dhis2(path, by=None).created == 1


def test_a_number_of_5000_digits_is_no_number(known: None, tmp_path: Path) -> None:
    path = tmp_path / "values.json"
    path.write_text('{"dataValues": [%s]}' % json.dumps(record()).replace('"5"', "9" * 5000))
    (problem,) = import_dhis2(path, by=None).problems
    assert (problem.code, len(problem.value)) == ("not_a_number", 80)


def test_a_gzip_bomb_is_stopped_while_unpacking(known: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("indicators.exchange.strict_json.LARGEST", 1024**2)
    path = tmp_path / "values.json.gz"
    path.write_bytes(gzip.compress(b" " * 3 * 1024**2))
    assert codes(import_dhis2(path, by=None)) == [("too_large", None, None)]


def test_a_file_that_is_not_there(known: None, tmp_path: Path) -> None:
    assert codes(import_dhis2(tmp_path / "none.json", by=None)) == [("file_not_found", None, None)]


def units_file(folder: Path, *records: Any, wrapped: bool = True) -> Path:
    path = folder / "units.json"
    path.write_text(json.dumps({"organisationUnits": list(records)} if wrapped else list(records)))
    return path


def a_record(uid: str, parent: str | None = None, **fields: Any) -> dict[str, Any]:
    return {"id": uid, "name": uid, "openingDate": "1990-02-01T00:00:00.000", **fields} | (
        {"parent": {"id": parent}} if parent else {}
    )


@pytest.mark.parametrize("wrapped", [True, False])
def test_units_come_parents_first_in_any_order_of_the_file(known: None, tmp_path: Path, wrapped: bool) -> None:
    units = units_file(tmp_path, a_record("Child000001", "Root0000001"), a_record("Root0000001"), wrapped=wrapped)
    values = a_file(tmp_path, record(orgUnit="Child000001"))
    assert import_dhis2(values, by=None, units=units).created == 1
    root, child = OrgUnit.objects.get(uid="Root0000001"), OrgUnit.objects.get(uid="Child000001")
    assert (root.path, child.path, child.level) == (f"/{root.pk}/", f"/{root.pk}/{child.pk}/", 2)
    assert import_dhis2(values, by=None, units=units).unchanged == 1
    assert OrgUnit.history.filter(uid="Child000001").count() == 1


def test_a_unit_that_moved_or_changed_its_name_is_updated(known: None, tmp_path: Path) -> None:
    roots = a_record("Root0000001", code="A"), a_record("Root0000002", code="B")
    values = a_file(tmp_path, record())
    first = units_file(tmp_path, *roots, a_record("Child000001", "Root0000001"), a_record("Grand000001", "Child000001"))
    import_dhis2(values, by=None, units=first)
    RefreshJob.objects.all().delete()
    swapped = a_record("Root0000001", code="B"), a_record("Root0000002", code="A")
    second = units_file(
        tmp_path, *swapped, a_record("Child000001", "Root0000002", name="New"), a_record("Grand000001", "Child000001")
    )
    assert import_dhis2(values, by=None, units=second).problems == []
    root, child, grand = (OrgUnit.objects.get(uid=uid) for uid in ("Root0000002", "Child000001", "Grand000001"))
    assert (child.name, root.code) == ("New", "A")
    assert grand.path == f"/{root.pk}/{child.pk}/{grand.pk}/"
    assert RefreshJob.objects.get().scope == RefreshJob.Scope.EVERYTHING


@pytest.mark.parametrize(
    ("records", "code"),
    [
        ([a_record("Child000001", "Nowhere0001")], "missing_parent"),
        ([a_record("Child000001", "Child000002"), a_record("Child000002", "Child000001")], "tree_cycle"),
        ([a_record("Child000001", "Child000001")], "tree_cycle"),
        ([a_record("Child000001"), a_record("Child000001")], "duplicate_uid"),
        ([a_record("Child000001", code="X"), a_record("Child000002", code="X")], "code_taken"),
        ([a_record("short")], "bad_uid"),
        ([a_record("Child000001", name="")], "missing_field"),
        ([a_record("Child000001", name=5.5)], "missing_field"),
        ([a_record("Child000001", name="a\x1b[31m")], "control_char"),
        ([a_record("Child000001", name="x" * 231)], "too_long"),
        ([a_record("Child000001", name=["x"])], "wrong_type"),
        ([a_record("Child000001", openingDate="yesterday")], "bad_date"),
        ([a_record("Child000001", closedDate="1980-01-01")], "closed_before_opened"),
        ([a_record("Child000001") | {"parent": "Root0000001"}], "bad_uid"),
        (["unit"], "wrong_type"),
    ],
)
def test_a_broken_tree_is_refused(known: None, tmp_path: Path, records: list[Any], code: str) -> None:
    summary = import_dhis2(a_file(tmp_path, record()), by=None, units=units_file(tmp_path, *records))
    if code == "missing_field" and records[0]["name"]:  # a number given for a name comes as its digits
        assert not summary.problems
        return
    assert code in {problem.code for problem in summary.problems}
    assert OrgUnit.objects.count() == 1
    assert_nothing_was_written()


def metadata_file(folder: Path, **content: Any) -> Path:
    path = folder / "metadata.json"
    path.write_text(json.dumps(content))
    return path


def test_metadata_brings_names_in_both_languages_and_known_concepts(known: None, tmp_path: Path) -> None:
    french = {"locale": "fr", "property": "NAME", "value": "Doses de Penta 1"}
    element = {"id": "fClA2Erf6IO", "name": "Penta1", "valueType": "NUMBER", "translations": [french]}
    tracked = {"id": "Tracked0001", "name": "t", "valueType": "TEXT", "domainType": "TRACKER"}
    path = metadata_file(
        tmp_path, dataElements=[element, tracked], categoryOptionCombos=[{"id": "Combo000001", "name": "<1y"}]
    )
    values = a_file(tmp_path, record(dataElement="fClA2Erf6IO", categoryOptionCombo="Combo000001"))
    assert import_dhis2(values, by=None, elements=path).created == 1
    penta = DataElement.objects.get(uid="fClA2Erf6IO")
    assert (penta.name_fr, penta.name_en, penta.concept) == ("Doses de Penta 1", "Penta1", "DTP1")
    assert not DataElement.objects.filter(uid="Tracked0001").exists()
    DataElement.objects.filter(pk=penta.pk).update(concept="OTHER")
    import_dhis2(values, by=None, elements=path)
    assert DataElement.objects.get(pk=penta.pk).concept == "OTHER"
    assert DataElement.history.filter(uid="fClA2Erf6IO").count() == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"dataElements": [{"id": "Elem0000001", "name": "x"}]}, "missing_field"),
        ({"dataElements": {}}, "wrong_shape"),
        ({"categoryOptionCombos": [{"id": "Combo000001", "name": "x"}] * 2}, "duplicate_uid"),
    ],
)
def test_broken_metadata_is_refused(known: None, tmp_path: Path, content: dict[str, Any], code: str) -> None:
    summary = import_dhis2(a_file(tmp_path, record()), by=None, elements=metadata_file(tmp_path, **content))
    assert code in {problem.code for problem in summary.problems}
    assert OptionCombo.objects.count() == 1
    assert_nothing_was_written()


def test_the_command_fails_where_the_file_does(known: None, tmp_path: Path) -> None:
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("import_dhis2", str(a_file(tmp_path, record(value="x"))), "--json", stdout=out, stderr=err)
    assert stopped.value.code == 1
    last = json.loads(out.getvalue().splitlines()[-1])
    assert set(last) == {"read", "created", "updated", "unchanged", "deleted", "rejected", "problems"}
    assert set(last["problems"][0]) == {"code", "row", "field", "value", "message"}
    assert last["read"] == sum(last[name] for name in ("created", "updated", "unchanged", "deleted", "rejected"))
    assert "not_a_number" in err.getvalue()


def test_many_problems_are_counted_not_listed(known: None, tmp_path: Path) -> None:
    told = take(tmp_path, *(record(value="x") for _ in range(1500))).as_dict()
    assert len(told["problems"]) == 1001
    assert (told["problems"][-1]["code"], told["problems"][-1]["value"]) == ("more_problems", "500")


def test_codes_are_promises() -> None:
    """Other programmes read the codes: a code may be added here, never renamed."""
    assert sorted(MESSAGES) == sorted(
        ["another_import_running", "bad_archive", "bad_date", "bad_encoding", "bad_json", "bad_period", "bad_uid", "bad_unicode", "blank_value", "closed_before_opened", "code_taken", "control_char", "duplicate_in_file", "duplicate_key", "duplicate_uid", "file_not_found", "future_period", "missing_field", "missing_parent", "more_problems", "negative", "not_a_number", "not_finite", "not_integer", "not_numeric_element", "out_of_range", "period_type", "too_deep", "too_large", "too_long", "tree_cycle", "unknown_data_element", "unknown_option_combo", "unknown_org_unit", "wrong_shape", "wrong_type"]
    )


HOLD = """
import django; django.setup()
from indicators.exchange.locks import one_import
with one_import():
    print("held", flush=True)
    input()
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_one_does_the_other_says_so(tmp_path: Path) -> None:
    import os

    from tests.conftest import database_url

    a_unit(uid=UNIT)
    an_element("DTP1", uid=ELEMENT)
    the_default_combo()
    environment = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "capev_site.settings"}
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    )
    assert other.stdin and other.stdout
    try:
        assert other.stdout.readline() == b"held\n"
        assert codes(take(tmp_path, record())) == [("another_import_running", None, None)]
        assert_nothing_was_written()
    finally:
        other.communicate(b"\n", timeout=20)
    assert take(tmp_path, record()).created == 1


def test_the_lock_is_given_back_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), locks.one_import():
        raise ZeroDivisionError
    with locks.one_import():
        assert connection.vendor in {"sqlite", "postgresql"}


@pytest.mark.skipif(not shared_data.FOLDER.exists(), reason=f"the trial data are not at {shared_data.FOLDER}")
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("dataValueSetJDeleteNoValue.json", "unknown_data_element"),
        ("e2e__dataValues_bulk.json", "period_type"),
        ("dataValueSetA.xml", "bad_json"),
        ("dataValueSetB.csv", "bad_json"),
    ],
)
def test_files_of_others_are_refused_without_a_crash(known: None, name: str, code: str) -> None:
    summary = import_dhis2(shared_data.FOLDER / "dhis2_import_fixtures" / name, by=None)
    assert code in {problem.code for problem in summary.problems}
    assert_nothing_was_written()


def test_bad_file_keeps_its_problem() -> None:
    assert BadFile("bad_json", "x" * 200).problem.value == "x" * 79 + "…"
