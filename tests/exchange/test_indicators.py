"""Indicators of another DHIS2: taken whole or not at all, taken again without change, listed where not computable."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from indicators.exchange.indicator_actions import import_indicators
from indicators.models import Constant, DataElement, ImportedIndicator
from tests.builders import a_source, a_user, an_element, the_default_combo

pytestmark = pytest.mark.django_db
TYPES = [{"id": "Percent0001", "factor": 100}, {"id": "Number00001", "factor": 1}, {"id": "Broken00001"}]


def record(**fields: Any) -> dict[str, Any]:
    texts = {"id": "Indicator01", "code": "ONE", "name": "One", "numerator": "1", "denominator": "1"}
    return {**texts, "indicatorType": {"id": "Percent0001"}, "annualized": False, **fields}


def a_file(folder: Path, *records: Any) -> Path:
    path = folder / "metadata.json"
    path.write_text(json.dumps({"indicators": list(records), "indicatorTypes": TYPES}))
    return path


def test_an_indicator_is_kept_as_it_was_written(tmp_path: Path) -> None:
    french = {"property": "NAME", "locale": "fr", "value": "Un"}
    path = a_file(tmp_path, record(numerator="1 +\n\t2", annualized=True, translations=[french]))
    somebody, source = a_user(), a_source()
    summary = import_indicators(path, by=somebody, source=source)
    assert (summary.read, summary.created, summary.computable, summary.problems) == (1, 1, 1, [])
    (row,) = ImportedIndicator.objects.all()
    assert (row.uid, row.code, row.name_fr, row.name_en) == ("Indicator01", "ONE", "Un", "One")
    assert (row.numerator, row.denominator, row.factor, row.annualised) == ("1 +  2", "1", 100, True)
    assert row.source == source
    assert row.history.get().history_user == somebody


def test_again_changes_nothing_and_a_change_updates(tmp_path: Path) -> None:
    path = a_file(tmp_path, record(), record(id="Indicator02", name="Two"))
    import_indicators(path, by=None, source=a_source())
    again = import_indicators(path, by=None)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    changed = import_indicators(a_file(tmp_path, record(name="Uno")), by=None)
    assert (changed.created, changed.updated, changed.unchanged) == (0, 1, 0)
    assert ImportedIndicator.history.count() == 3
    assert ImportedIndicator.objects.filter(source=None).count() == 0


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"id": "short"}, "bad_uid", "id"),
        ({"name": ""}, "missing_field", "name"),
        ({"numerator": " "}, "missing_field", "numerator"),
        ({"denominator": None}, "missing_field", "denominator"),
        ({"numerator": ["1"]}, "wrong_type", "numerator"),
        ({"numerator": "1" * 20_001}, "too_long", "numerator"),
        ({"numerator": "1\u0000"}, "control_char", "numerator"),
        ({"indicatorType": None}, "unknown_indicator_type", "indicatorType"),
        ({"indicatorType": {"id": "Unknown0001"}}, "unknown_indicator_type", "indicatorType"),
        ({"indicatorType": {"id": "Broken00001"}}, "not_a_number", "indicatorType"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(
    tmp_path: Path, fields: dict[str, Any], code: str, field: str
) -> None:
    summary = import_indicators(a_file(tmp_path, record(id="Indicator02"), record(**fields)), by=None)
    assert (code, 2, field) in [(problem.code, problem.row, problem.field) for problem in summary.problems]
    assert all(problem.message for problem in summary.problems)
    assert not ImportedIndicator.objects.exists()


def test_twice_the_same_uid_is_refused(tmp_path: Path) -> None:
    summary = import_indicators(a_file(tmp_path, record(), record()), by=None)
    assert [problem.code for problem in summary.problems] == ["duplicate_uid"]
    assert not ImportedIndicator.objects.exists()


@pytest.mark.parametrize("text", ["[]", "{}", '{"indicators": 5}', "no json", '{"indicators": [5]}'])
def test_another_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(text)
    assert import_indicators(path, by=None).problems


def test_one_that_cannot_be_computed_is_kept_and_listed(tmp_path: Path) -> None:
    unknown, unreadable = record(numerator="#{Unknown0001}"), record(id="Indicator02", denominator="1 +")
    path = a_file(tmp_path, unknown, unreadable, record(id="Indicator03"))
    with override("en"):
        summary = import_indicators(path, by=None)
    assert (summary.created, summary.computable) == (3, 1)
    assert {row["uid"]: row["code"] for row in summary.not_computable} == {
        "Indicator01": "unknown_element", "Indicator02": "unreadable",
    }  # fmt: skip
    an_element(uid="Unknown0001")
    assert import_indicators(path, by=None).computable == 2


def constants_file(folder: Path, *constants: Any, **fields: Any) -> Path:
    path = folder / "metadata.json"
    indicator = record(numerator="C{Constant001}", **fields)
    path.write_text(json.dumps({"indicators": [indicator], "indicatorTypes": TYPES, "constants": list(constants)}))
    return path


def test_constants_come_along_and_change_with_the_file(tmp_path: Path) -> None:
    french = {"property": "NAME", "locale": "fr", "value": "Part"}
    constant = {"id": "Constant001", "name": "Share", "value": 0.5, "translations": [french]}
    summary = import_indicators(constants_file(tmp_path, constant), by=None, source=a_source())
    assert (summary.constants, summary.computable, summary.problems) == (1, 1, [])
    row = Constant.objects.get()
    assert (row.uid, row.name_fr, row.name_en, row.value) == ("Constant001", "Part", "Share", 0.5)
    assert row.source
    assert import_indicators(constants_file(tmp_path, constant), by=None).constants == 0
    assert import_indicators(constants_file(tmp_path, constant | {"value": "-2.5E1"}), by=None).constants == 1
    assert Constant.objects.get().value == -25


@pytest.mark.parametrize(
    ("constant", "code", "field"),
    [
        ({"id": "x", "name": "n", "value": 1}, "bad_uid", "id"),
        ({"id": "Constant001", "value": 1}, "missing_field", "name"),
        ({"id": "Constant001", "name": "n"}, "missing_field", "value"),
        ({"id": "Constant001", "name": "n", "value": "1_0"}, "not_a_number", "value"),
        ({"id": "Constant001", "name": "n", "value": "1e999"}, "not_a_number", "value"),
        ({"id": "Constant001", "name": "n", "value": True}, "wrong_type", "value"),
        (5, "wrong_type", None),
    ],
)
def test_a_bad_constant_leaves_the_indicators_out_too(tmp_path: Path, constant: Any, code: str, field: str) -> None:
    summary = import_indicators(constants_file(tmp_path, constant), by=None)
    assert (code, 1, field) in [(problem.code, problem.row, problem.field) for problem in summary.problems]
    assert not ImportedIndicator.objects.exists()


def test_a_constant_twice_or_an_indicator_twice_writes_neither(tmp_path: Path) -> None:
    constant = {"id": "Constant001", "name": "Share", "value": 1}
    summary = import_indicators(constants_file(tmp_path, constant, constant), by=None)
    assert [problem.code for problem in summary.problems] == ["duplicate_uid"]
    path = constants_file(tmp_path, constant)
    content = json.loads(path.read_text())
    path.write_text(json.dumps({**content, "indicators": content["indicators"] * 2}))
    assert import_indicators(path, by=None).problems
    assert not Constant.objects.exists()
    assert not ImportedIndicator.objects.exists()


def test_parts_of_elements_are_made_with_the_indicators_that_ask_for_them(tmp_path: Path) -> None:
    an_element(uid="Given000001")
    option = the_default_combo()
    asking = record(numerator=f"#{{Given000001.{option.uid}}}")
    assert import_indicators(a_file(tmp_path, asking), by=None).parts == 1
    assert import_indicators(a_file(tmp_path, asking), by=None).parts == 0
    assert import_indicators(a_file(tmp_path, record()), by=None).computable == 1
    assert not DataElement.objects.filter(derivation="operand").exists()


def test_the_command_ends_with_json_and_says_no(tmp_path: Path) -> None:
    out = StringIO()
    call_command("import_indicators", str(a_file(tmp_path, record(numerator="N{Unknown0001}"))), "--json", stdout=out)
    said = json.loads(out.getvalue().splitlines()[-1])
    assert (said["created"], said["computable"], said["not_computable"][0]["code"]) == (1, 0, "unknown_indicator")
    with pytest.raises(SystemExit):
        call_command("import_indicators", str(a_file(tmp_path, record(id="x"))), stdout=out, stderr=out)
    for option in ("--by", "--source"):
        with pytest.raises(CommandError):
            call_command("import_indicators", str(tmp_path / "metadata.json"), option, "nobody", stdout=out)


def test_the_back_office_lists_them_with_the_reason(
    tmp_path: Path, client: Client, django_assert_max_num_queries: Any
) -> None:
    numerators = ["#{Unknown0001}", *["1"] * 40]
    records = [record(id=f"Indicator{place:02}", numerator=text) for place, text in enumerate(numerators)]
    import_indicators(a_file(tmp_path, *records), by=None)
    person = a_user(is_staff=True, language="en")
    person.user_permissions.set(Permission.objects.filter(codename="view_importedindicator"))
    client.force_login(person)
    with django_assert_max_num_queries(20):
        page = client.get(reverse("admin:indicators_importedindicator_changelist"), headers={"accept-language": "en"})
    assert page.status_code == 200
    assert page.content.decode().count("Unknown0001") == 1
