"""What is acknowledged survives, readers never meet a mixture, and all is well again within a minute."""

import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tests.faults.town import FACILITIES, Readers, Town
from tests.screenshots import ROOT

WELL_AGAIN = 60  # seconds
told: list[str] = []


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with tempfile.TemporaryDirectory(prefix="capev-", dir="/dev/shm") as name:
        folder = Path(name)
        folder.chmod(0o755)
        place = Town(folder)
        yield place
        place.end()
    print(*told, sep="\n")


@pytest.fixture
def numbers(request: pytest.FixtureRequest) -> Iterator[int]:
    """Each test reports numbers of its own, higher than those before."""
    names = [item.nodeid for item in request.session.items]
    start = 1000 * (1 + names.index(request.node.nodeid))
    return iter(range(start, start + 1000))


def settled(town: Town, number: int, what: str) -> None:
    """Readers meet the last acknowledged number within a minute."""
    seconds = town.until(lambda: set(town.seen()) == {number * len(FACILITIES)}, WELL_AGAIN)
    told.append(f"{what}: {seconds:.1f} s until readers met the last acknowledged number")


def test_nothing_is_broken_yet(town: Town, numbers: Iterator[int]) -> None:
    last = next(numbers)
    assert town.send(last) == 200
    settled(town, last, "nothing broken")


def test_redis_is_away_and_comes_back_empty(town: Town, numbers: Iterator[int]) -> None:
    with Readers(town) as readers:
        town.stop("redis", signal.SIGKILL)
        sent = [(number, town.send(number)) for number, _ in zip(numbers, range(10), strict=False)]
        assert {status for _number, status in sent} == {200}, "saving needs no Redis"
        town.start("redis")
        settled(town, sent[-1][0], "Redis killed, empty afterwards")
    assert readers.reads
    assert not readers.mixtures


def test_redis_comes_and_goes(town: Town, numbers: Iterator[int]) -> None:
    for _time in range(5):
        town.stop("redis", signal.SIGKILL)
        assert town.send(next(numbers)) == 200
        town.start("redis")
        last = next(numbers)
        assert town.send(last) == 200
    settled(town, last, "Redis killed five times")


def test_redis_does_not_answer_and_does_not_hang_up(town: Town, numbers: Iterator[int]) -> None:
    process = town.running["redis"]
    process.send_signal(signal.SIGSTOP)
    try:
        sent = [(number, town.send(number)) for number, _ in zip(numbers, range(3), strict=False)]
        threading.Event().wait(20)
    finally:
        process.send_signal(signal.SIGCONT)
    assert {status for _number, status in sent} == {200}
    settled(town, sent[-1][0], "Redis silent for twenty seconds")


def test_redis_is_full(town: Town, numbers: Iterator[int]) -> None:
    town.redis().config_set("maxmemory", 1)
    last = next(numbers)
    assert town.send(last) == 200
    town.redis().config_set("maxmemory", 0)
    settled(town, last, "Redis full")


def test_what_was_queued_is_forgotten(town: Town, numbers: Iterator[int]) -> None:
    town.stop("worker", signal.SIGKILL)
    sent = [(number, town.send(number)) for number, _ in zip(numbers, range(20), strict=False)]
    town.redis().flushall()
    town.start("worker")
    assert {status for _number, status in sent} == {200}
    settled(town, sent[-1][0], "twenty reports queued, the queue emptied")


def test_a_task_that_no_longer_exists_stops_nobody(town: Town, numbers: Iterator[int]) -> None:
    script = "from capev_site.celery import app; app.send_task('research.gone.tasks.nothing', [1])"
    subprocess.run([sys.executable, "-c", script], check=True, env=town.environment, cwd=ROOT)
    last = next(numbers)
    assert town.send(last) == 200
    settled(town, last, "a task of an older version in the queue")
    assert town.running["worker"].poll() is None


def test_a_worker_is_asked_to_end_and_another_is_there(town: Town, numbers: Iterator[int]) -> None:
    last = next(numbers)
    assert town.send(last) == 200
    town.stop("worker", signal.SIGTERM)
    town.start("worker")
    settled(town, last, "worker ended as for a new version")


