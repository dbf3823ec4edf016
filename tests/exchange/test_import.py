"""What a file may hold and what becomes of it: everything, or a problem with code, row and field and nothing at all."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from indicators.accounts.roles import Role
from indicators.exchange.actions import import_dhis2
from indicators.exchange.problems import MESSAGES
from indicators.models import ChangedCell, DataValue, ImportRun, NameSetAside, RefreshJob, ValueChange
from tests.builders import a_user
from tests.exchange.files import ELEMENT, UNIT, a_file, assert_nothing_was_written, codes, counts, record, take

pytestmark = pytest.mark.django_db


def test_a_file_is_taken_and_its_run_is_kept(known: None, tmp_path: Path) -> None:
    somebody = a_user(Role.LEAD)
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
    assert not ValueChange.objects.exists()
    assert not ChangedCell.objects.exists()
    assert not RefreshJob.objects.exists()


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
        ({"categoryOptionCombo": "Unknown0001"}, "unknown_option_combo", "categoryOptionCombo"),
        ({"attributeOptionCombo": "Unknown0001"}, "unknown_option_combo", "attributeOptionCombo"),
        ({"dataElement": ""}, "missing_field", "dataElement"),
        ({"orgUnit": None}, "missing_field", "orgUnit"),
        ({"period": None}, "missing_field", "period"),
        ({"period": "202513"}, "bad_period", "period"),
        ({"period": "2025-01"}, "bad_period", "period"),
        ({"period": "٢٠٢٥٠١"}, "bad_period", "period"),
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


def test_a_record_of_an_unknown_unit_waits_and_blocks_nothing(known: None, tmp_path: Path) -> None:
    summary = take(tmp_path, record(), record(orgUnit="Poste Xyz", period="202502"))
    assert (summary.problems, summary.waiting_names) == ([], {"Poste Xyz": 1})
    assert (counts(summary), summary.waiting) == ((2, 1, 0, 0, 0, 0), 1)
    assert DataValue.objects.count() == 1
    assert NameSetAside.objects.get().name == "Poste Xyz"


def test_values_of_other_periods_than_months_are_kept_at_their_own(known: None, tmp_path: Path) -> None:
    assert take(tmp_path, record(period="2025Q1")).created == 1
    assert ImportRun.objects.get().report["not_rolled_up"] == 1


def test_every_fault_of_a_row_is_named(known: None, tmp_path: Path) -> None:
    summary = take(tmp_path, record(dataElement="Unknown0001", orgUnit="Unknown0002", period="never"))
    assert [it.code for it in summary.problems] == ["unknown_data_element", "bad_period", "unknown_org_unit"]


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


def test_the_command_fails_where_the_file_does(known: None, tmp_path: Path) -> None:
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("import_dhis2", str(a_file(tmp_path, record(value="x"))), "--json", stdout=out, stderr=err)
    assert stopped.value.code == 1
    last = json.loads(out.getvalue().splitlines()[-1])
    assert set(last) == {
        "read",
        "created",
        "updated",
        "unchanged",
        "deleted",
        "rejected",
        "waiting",
        "problems",
        "set_aside",
    } | {"waiting_names"}
    assert set(last["problems"][0]) == {"code", "row", "field", "value", "message"}
    assert last["read"] == sum(last[name] for name in ("created", "updated", "unchanged", "deleted", "rejected"))
    assert "not_a_number" in err.getvalue()


def test_many_problems_are_counted_not_listed(known: None, tmp_path: Path) -> None:
    told = take(tmp_path, *(record(value="x") for _ in range(1500))).as_dict()
    assert len(told["problems"]) == 1001
    assert (told["problems"][-1]["code"], told["problems"][-1]["value"]) == ("more_problems", "500")


def test_codes_are_promises() -> None:
    """Other programmes read the codes: a code may be added here, never renamed."""
    promised = """
        another_import_running bad_archive bad_date bad_days bad_encoding bad_json bad_period bad_uid bad_unicode
        blank_value closed_before_opened code_taken control_char coordinates duplicate_in_file duplicate_key
        duplicate_uid file_not_found frequency_changed future_day future_period geometry_type missing_field
        missing_parent more_problems moved_before nameless_place negative not_a_number not_finite not_integer
        not_numeric_element out_of_range outside_the_world parent_changed part_of_report period_type place_twice
        ring_flat ring_open ring_short root_moved too_deep too_large too_long tree_cycle unknown_data_element
        unknown_data_set unknown_indicator_type unknown_option_combo unknown_org_unit wrong_projection wrong_shape
        wrong_type
    """
    assert set(promised.split()) <= set(MESSAGES)
