"""Who works on a pull, when, and what happens where they stop in the middle."""

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from indicators.exchange.dhis2 import pull_actions, tasks
from indicators.exchange.dhis2.client import Client
from indicators.exchange.dhis2.failures import Failure
from indicators.exchange.dhis2.pieces import plan, still_to_come
from indicators.exchange.dhis2.pull_actions import run_pull, start_pull, sweep
from indicators.models import DataElement, DataValue, Dhis2Pull, Dhis2Server
from indicators.periods import Period
from tests.conftest import database_url, held_elsewhere, wait_until
from tests.dhis2.a_server import Dhis2, Fault, says, waits_for
from tests.dhis2.given import ELEMENT, FIRST, LAST, MARCH, MONTHS, State, What, asked_months, pulled, quick

pytestmark = pytest.mark.django_db


def test_other_tasks_of_the_worker_go_first_after_a_while(server: Dhis2Server, remote: Dhis2) -> None:
    pull = start_pull(server, what=What.VALUES, by=None, first=FIRST, last=MARCH)
    times = 0
    while run_pull(pull.pk, seconds=0.01, connect=quick):
        times += 1
        assert times < 100
    pull.refresh_from_db()
    assert (pull.state, pull.attempts) == (State.DONE, 0)
    assert times > 1
    assert asked_months(remote) == MONTHS[:3], "nothing was fetched twice"


def test_one_pull_of_a_server_at_a_time_says_the_database(server: Dhis2Server, remote: Dhis2) -> None:
    first = start_pull(server, what=What.VALUES, by=None, first=FIRST, last=LAST)
    assert start_pull(server, what=What.VALUES, by=None, first=FIRST, last=LAST) == first, "twice asked, once pulled"
    other = start_pull(server, what=What.UNITS, by=None)
    Dhis2Pull.objects.filter(pk=first.pk).update(state=State.RUNNING, started_at=timezone.now())
    assert not run_pull(other.pk, connect=quick)
    with pytest.raises(IntegrityError), transaction.atomic():
        Dhis2Pull.objects.filter(pk=other.pk).update(state=State.RUNNING)
    assert remote.asked == []


def test_a_pull_taken_for_dead_is_not_disturbed_by_the_one_who_had_it(server: Dhis2Server, remote: Dhis2) -> None:
    pull = start_pull(server, what=What.VALUES, by=None, first=FIRST, last=LAST)

    def connect(row: Dhis2Server) -> Client:
        Dhis2Pull.objects.update(started_at=timezone.now() + timedelta(hours=1))
        return quick(row)

    assert not run_pull(pull.pk, connect=connect)
    pull.refresh_from_db()
    assert (pull.state, pull.pieces) == (State.RUNNING, [])


def test_a_dead_pull_is_found_and_goes_on(server: Dhis2Server) -> None:
    pull = start_pull(server, what=What.VALUES, by=None, first=FIRST, last=LAST)
    Dhis2Pull.objects.update(state=State.RUNNING, attempts=1, started_at=timezone.now() - timedelta(hours=1))
    with held_elsewhere("pull", pull.pk):
        assert sweep() == [], "it lives"
    assert sweep() == [pull.pk]
    Dhis2Pull.objects.update(state=State.RUNNING, attempts=3, started_at=timezone.now() - timedelta(hours=1))
    assert sweep() == []
    assert Dhis2Pull.objects.get().state == State.FAILED


def test_pulls_are_asked_for_when_their_time_has_come(server: Dhis2Server) -> None:
    assert sweep() == [], "nobody wished it"
    Dhis2Server.objects.update(every_hours=24, months_back=2)
    (first,) = sweep()
    assert sweep() == [first]
    pull = Dhis2Pull.objects.get()
    month = Period.month_of(timezone.localdate())
    assert (pull.first, pull.last, pull.by) == (month.shift(-2).code, month.code, None)
    Dhis2Pull.objects.update(state=State.DONE)
    assert sweep() == []
    Dhis2Pull.objects.update(at=timezone.now() - timedelta(hours=25))
    (second,) = sweep()
    assert second != first
    Dhis2Server.objects.update(active=False)
    assert sweep() == []


def test_a_server_without_credentials_is_left_alone(server: Dhis2Server, monkeypatch: pytest.MonkeyPatch) -> None:
    Dhis2Server.objects.update(every_hours=24)
    monkeypatch.delenv("DHIS2_HMIS_TOKEN")
    assert sweep() == []
    with pytest.raises(Failure, match="missing_variables DHIS2_HMIS_TOKEN"):
        start_pull(server, what=What.VALUES, by=None)