def test_workers_are_killed_wherever_they_are(town: Town, numbers: Iterator[int]) -> None:
    with Readers(town) as readers:
        for pause in (0, 0.05, 0.1, 0.2, 0.4, 0.8):
            last = next(numbers)
            assert town.send(last) == 200
            threading.Event().wait(pause)
            town.stop("worker", signal.SIGKILL)
            town.start("worker")
        settled(town, last, "worker killed six times")
    assert not readers.mixtures


def test_postgresql_restarts_under_the_requests(town: Town, numbers: Iterator[int]) -> None:
    statuses: list[tuple[int, int]] = []
    enough = threading.Event()

    def send() -> None:
        while not enough.wait(0.02):
            number = next(numbers)
            statuses.append((number, town.send(number)))

    sender = threading.Thread(target=send)
    with Readers(town) as readers:
        sender.start()
        for _time in range(2):
            threading.Event().wait(1.5)
            town.stop("postgres", signal.SIGQUIT)  # immediate: as after a power cut
            town.start("postgres")
        threading.Event().wait(1.5)
        enough.set()
        sender.join()
        acknowledged = [number for number, status in statuses if status == 200]
        assert acknowledged[-1] == statuses[-1][0], "the site goes on without being started again"
        settled(town, acknowledged[-1], "PostgreSQL restarted twice")
    assert not readers.mixtures
    told.append(f"– of {len(statuses)} requests {len(statuses) - len(acknowledged)} were not acknowledged")


def test_postgresql_is_away_for_a_while(town: Town, numbers: Iterator[int]) -> None:
    town.stop("postgres", signal.SIGINT)
    assert (town.status("/vivant"), town.status("/sante")) == (200, 503)
    assert town.send(next(numbers)) in (0, 500, 503)
    town.start("postgres")
    assert town.status("/sante") == 200
    last = next(numbers)
    assert town.send(last) == 200
    settled(town, last, "PostgreSQL stopped and started")


def test_the_site_is_killed_while_it_saves(town: Town, numbers: Iterator[int]) -> None:
    for pause in (0.01, 0.05, 0.1, 0.2):
        number = next(numbers)
        status: list[int] = []
        sender = threading.Thread(target=lambda sent=number, into=status: into.append(town.send(sent)))
        sender.start()
        threading.Event().wait(pause)
        town.stop("site", signal.SIGKILL)
        sender.join()
        town.start("site")
        town.until(town.seen, WELL_AGAIN)
    last = next(numbers)
    assert town.send(last) == 200
    settled(town, last, "site killed four times")


def take_every_connection(town: Town) -> list[psycopg.Connection]:
    """Ends the connections of site, worker and clock, and takes their places."""
    others: list[psycopg.Connection] = []
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = %s AND pid <> ALL(%s)"
    for _turn in range(3):
        with suppress(psycopg.OperationalError):
            while True:
                link = psycopg.connect(host=str(town.folder), user="postgres", dbname="postgres", autocommit=True)
                others.append(link)
        others[0].execute(end, ["client backend", [one.info.backend_pid for one in others]])
    with suppress(psycopg.OperationalError):
        while True:
            others.append(psycopg.connect(host=str(town.folder), user="postgres", dbname="postgres"))
    return others


def test_no_connection_is_left(town: Town, numbers: Iterator[int]) -> None:
    """Others take every connection that the site and the worker had, and more come back for theirs than there are."""
    first, second = next(numbers), next(numbers)
    assert town.send(first) == 200
    settled(town, first, "before")
    told.pop()
    others = take_every_connection(town)
    statuses, health = {town.send(second) for _time in range(6)}, town.status("/sante")
    for one in others:
        one.close()
    assert statuses == {503}, "whoever sends is told to come back"
    assert health == 503
    assert town.send(second) == 200, "the same again, once there is room"
    settled(town, second, f"no connection left, {len(others)} of others")
