"""From the upload to the commit: who may move a run on, and what each step writes."""

from pathlib import Path
from typing import Any

import pytest

from indicators.accounts.roles import Role
from indicators.exchange.intake import actions, child, states, tasks
from indicators.exchange.problems import BadFile
from indicators.models import Batch, ChangedCell, DataValue, ImportRun, OrgUnit, RefreshJob, ValueChange, WaitingRecord
from tests.builders import a_user
from tests.exchange.files import record
from tests.intake.imports import a_file, codes, counts, numbers, previewed, received, stored, taken

pytestmark = pytest.mark.django_db
State = ImportRun.State


def test_a_preview_writes_nothing_but_its_row(known: None, tmp_path: Path) -> None:
    run = previewed(a_file(tmp_path, record(), record(period="202502", orgUnit="Poste Xyz"), record(value="x")))
    assert (run.state, counts(run)) == (State.PREVIEWED, {"created": 1, "waiting": 1, "rejected": 1})
    assert codes(run) == [("not_a_number", 3, "value")]
    assert run.report["waiting_names"] == {"Poste Xyz": 1}
    assert run.kind == "dhis2_json"
    for model in (DataValue, Batch, ChangedCell, ValueChange, RefreshJob, WaitingRecord):
        assert not model._default_manager.exists(), model


def test_a_commit_writes_what_was_previewed(known: None, tmp_path: Path) -> None:
    by = a_user(Role.LEAD)
    run = taken(a_file(tmp_path, record(), record(period="202502", value="0")), by=by)
    assert (run.state, counts(run), numbers()) == (State.COMMITTED, {"created": 2}, [0, 5])
    assert run.batch
    assert (run.batch.origin, run.batch.by, run.batch.label) == ("import", by, run.file_name)
    assert RefreshJob.objects.count() == 1


def test_the_preview_says_what_the_commit_does(known: None, tmp_path: Path) -> None:
    taken(a_file(tmp_path, *(record(period=f"20250{month}") for month in (1, 2, 3))))
    changes = [record(period="202501", value="6"), record(period="202502"), record(period="202503", deleted=True)]
    run = previewed(a_file(tmp_path, *changes, record(period="202504"), record(period="202505", deleted=True)))
    told = counts(run)
    assert told == {"created": 1, "updated": 1, "unchanged": 2, "deleted": 1}
    actions.ask_commit(run, by=None)
    actions.commit(run.pk)
    run.refresh_from_db()
    assert (run.state, counts(run)) == (State.COMMITTED, told)


def test_the_same_file_again_changes_nothing(known: None, tmp_path: Path) -> None:
    path = a_file(tmp_path, record(comment="late"))
    taken(path)
    before = stored()
    RefreshJob.objects.all().delete()
    run = taken(path)
    assert (run.state, counts(run), run.batch) == (State.COMMITTED, {"unchanged": 1}, None)
    assert stored() == before
    assert not ValueChange.objects.exists()
    assert not RefreshJob.objects.exists()


def test_what_has_changed_since_the_preview_is_shown_before_it_is_written(known: None, tmp_path: Path) -> None:
    run = previewed(a_file(tmp_path, record(), record(period="202502")))
    actions.ask_commit(run, by=None)
    taken_between = actions.import_now(a_file(tmp_path, record(value="9")), file_name="other", by=None)
    assert taken_between.state == State.COMMITTED
    actions.commit(run.pk)
    run.refresh_from_db()
    assert (run.state, run.report["outdated"]) == (State.PREVIEWED, True)
    assert (counts(run), numbers()) == ({"created": 1, "updated": 1}, [9])
    actions.ask_commit(run, by=None)
    actions.commit(run.pk)
    assert numbers() == [5, 5]


def test_rejected_records_block_unless_only_the_valid_ones_are_wanted(known: None, tmp_path: Path) -> None:
    run = previewed(a_file(tmp_path, record(), record(period="202502", value="x")))
    with pytest.raises(actions.NotNow):
        actions.ask_commit(run, by=None)
    actions.ask_commit(run, by=None, valid_only=True)
    actions.commit(run.pk)
    run.refresh_from_db()
    assert (run.state, counts(run), numbers()) == (State.COMMITTED, {"created": 1, "rejected": 1}, [5])


