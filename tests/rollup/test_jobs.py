"""The life of a refresh job: asked for, claimed once, retried, swept up; and the real worker."""

import subprocess
from datetime import timedelta
from time import perf_counter
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from indicators.models import Aggregate, ChangedCell, RefreshJob
from indicators.periods import Period
from indicators.rollup import actions, doorbell, refresh, tasks
from indicators.rollup.models import RefreshJob as Job
from indicators.values.actions import Reported
from tests.builders import a_unit, an_element, the_default_combo
from tests.conftest import held_elsewhere, wait_until

JANUARY = Period.parse("202501").code


def report(value: float = 5) -> None:
    unit, element, combo = a_unit(parent=a_unit()), an_element("DTP1"), the_default_combo()
    reports = [Reported(element.pk, JANUARY, unit.pk, combo.pk, combo.pk, value)]
    actions.record_values(reports, origin="entry", label="test", by=None)


@pytest.mark.django_db
def test_asking_twice_makes_one_job_of_the_larger_scope() -> None:
    first = actions.refresh_soon()
    second = actions.refresh_soon(scope=Job.Scope.EVERYTHING)
    third = actions.refresh_soon()
    assert first.pk == second.pk == third.pk
    assert RefreshJob.objects.get().scope == Job.Scope.EVERYTHING


@pytest.mark.django_db
def test_a_write_that_is_taken_back_leaves_no_job() -> None:
    def fail() -> None:
        with transaction.atomic():
            report()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not RefreshJob.objects.exists()
    assert not ChangedCell.objects.exists()


@pytest.mark.django_db
def test_numbers_that_change_nothing_ask_for_nothing() -> None:
    actions.record_values([], origin="entry", label="test", by=None)
    assert not RefreshJob.objects.exists()


@pytest.mark.django_db
def test_only_one_claims_a_job_and_only_one_job_runs() -> None:
    job = actions.refresh_soon()
    assert actions.run(job.pk)
    assert not actions.run(job.pk)
    RefreshJob.objects.create(scope=Job.Scope.CHANGED, state=Job.State.RUNNING, started_at=timezone.now())
    waiting = actions.refresh_soon()
    assert not actions.run(waiting.pk)
    with pytest.raises(actions.RefreshRunning):
        actions.refresh_now()
    assert RefreshJob.objects.get(pk=waiting.pk).state == Job.State.QUEUED


@pytest.mark.django_db
def test_a_failing_refresh_writes_nothing_keeps_its_marks_and_gives_up_after_three(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> int:
        raise ValueError("no good")

    report()
    monkeypatch.setattr(refresh, "_above_values", fail)
    (job,) = RefreshJob.objects.all()
    for state in (Job.State.QUEUED, Job.State.QUEUED, Job.State.FAILED):
        with pytest.raises(ValueError, match="no good"):
            actions.run(job.pk)
        job.refresh_from_db()
        assert (job.state, job.error) == (state, "ValueError: no good")
    assert not Aggregate.objects.exists()
    assert ChangedCell.objects.exists()


@pytest.mark.django_db
def test_the_sweeper_does_what_no_bell_announced() -> None:
    report()
    RefreshJob.objects.all().delete()
    tasks.refresh_changed()
    assert Aggregate.objects.exists()
    assert RefreshJob.objects.get().state == Job.State.DONE


@pytest.mark.django_db
def test_the_sweeper_takes_up_a_job_whose_worker_died_but_not_for_ever() -> None:
    report()
    RefreshJob.objects.update(state=Job.State.RUNNING, started_at=timezone.now(), attempts=1)
    tasks.refresh_changed()
    assert RefreshJob.objects.get().state == Job.State.DONE

    RefreshJob.objects.update(state=Job.State.RUNNING, started_at=timezone.now(), attempts=actions.ATTEMPTS)
    tasks.refresh_changed()
    assert RefreshJob.objects.get().state == Job.State.FAILED


@pytest.mark.django_db
def test_a_running_job_is_left_alone_by_the_sweeper() -> None:
    long_ago = timezone.now() - timedelta(hours=2)
    job = RefreshJob.objects.create(scope=Job.Scope.CHANGED, state=Job.State.RUNNING, started_at=long_ago)
    with held_elsewhere("refresh", job.pk):
        tasks.refresh_changed()
    assert RefreshJob.objects.get().state == Job.State.RUNNING


@pytest.mark.django_db
def test_a_bell_that_rings_late_still_refreshes_what_changed_since() -> None:
    report()
    (job,) = RefreshJob.objects.all()
    tasks.refresh_job(job.pk)
    report()
    RefreshJob.objects.exclude(pk=job.pk).delete()
    tasks.refresh_job(job.pk)
    assert not ChangedCell.objects.exists()


@pytest.mark.django_db
def test_a_mark_written_while_a_refresh_runs_survives(monkeypatch: pytest.MonkeyPatch) -> None:
    report()
    unit, element = a_unit(), an_element()
    late: list[Any] = []

    def during() -> int:
        late.append(ChangedCell.objects.create(element=element, unit=unit, period=JANUARY))
        return 0

    monkeypatch.setattr(refresh, "refresh_denominators", during)
    actions.refresh_now(Job.Scope.EVERYTHING)
    assert list(ChangedCell.objects.all()) == late


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_a_write_is_saved_at_once(settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    from capev_site.celery import app

    monkeypatch.setattr(app.conf, "broker_write_url", "redis+socket:///nowhere/redis.sock")
    start = perf_counter()
    report()
    assert perf_counter() - start < 2
    assert RefreshJob.objects.get().state == Job.State.QUEUED
    assert "The broker did not take refresh" in caplog.text


def test_the_bell_rings_a_task_that_exists() -> None:
    assert tasks.refresh_job.name == doorbell.TASK


@pytest.mark.slow
def test_the_worker_refreshes_an_entry(celery_worker_process: subprocess.Popen[bytes]) -> None:
    report()
    wait_until(lambda: Aggregate.objects.filter(sum=5).count() == 3, what="month, quarter and year")
    wait_until(lambda: RefreshJob.objects.filter(state=Job.State.DONE).exists())
    assert not ChangedCell.objects.exists()
