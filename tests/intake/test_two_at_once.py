"""Two people at one moment, and a worker that is killed: one does it, nothing is left half-written."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection

from indicators.exchange.intake import actions, tasks
from indicators.models import Batch, ChangedCell, ImportRun, ValueChange, WaitingRecord
from tests.conftest import database_url, wait_until
from tests.exchange.files import record
from tests.intake.imports import a_file, counts, numbers, previewed, received

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
State = ImportRun.State

# Stops where it first comes to the function; killed there, or let go on by a file.
WORKER = """
import importlib, pathlib, sys, time
import django
django.setup()
run, step, place, mark = sys.argv[1:]
room, name = place.rsplit(".", 1)
module = importlib.import_module(f"indicators.exchange.intake.{room}")
real = getattr(module, name)
def stop(*args, **fields):
    pathlib.Path(mark).touch()
    while pathlib.Path(mark).exists():
        time.sleep(0.02)
    return real(*args, **fields)
setattr(module, name, stop)
from indicators.exchange.intake import bodies
print(getattr(bodies, step)(int(run)))
"""


def a_worker(run: ImportRun, step: str, place: str, mark: Path) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "capev_site.settings",
        "MEDIA_ROOT": str(django_settings.MEDIA_ROOT),
        "IMPORT_SPOOL": str(django_settings.IMPORT_SPOOL),
    }
    command = [sys.executable, "-c", WORKER, str(run.pk), step, place, str(mark)]
    worker = subprocess.Popen(command, env=environment, cwd=django_settings.BASE_DIR, stdout=subprocess.PIPE)
    wait_until(lambda: mark.exists() or worker.poll() is not None, seconds=60)
    assert worker.poll() is None
    return worker


def kill(worker: subprocess.Popen[bytes]) -> None:
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait(timeout=20)
    assert worker.stdout
    worker.stdout.close()


def a_run(folder: Path) -> ImportRun:
    return previewed(a_file(folder, record(), record(period="202502"), record(orgUnit="Poste", period="202503")))


@pytest.mark.parametrize("place", ["bodies.write", "waiting.set_aside", "states.end"])
def test_a_worker_killed_in_the_commit_leaves_nothing_and_the_next_one_does_it(
    known: None, tmp_path: Path, place: str
) -> None:
    run = a_run(tmp_path)
    actions.ask_commit(run, by=None)
    worker = a_worker(run, "commit", place, tmp_path / "mark")
    run.refresh_from_db()
    assert (run.state, numbers()) == (State.COMMITTING, [])
    tasks.sweep_imports()
    run.refresh_from_db()
    assert run.state == State.COMMITTING, "it is being worked on"
    kill(worker)
    for model in (Batch, ChangedCell, ValueChange, WaitingRecord):
        assert not model._default_manager.exists(), model
    tasks.sweep_imports()
    run.refresh_from_db()
    assert (run.state, run.attempts) == (State.COMMITTED, 2)
    assert (counts(run), numbers()) == ({"created": 2, "waiting": 1}, [5, 5])


def test_a_worker_killed_while_it_reads_is_followed_by_another(known: None, tmp_path: Path) -> None:
    run = received(a_file(tmp_path, record()))
    worker = a_worker(run, "preview", "bodies.compare", tmp_path / "mark")
    tasks.sweep_imports()
    run.refresh_from_db()
    assert run.state == State.READING, "it is being worked on"
    kill(worker)
    tasks.sweep_imports()
    run.refresh_from_db()
    assert (run.state, counts(run)) == (State.PREVIEWED, {"created": 1})


def test_two_commits_of_one_file_at_once_one_waits_and_finds_it_done(known: None, tmp_path: Path) -> None:
    runs = [a_run(tmp_path) for _ in range(2)]
    for run in runs:
        actions.ask_commit(run, by=None)
    mark = tmp_path / "mark"
    worker = a_worker(runs[0], "commit", "bodies.committed", mark)
    assert not actions.commit(runs[1].pk)
    mark.unlink()
    assert worker.communicate(timeout=60)[0] == b"True\n"
    assert actions.commit(runs[1].pk)
    for run in runs:
        run.refresh_from_db()
    # The other one previewed what was not there yet: the person sees that it is done by now.
    assert [(run.state, counts(run)) for run in runs] == [
        (State.COMMITTED, {"created": 2, "waiting": 1}),
        (State.PREVIEWED, {"unchanged": 2, "waiting": 1}),
    ]
    assert Batch.objects.count() == 1


def test_a_preview_waits_for_no_commit(known: None, tmp_path: Path) -> None:
    first, second = a_run(tmp_path), received(a_file(tmp_path, record()))
    actions.ask_commit(first, by=None)
    if connection.vendor == "sqlite":
        pytest.skip("one writer at a time: the run's own row waits")
    worker = a_worker(first, "commit", "bodies.committed", tmp_path / "mark")
    try:
        assert actions.preview(second.pk)
    finally:
        kill(worker)
