"""Groups of units from metadata: names and members; unknown members are left out and counted, dates are a person's."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from indicators.exchange.actions import Summary, import_dhis2, import_references
from indicators.exchange.unit_groups import read
from indicators.models import NameSetAside, OrgUnit, OrgUnitGroup, OrgUnitGroupMembership, RefreshJob
from tests.builders import a_unit
from tests.exchange.files import UNIT, a_file, codes
from tests.exchange.shared_data import METADATA, needed

pytestmark = pytest.mark.django_db
GROUP = "GroupOfU001"


def a_group(*units: str, **fields: Any) -> dict[str, Any]:
    return {"id": GROUP, "name": "CHC", "organisationUnits": [{"id": uid} for uid in units], **fields}


def take(folder: Path, *groups: Any) -> Summary:
    path = folder / "metadata.json"
    path.write_text(json.dumps({"organisationUnitGroups": list(groups)}))
    return import_references(by=None, elements=path)


def members() -> set[str]:
    return set(OrgUnitGroup.objects.get(key=GROUP).units.values_list("uid", flat=True))


def test_a_group_comes_with_its_names_and_members(known: None, tmp_path: Path) -> None:
    other = a_unit("Sud")
    french = [{"property": "NAME", "locale": "fr", "value": "CSCom"}]
    assert take(tmp_path, a_group(UNIT, other.uid, UNIT, translations=french)).problems == []
    group = OrgUnitGroup.objects.get()
    assert (group.key, group.name_fr, group.name_en, group.demonstration) == (GROUP, "CSCom", "CHC", False)
    assert members() == {UNIT, other.uid}
    assert not RefreshJob.objects.exists()  # groups are summed when asked


def test_the_same_again_changes_nothing_and_a_list_replaces_the_one_before(known: None, tmp_path: Path) -> None:
    other = a_unit("Sud")
    for _ in range(2):
        take(tmp_path, a_group(UNIT))
        assert (OrgUnitGroup.history.count(), OrgUnitGroupMembership.history.count()) == (1, 1)
    take(tmp_path, a_group(other.uid, name="Posts"))
    assert (members(), OrgUnitGroup.objects.get().name_en) == ({other.uid}, "Posts")
    take(tmp_path, a_group())
    assert members() == {other.uid}  # an empty list says nothing
    take(tmp_path)
    assert OrgUnitGroup.objects.exists()


def test_a_member_with_dates_keeps_them_and_stays(known: None, tmp_path: Path) -> None:
    dated, group = a_unit("Sud"), OrgUnitGroup.objects.create(key=GROUP, name_fr="CHC", name_en="CHC")
    group.memberships.create(unit=dated, start=date(2024, 1, 1))
    take(tmp_path, a_group(UNIT))
    assert members() == {UNIT, dated.uid}
    take(tmp_path, a_group(UNIT, dated.uid))
    assert [one.start for one in group.memberships.filter(unit=dated)] == [date(2024, 1, 1)]


def test_unknown_members_are_set_aside_and_counted_never_created(known: None, tmp_path: Path) -> None:
    before = OrgUnit.objects.count()
    groups = a_group(UNIT), a_group("NoOrgUnit01", "NoOrgUnit02", UNIT, id="GroupOfU002", name="MCHP")
    summary = take(tmp_path, *groups)
    assert [(one.code, one.row, one.field, one.value) for one in summary.set_aside] == [
        ("unknown_org_unit", 2, "organisationUnitGroups", "NoOrgUnit01"),
        ("unknown_org_unit", 2, "organisationUnitGroups", "NoOrgUnit02"),
    ]
    assert (summary.problems, OrgUnit.objects.count()) == ([], before)
    assert OrgUnitGroup.objects.get(key="GroupOfU002").units.count() == 1
    with_values = import_dhis2(a_file(tmp_path), by=None, elements=tmp_path / "metadata.json")
    assert (with_values.problems, len(with_values.set_aside)) == ([], 2)
    assert set(NameSetAside.objects.values_list("name", flat=True)) == {"NoOrgUnit01", "NoOrgUnit02"}


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([{"id": GROUP}], ["missing_field"]),
        ([{"id": "x", "name": "CHC"}], ["bad_uid"]),
        ([a_group(UNIT), a_group()], ["duplicate_uid"]),
        ([a_group("x")], ["bad_uid"]),
        ([{**a_group(), "organisationUnits": UNIT}], ["wrong_shape"]),
        (["CHC"], ["missing_field", "wrong_type"]),
        ([a_group(name="x" * 201)], ["too_long"]),
        ([a_group(translations=[{"property": "NAME", "locale": "fr", "value": "x" * 201}])], ["too_long"]),
    ],
)
def test_a_bad_group_is_named_and_nothing_is_written(
    known: None, tmp_path: Path, groups: list[Any], expected: list[str]
) -> None:
    good = a_group(UNIT, id="GroupOfU009")
    assert sorted({code for code, *_ in codes(take(tmp_path, good, *groups))}) == expected
    assert not OrgUnitGroup.objects.exists()


@needed
def test_the_groups_of_a_real_system_are_read() -> None:
    records, problems = read(METADATA)
    assert (len(records), problems) == (18, [])
    assert {record.name_en for record in records} >= {"CHC", "Hospital", "Rural", "Urban"}
    assert all(len(record.units) == len(set(record.units)) for record in records)
