"""A file that puts a known unit below another parent must say since when, or that the tree was wrong."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from indicators.exchange.actions import import_dhis2
from indicators.geography.actions import upsert_units
from indicators.geography.models import FormerParent, OrgUnit
from indicators.geography.records import UnitRecord
from indicators.models import RefreshJob
from tests.exchange.files import a_file, record
from tests.exchange.test_references import a_record, units_file

pytestmark = pytest.mark.django_db
ROOT, NORTH, SOUTH, SITE = (
    UnitRecord(uid, uid, None, parent, None, None)
    for uid, parent in (
        ("Root0000001", None),
        ("North000001", "Root0000001"),
        ("South000001", "Root0000001"),
        ("Site0000001", "North000001"),
    )
)
MOVED = SITE._replace(parent=SOUTH.uid)
JULY = date(2024, 7, 1)


@pytest.fixture
def tree() -> None:
    upsert_units([ROOT, NORTH, SOUTH, SITE])


def parents() -> dict[str, str | None]:
    return {unit.uid: unit.parent.uid if unit.parent else None for unit in OrgUnit.objects.select_related("parent")}


def codes(records: list[UnitRecord], **fields: Any) -> list[str]:
    done, problems = upsert_units(records, **fields)
    assert not problems or tuple(done) == (0,) * len(done)
    return [problem.code for problem in problems]


def test_without_a_word_nothing_is_written(tree: None) -> None:
    assert codes([MOVED, NORTH._replace(name="New")]) == ["parent_changed"]
    assert parents()[SITE.uid] == NORTH.uid
    assert not OrgUnit.objects.filter(name="New").exists()


def test_with_a_day_the_former_parent_stays_for_the_time_before(tree: None) -> None:
    assert codes([MOVED], moved_on=JULY) == []
    row = FormerParent.objects.get()
    assert (row.unit.uid, row.parent.uid, row.until) == (SITE.uid, NORTH.uid, date(2024, 6, 30))
    assert row.history.count() == 1
    assert parents()[SITE.uid] == SOUTH.uid
    done, _ = upsert_units([MOVED], moved_on=JULY)
    assert (done.unchanged, done.moved, FormerParent.objects.count()) == (1, 0, 1), "again changes nothing"


def test_a_correction_keeps_no_former_parent(tree: None) -> None:
    assert codes([MOVED], correct_tree=True) == []
    assert parents()[SITE.uid] == SOUTH.uid
    assert not FormerParent.objects.exists()


def test_a_move_before_the_last_one_is_refused(tree: None) -> None:
    upsert_units([MOVED], moved_on=JULY)
    assert codes([SITE], moved_on=JULY) == ["moved_before"]
    assert codes([SITE], moved_on=date(2024, 7, 2)) == []


def test_the_top_of_the_tree_has_no_former_parent(tree: None) -> None:
    top = UnitRecord("Top00000001", "Top", None, None, None, None)
    assert codes([top, ROOT._replace(parent=top.uid)], moved_on=JULY) == ["root_moved"]
    assert codes([top, ROOT._replace(parent=top.uid)], correct_tree=True) == []
    assert codes([ROOT], correct_tree=True) == [], "and back"


def test_a_unit_that_lay_above_in_the_past_cannot_take_it_in(tree: None) -> None:
    """The south lay below the site until the end of 2024: in July the site cannot have moved there."""
    site, south = OrgUnit.objects.get(uid=SITE.uid), OrgUnit.objects.get(uid=SOUTH.uid)
    FormerParent.objects.create(unit=south, parent=site, until=date(2024, 12, 31))
    assert codes([MOVED], moved_on=JULY) == ["tree_cycle"]
    assert codes([MOVED], correct_tree=True) == ["tree_cycle"]
    assert codes([MOVED], moved_on=date(2025, 1, 1)) == []


def test_a_unit_may_move_below_one_that_comes_with_the_same_file(tree: None) -> None:
    new = UnitRecord("New00000001", "New", None, NORTH.uid, None, None)
    assert codes([SITE._replace(parent=new.uid), new], moved_on=JULY) == []
    assert OrgUnit.objects.get(uid=SITE.uid).level == 4


def files(folder: Path) -> tuple[Path, Path]:
    values = a_file(folder, record(orgUnit="Child000001"))
    first = units_file(folder, a_record("Root0000001"), a_record("Root0000002"), a_record("Child000001", "Root0000001"))
    call_command("import_dhis2", str(values), org_units=first)
    RefreshJob.objects.all().delete()
    return values, units_file(folder, a_record("Child000001", "Root0000002"))


def test_the_command_says_what_to_add(known: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    values, moved = files(tmp_path)
    with pytest.raises(SystemExit):
        call_command("import_dhis2", str(values), "--org-units", str(moved), "--json")
    out = json.loads(capsys.readouterr().out.splitlines()[-1])
    [problem] = out["problems"]
    assert (problem["code"], problem["row"]) == ("parent_changed", 1)
    assert "--moved-on" in problem["message"]
    assert "--correct-tree" in problem["message"]
    call_command("import_dhis2", str(values), "--org-units", str(moved), "--moved-on", "2024-07-01")
    assert FormerParent.objects.get().until == date(2024, 6, 30)
    assert RefreshJob.objects.get().scope == RefreshJob.Scope.EVERYTHING


def test_a_preview_of_a_move_writes_nothing(known: None, tmp_path: Path) -> None:
    values, moved = files(tmp_path)
    assert import_dhis2(values, by=None, units=moved, moved_on=JULY, dry_run=True).problems == []
    assert not FormerParent.objects.exists()
    assert parents()["Child000001"] == "Root0000001"


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--moved-on", "July"], "is no day"),
        (["--moved-on", "2999-01-01"], "has not come"),
        (["--moved-on", "2024-07-01", "--correct-tree"], "not allowed with"),
    ],
)
def test_a_bad_day_is_answered_by_a_sentence(tmp_path: Path, words: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("import_dhis2", str(tmp_path / "none.json"), *words)