def test_a_cell_named_twice_goes_in_neither_way(known: None, tmp_path: Path) -> None:
    run = taken(a_file(tmp_path, record(), record(value="6"), record(period="202502")), valid_only=True)
    assert (counts(run), codes(run)) == ({"created": 1, "rejected": 2}, [("duplicate_in_file", 2, None)])


def test_a_file_that_is_none_is_refused(known: None, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"dataValues": [1,]}')
    run = previewed(path)
    assert (run.state, counts(run), run.report["problems"][0]["code"]) == (State.REFUSED, {}, "bad_json")
    with pytest.raises(actions.NotNow):
        actions.ask_commit(run, by=None)


def test_an_empty_file_and_one_too_large_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.json"
    path.write_text("")
    with pytest.raises(BadFile, match="empty_file"):
        received(path)
    monkeypatch.setattr(actions, "LARGEST_UPLOAD", 3)
    path.write_text("{     }")
    with pytest.raises(BadFile, match="too_large"):
        received(path)
    assert not ImportRun.objects.exists()


def test_a_person_has_so_many_files_on_their_way(known: None, tmp_path: Path) -> None:
    by, path = a_user(Role.LEAD), a_file(tmp_path, record())
    runs = [received(path, by=by) for _ in range(actions.AT_ONCE)]
    with pytest.raises(actions.TooMany):
        received(path, by=by)
    received(path, by=a_user(Role.LEAD))
    actions.preview(runs[0].pk)
    received(path, by=by)


def test_the_name_of_a_file_is_text_and_no_path(known: None, tmp_path: Path, settings: Any) -> None:
    run = actions.receive(a_file(tmp_path, record()), file_name="../../etc/" + "x" * 400, by=None)
    assert run.content.name == f"imports/{run.key}"
    assert len(run.file_name) == 300
    assert Path(run.content.path).is_relative_to(settings.MEDIA_ROOT)


def test_a_run_is_dropped_with_its_file_unless_it_was_taken_in(known: None, tmp_path: Path) -> None:
    run = previewed(a_file(tmp_path, record()))
    kept = Path(run.content.path)
    actions.drop(run, by=None)
    assert (run.state, kept.exists()) == (State.DROPPED, False)
    for action in (lambda: actions.ask_commit(run, by=None), lambda: actions.undo(run, by=None)):
        with pytest.raises(actions.NotNow):
            action()
    with pytest.raises(actions.NotNow):
        actions.drop(taken(a_file(tmp_path, record())), by=None)


def test_a_step_is_done_once(known: None, tmp_path: Path) -> None:
    run = previewed(a_file(tmp_path, record()))
    assert not actions.preview(run.pk)
    assert not actions.commit(run.pk)
    actions.ask_commit(run, by=None)
    assert actions.commit(run.pk)
    assert not actions.commit(run.pk)
    with pytest.raises(actions.NotNow):
        actions.ask_commit(run, by=None)


def test_a_file_is_read_again_with_other_options(known: None, tmp_path: Path) -> None:
    OrgUnit.objects.filter(uid="OrgUnit0001").update(code="ML-01")
    run = previewed(a_file(tmp_path, record(orgUnit="ML-01")))
    assert counts(run) == {"waiting": 1}
    actions.preview_again(run, by=None, options={"schemes": {"org_unit": "code"}})
    actions.preview(run.pk)
    run.refresh_from_db()
    assert counts(run) == {"created": 1}


def test_a_file_says_by_what_it_names_units_unless_a_person_knows_better(known: None, tmp_path: Path) -> None:
    OrgUnit.objects.filter(uid="OrgUnit0001").update(code="ML-01")
    path = a_file(tmp_path, record(orgUnit="ML-01"), orgUnitIdScheme="code")
    assert counts(previewed(path)) == {"created": 1}
    assert counts(previewed(path, options={"schemes": {"org_unit": "uid"}})) == {"waiting": 1}


