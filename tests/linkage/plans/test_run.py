"""Runs: one claim at a time, progress in the row, killed workers, changed data, void results."""

import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from indicators.accounts.roles import Role
from research.linkage import jobs
from research.linkage.plans import run, tasks
from research.linkage.plans.compute import Computed
from research.linkage.plans.models import AnalysisRun
from tests.conftest import held_elsewhere
from tests.linkage.plans.plans import a_draft, a_locked, doses, sites, somebody

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
State = AnalysisRun.State


@pytest.fixture(autouse=True)
def bells(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    rung: list[int] = []
    monkeypatch.setattr(run, "ring", lambda run_id, *_more: rung.append(run_id))
    return rung


def a_waiting_run() -> AnalysisRun:
    by, places = somebody(), sites(3)
    doses(places)
    return run.ask(a_locked(by, places), by=by)


def test_a_locked_plan_is_run_once_however_often_it_is_asked(
    django_capture_on_commit_callbacks: Any, bells: Any
) -> None:
    by, places = somebody(), sites(1)
    version = a_locked(by, places)
    with django_capture_on_commit_callbacks(execute=True):
        first = run.ask(version, by=by)
        assert run.ask(version, by=by) == first
    assert bells == [first.pk, first.pk]
    with transaction.atomic(), pytest.raises(IntegrityError):
        AnalysisRun.objects.create(version=version)


def test_a_draft_is_not_run_and_readers_do_not_run() -> None:
    by, places = somebody(), sites(1)
    draft = a_draft(by, places)
    with pytest.raises(PermissionDenied):
        run.ask(draft, by=by)
    for role in (Role.VIEWER, Role.CLERK, Role.ADMINISTRATOR):
        with pytest.raises(PermissionDenied):
            run.ask(a_locked(by, sites(1)), by=somebody(role))
    assert not AnalysisRun.objects.exists()


def test_a_run_ends_with_its_result_its_inputs_and_its_versions() -> None:
    waiting = a_waiting_run()
    assert run.run(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts, waiting.error, waiting.claim) == (State.DONE, 1, "", None)
    assert waiting.done == waiting.total > 0
    assert waiting.result
    assert len(waiting.manifest["inputs"]) == 3 * 24
    assert {"python", "numpy", "statsmodels", "methods"} <= set(waiting.manifest["versions"])
    assert waiting.manifest["content"]["outcome"] == "dtp1_doses"
    assert len(waiting.fingerprint) == 64
    assert not run.run(waiting.pk)  # twice is once


def test_progress_stands_in_the_row_while_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting, told = a_waiting_run(), []

    def slow(_version: Any, tell: Any) -> Computed:
        for done in range(4):
            tell(done, 3)
            told.append(AnalysisRun.objects.values_list("state", "done", "total").get(pk=waiting.pk))
        return Computed({"kind": "refused"}, [], {}, "f", False)

    monkeypatch.setattr(run, "computed", slow)
    assert run.run(waiting.pk)
    assert told == [("running", 0, 3), ("running", 1, 3), ("running", 2, 3), ("running", 3, 3)]


def test_a_killed_worker_s_run_is_taken_by_another_and_the_first_writes_nothing_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waiting = a_waiting_run()
    first = run.claim(waiting.pk)
    assert first
    assert run.claim(waiting.pk) is None
    with held_elsewhere("research_analysisrun", waiting.pk):
        assert run.sweep() is None  # it lives, however long a step takes
        assert not run.run(waiting.pk)
    assert run.sweep() == waiting.pk
    tasks.sweep_analyses()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts) == (State.DONE, 2)
    with pytest.raises(jobs.ClaimLost):
        run.beat(waiting.pk, first, 1, 3)
    assert run.sweep() is None


def test_who_lost_the_claim_in_the_middle_stores_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting, other = a_waiting_run(), uuid.uuid4()

    def stolen(_version: Any, tell: Any) -> Computed:
        AnalysisRun.objects.update(claim=other)
        tell(1, 2)
        raise AssertionError("never reached")

    monkeypatch.setattr(run, "computed", stolen)
    assert not run.run(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.claim, waiting.result) == (State.RUNNING, other, None)


def test_what_breaks_off_is_tried_again_and_then_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = a_waiting_run()

    def broken(_version: Any, _tell: Any) -> Computed:
        raise ValueError("no")

    monkeypatch.setattr(run, "computed", broken)
    for attempt in range(1, jobs.ATTEMPTS + 1):
        with pytest.raises(ValueError, match="no"):
            run.run(waiting.pk)
        waiting.refresh_from_db()
        assert (waiting.attempts, waiting.error) == (attempt, "ValueError: no")
    assert waiting.state == State.FAILED
    assert run.sweep() is None
    assert run.ask(waiting.version, by=somebody()).pk != waiting.pk


def test_a_worker_that_dies_each_time_is_given_up() -> None:
    waiting = a_waiting_run()
    for _attempt in range(jobs.ATTEMPTS):
        assert run.claim(waiting.pk)
        run.sweep()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.error) == (State.FAILED, "abandoned")


def test_changed_data_are_noticed_and_run_again_at_night() -> None:
    waiting = a_waiting_run()
    places = list(waiting.version.units.all())
    run.run(waiting.pk)
    waiting.refresh_from_db()
    assert not run.inputs_changed(waiting)
    assert tasks.rerun_changed_analyses() == 0
    doses(places, lambda place, at: 99.0 if (place, at) == (places[0], 2) else None)
    assert run.inputs_changed(waiting)
    assert tasks.rerun_changed_analyses() == 1
    assert tasks.rerun_changed_analyses() == 0  # it waits already
    again = AnalysisRun.objects.get(state=State.QUEUED)
    assert (again.origin, again.asked_by) == ("night", None)
    run.run(again.pk)
    again.refresh_from_db()
    waiting.refresh_from_db()
    assert again.fingerprint != waiting.fingerprint
    assert again.version == waiting.version
    assert tasks.rerun_changed_analyses() == 0


def test_the_night_runs_the_latest_locked_version_only() -> None:
    waiting = a_waiting_run()
    places = list(waiting.version.units.all())
    run.run(waiting.pk)
    assert waiting.asked_by
    a_locked(waiting.asked_by, places, waiting.version.plan)
    doses(places, lambda place, at: 99.0 if at == 2 else None)
    assert tasks.rerun_changed_analyses() == 0  # the newer version has no result yet: a person runs it first


def test_a_result_is_void_with_a_reason_by_a_lead_and_stays() -> None:
    waiting, lead = a_waiting_run(), somebody(Role.LEAD)
    with pytest.raises(ValidationError):
        run.void(waiting, by=lead, why="Trop tôt.")
    run.run(waiting.pk)
    with pytest.raises(PermissionDenied):
        run.void(waiting, by=somebody(), why="Fausse cible.")
    with pytest.raises(ValidationError) as refused:
        run.void(waiting, by=lead, why="  ")
    assert "why" in refused.value.message_dict
    void = run.void(waiting, by=lead, why="Fausse cible.")
    again = run.void(void, by=somebody(Role.LEAD), why="Autre raison.")
    assert (again.voided_by, again.voided_why, again.state) == (lead, "Fausse cible.", State.DONE)
