"""Units and metadata that come with a file of values."""

import json
from pathlib import Path
from typing import Any

import pytest

from indicators.exchange.actions import import_dhis2
from indicators.models import (
    DataElement,
    OptionCombo,
    OrgUnit,
    RefreshJob,
)
from tests.exchange.files import a_file, assert_nothing_was_written, record

pytestmark = pytest.mark.django_db


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
    assert import_dhis2(values, by=None, units=second, correct_tree=True).problems == []
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