@pytest.mark.parametrize(
    ("change", "asked", "code"),
    [
        ({"data_sets": []}, {}, "no_data_sets"),
        ({"url": "https://a:b@c.example"}, {}, "bad_address"),
        ({}, {"first": LAST, "last": FIRST}, "bad_months"),
        ({}, {"first": Period.parse("190001"), "last": LAST}, "bad_months"),
    ],
)
def test_what_cannot_work_is_said_at_once(
    server: Dhis2Server, change: dict[str, Any], asked: dict[str, Any], code: str
) -> None:
    for name, value in change.items():
        setattr(server, name, value)
    with pytest.raises(Failure, match=code):
        start_pull(server, what=What.VALUES, by=None, **asked)
    assert not Dhis2Pull.objects.exists()


def test_a_worker_that_is_interrupted_leaves_the_pull_for_the_next(server: Dhis2Server) -> None:
    pull = start_pull(server, what=What.VALUES, by=None, first=FIRST, last=LAST)

    def connect(row: Dhis2Server) -> Client:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_pull(pull.pk, connect=connect)
    pull.refresh_from_db()
    assert (pull.state, pull.report["failure"]["code"]) == (State.QUEUED, "interrupted")


def test_the_tasks_carry_a_number_and_may_run_twice(server: Dhis2Server, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (tasks.pull.name, tasks.sweep_pulls.name) == (
        pull_actions.TASK,
        "indicators.exchange.dhis2.tasks.sweep_pulls",
    )
    rung: list[int] = []
    monkeypatch.setattr(tasks, "ring", lambda pull_id, *_: rung.append(pull_id))
    pull = start_pull(server, what=What.VALUES, by=None, first=FIRST, last=FIRST)
    tasks.sweep_pulls()
    tasks.pull(pull.pk)
    tasks.pull(pull.pk)
    assert rung == [pull.pk]
    assert Dhis2Pull.objects.get().state == State.DONE


def test_the_command(server: Dhis2Server, remote: Dhis2, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("pull_dhis2", "hmis", "--from", "202501", "--to", "202503")
    assert asked_months(remote) == MONTHS[:3]
    assert "3" in capsys.readouterr().out
    call_command("pull_dhis2", "hmis", "--units")
    call_command("pull_dhis2", "hmis", "--metadata")
    assert DataElement.objects.get(uid=ELEMENT).name == "Doses"
    remote.fault("dataValueSets", says(401))
    for words in (
        ("hmis", "--from", "202501", "--to", "202501"),
        ("nobody",),
        ("hmis", "--from", "2025"),
        ("hmis", "--by", "nobody"),
        ("hmis", "--units", "--metadata"),
    ):
        with pytest.raises(CommandError):
            call_command("pull_dhis2", *words)


def test_the_plan_is_made_of_whole_months() -> None:
    planned = plan(["a", "b"], Period.parse("202412"), Period.parse("202501"))
    assert [piece.key for piece in planned] == [("a", "202412"), ("b", "202412"), ("a", "202501"), ("b", "202501")]
    arrived: list[dict[str, Any]] = [
        {"data_set": "a", "month": "202412"},
        {"data_set": "b", "month": "202501"},
        {"counts": {}},
    ]
    assert still_to_come(planned, arrived) == [planned[1], planned[2]]


@pytest.mark.slow
def test_a_real_worker_does_it(transactional_db: None, server: Dhis2Server, celery_worker_process: Any) -> None:
    pull = start_pull(server, what=What.VALUES, by=None, first=FIRST, last=FIRST)
    wait_until(lambda: Dhis2Pull.objects.get(pk=pull.pk).state == State.DONE, seconds=60, what="the pull is done")
    assert DataValue.objects.count() == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_killed_after_the_second_of_twelve_pieces_it_goes_on_with_the_third(server: Dhis2Server, remote: Dhis2) -> None:
    pull = start_pull(server, what=What.VALUES, by=None, first=FIRST, last=LAST, tell_worker=False)
    reached, never = threading.Event(), threading.Event()

    def third(handler: Any) -> None:
        reached.set()
        waits_for(never)(handler)

    answered: Fault = lambda handler: handler.answer(handler.server.asked[-1])  # noqa: E731
    remote.faults += [("dataValueSets", fault) for fault in (answered, answered, third)]
    command = [sys.executable, "manage.py", "pull_dhis2", "hmis", "--from", "202501", "--to", "202512"]
    environment = {**os.environ, "DATABASE_URL": database_url()}
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.DEVNULL)
    try:
        assert reached.wait(60)
        process.send_signal(signal.SIGKILL)
    finally:
        process.kill()
        process.wait()
        never.set()
    pull.refresh_from_db()
    assert (pull.state, [piece["month"] for piece in pull.pieces]) == (State.RUNNING, MONTHS[:2])
    remote.asked.clear()
    remote.faults.clear()
    assert sweep() == [pull.pk]
    run_pull(pull.pk, seconds=None, connect=quick)
    pull.refresh_from_db()
    assert (pull.state, asked_months(remote)) == (State.DONE, MONTHS[2:])
    assert DataValue.objects.count() == 12
    assert [piece["unchanged"] for piece in pulled(server).pieces] == [1] * 3