def test_a_fault_of_ours_gets_three_attempts_and_then_a_sentence(
    known: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ValueError("no good")

    monkeypatch.setattr("indicators.exchange.intake.bodies.compare", fail)
    run = received(a_file(tmp_path, record()))
    for state in (State.QUEUED, State.QUEUED, State.FAILED):
        with pytest.raises(ValueError, match="no good"):
            actions.preview(run.pk)
        run.refresh_from_db()
        assert run.state == state
    assert (run.error, codes(run)) == ("ValueError: no good", [("import_failed", None, None)])


def test_the_sweeper_does_what_no_bell_announced(known: None, tmp_path: Path) -> None:
    run = received(a_file(tmp_path, record()))
    tasks.sweep_imports()
    run.refresh_from_db()
    assert run.state == State.PREVIEWED
    actions.ask_commit(run, by=None)
    tasks.work_run(run.pk)
    assert numbers() == [5]


@pytest.mark.parametrize(("left", "back"), [("reading", "queued"), ("committing", "commit_queued")])
def test_a_run_left_by_a_dead_worker_is_taken_up_again(known: None, tmp_path: Path, left: str, back: str) -> None:
    run = received(a_file(tmp_path, record()))
    ImportRun.objects.filter(pk=run.pk).update(state=left, attempts=1)
    assert states.sweep() == [run.pk]
    run.refresh_from_db()
    assert run.state == back
    ImportRun.objects.filter(pk=run.pk).update(state=left, attempts=3)
    assert states.sweep() == []
    run.refresh_from_db()
    assert run.state == State.FAILED


def test_a_reader_that_takes_too_much_is_stopped(known: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = a_file(tmp_path, *(record(comment="x" * 200) for _ in range(100_000)))
    monkeypatch.setattr(child, "MEMORY", 40 * 1024**2)
    run = previewed(path)
    assert (run.state, run.report["problems"][0]["code"]) == (State.REFUSED, "too_costly")
    monkeypatch.setattr(child, "MEMORY", 1024**3)
    monkeypatch.setattr(child, "WALL", 0.1)
    run = previewed(path)
    assert (run.state, run.report["problems"][0]["code"]) == (State.REFUSED, "too_costly")


def test_a_reader_that_breaks_is_a_refusal_and_no_error(known: None, tmp_path: Path) -> None:
    run = previewed(a_file(tmp_path, record()), kind="no such kind")
    assert (run.state, run.report["problems"][0]["code"]) == (State.REFUSED, "reader_failed")


def test_import_now_leaves_a_run_unless_it_only_looks(known: None, tmp_path: Path) -> None:
    path = a_file(tmp_path, record(), record(period="202502", value="x"))
    run = actions.import_now(path, file_name="x", by=None, dry_run=True)
    assert (run.pk, run.state, counts(run)) == (None, State.REFUSED, {"created": 1, "rejected": 1})
    run = actions.import_now(path, file_name="x", by=None)
    assert (ImportRun.objects.get().pk, run.state) == (run.pk, State.REFUSED)
    assert not stored()
    run = actions.import_now(path, file_name="x", by=None, valid_only=True)
    assert (run.state, counts(run), numbers()) == (State.COMMITTED, {"created": 1, "rejected": 1}, [5])


def test_a_clerk_reports_for_their_own_districts(known: None, tmp_path: Path) -> None:
    own = OrgUnit.objects.get(name="District 1")
    by = a_user(Role.CLERK, districts=[own])
    path = a_file(tmp_path, record(), record(orgUnit="OrgUnit0002"), record(orgUnit="Nowhere0001"))
    run = previewed(path, by=by)
    assert counts(run) == {"created": 1, "rejected": 1, "waiting": 1}
    assert codes(run) == [("not_your_district", 2, "orgUnit")]
    assert counts(previewed(path, by=a_user(Role.LEAD))) == {"created": 2, "waiting": 1}
