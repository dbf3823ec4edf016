"""Records of unknown units: they block nothing, wait for a person, go in once, and can be undone with their import."""

from pathlib import Path

import pytest

from indicators.accounts.roles import Role
from indicators.exchange.intake import actions, resolve, tasks
from indicators.geography.name_actions import assign
from indicators.geography.names import normalise
from indicators.models import Batch, ImportRun, NameSetAside, OrgUnit, OrgUnitAlias, ReportReceived, WaitingRecord
from tests.builders import a_data_set, a_unit, a_user
from tests.exchange.files import record
from tests.intake.imports import a_file, comments, counts, numbers, previewed, stored, taken
from tests.intake.test_undo import reports

pytestmark = pytest.mark.django_db


def poste(number: int = 1) -> OrgUnit:
    return OrgUnit.objects.get(uid=f"OrgUnit000{number}")


def say(name: str, unit: OrgUnit) -> None:
    assign(name=NameSetAside.objects.get(normalised=normalise(name)), unit=unit, by=None)


def test_they_go_in_when_a_person_says_which_unit_is_meant(known: None, tmp_path: Path) -> None:
    run = taken(
        a_file(
            tmp_path,
            record(),
            record(orgUnit="N'Debougou", value="7", comment="by hand"),
            record(orgUnit="N’Débougou", period="202502", value="8"),
            record(orgUnit="Elsewhere", value="9"),
        )
    )
    assert (counts(run), numbers()) == ({"created": 1, "waiting": 3}, [5])
    say("N'Debougou", poste(2))
    run.refresh_from_db()
    assert (counts(run), numbers()) == ({"created": 3, "waiting": 1}, [5, 7, 8])
    assert run.report["waiting_names"] == {"Elsewhere": 1}
    assert [text for text, _ in comments().values()] == ["by hand"]
    assert Batch.objects.count() == 2
    assert list(WaitingRecord.objects.filter(batch=None).values_list("name", flat=True)) == ["Elsewhere"]
    say("Elsewhere", a_unit("Elsewhere"))
    run.refresh_from_db()
    assert counts(run) == {"created": 4}
    before = run
    actions.undo(before, by=None)
    assert (stored(), comments()) == ({}, {})


def test_a_record_that_fails_keeps_its_problem_and_is_rejected(known: None, tmp_path: Path) -> None:
    run = taken(a_file(tmp_path, record(), record(orgUnit="Poste", value="7"), record(orgUnit="Post", value="8")))
    say("Poste", poste())
    run.refresh_from_db()
    assert (counts(run), numbers()) == ({"created": 1, "waiting": 1, "rejected": 1}, [5])
    assert WaitingRecord.objects.get(name="Poste").problem == "duplicate_in_file"
    actions.import_now(a_file(tmp_path, record(orgUnit="OrgUnit0002", value="9")), file_name="newer", by=None)
    say("Post", poste(2))
    run.refresh_from_db()
    assert (counts(run), numbers()) == ({"created": 1, "rejected": 2}, [5, 9])
    assert WaitingRecord.objects.get(name="Post").problem == "newer_stands"


def test_of_two_names_of_one_unit_that_say_the_same_cell_neither_goes_in(known: None, tmp_path: Path) -> None:
    run = taken(a_file(tmp_path, record(orgUnit="A", value="7"), record(orgUnit="B", value="8")))
    for name in "AB":
        OrgUnitAlias.objects.create(unit=poste(), name=name)
    assert actions.take_in_waiting(by=None) == 0
    run.refresh_from_db()
    assert (counts(run), stored()) == ({"rejected": 2}, {})


def test_imports_of_two_months_keep_their_order(known: None, tmp_path: Path) -> None:
    first = taken(a_file(tmp_path, record(orgUnit="Poste", value="7")))
    second = taken(a_file(tmp_path, record(orgUnit="Poste", value="8")))
    say("Poste", poste())
    assert numbers() == [8]
    for run, expected in ((first, {"created": 1}), (second, {"updated": 1})):
        run.refresh_from_db()
        assert counts(run) == expected
    actions.undo(second, by=None)
    assert numbers() == [7]


def test_a_unit_that_became_known_by_itself_is_found_by_the_sweeper(known: None, tmp_path: Path) -> None:
    run = taken(a_file(tmp_path, record(orgUnit="NewUnit0001")))
    a_unit(uid="NewUnit0001")
    tasks.sweep_imports()
    run.refresh_from_db()
    assert counts(run) == {"created": 1}


def test_of_an_undone_import_nothing_goes_in_later(known: None, tmp_path: Path) -> None:
    actions.undo(taken(a_file(tmp_path, record(orgUnit="Poste"))), by=None)
    say("Poste", poste())
    assert not stored()


def test_a_clerks_record_goes_into_no_other_district(known: None, tmp_path: Path) -> None:
    by = a_user(Role.CLERK, districts=[OrgUnit.objects.get(name="District 1")])
    run = taken(a_file(tmp_path, record(orgUnit="Poste")), by=by)
    say("Poste", poste(2))
    run.refresh_from_db()
    assert (counts(run), stored()) == ({"rejected": 1}, {})
    assert WaitingRecord.objects.get().problem == "not_your_district"


def test_the_same_cell_twice_under_one_unknown_name_is_rejected(known: None, tmp_path: Path) -> None:
    run = previewed(a_file(tmp_path, record(orgUnit="Poste"), record(orgUnit="Poste"), record(orgUnit="Poste")))
    assert counts(run) == {"rejected": 3}


def test_more_than_are_kept_refuse_the_file(known: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolve, "MOST_WAITING", 2)
    run = previewed(a_file(tmp_path, *(record(orgUnit=f"Poste {number}") for number in range(3))))
    assert (run.state, run.report["problems"][0]["code"]) == (ImportRun.State.REFUSED, "too_many_waiting")


def test_reports_wait_as_well(known: None, tmp_path: Path) -> None:
    a_data_set([], [], uid="DataSet0001")
    path = reports(tmp_path, "2025-02-03", "2025-03-03")
    path.write_text(path.read_text().replace("OrgUnit0001", "Poste"))
    run = taken(path)
    assert counts(run) == {"waiting": 2}
    say("Poste", poste())
    run.refresh_from_db()
    assert (counts(run), ReportReceived.objects.count()) == ({"created": 2}, 2)
    actions.undo(run, by=None)
    assert not ReportReceived.objects.exists()
