"""What every test may ask for. Rows are built by plain functions in tests/builders.py, not by fixtures."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import translation
from hypothesis import settings as hypothesis_settings

from indicators.audit import guard
from indicators.held import held
from tests import chromium

# How long an example takes says more about the machine than about the code: nothing is timed in the tests.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")


# `make faults` breaks installations of its own, which takes minutes.
collect_ignore = [] if os.environ.get("FAULTS") else ["faults"]

# Rooms that meet the database through Django's models alone. Whatever speaks SQL of its own, and races, is played on
# both; `make coverage` plays these rooms on SQLite too, and the browser does.
BY_DJANGO_ALONE = {
    "access", "accounts", "admin", "agenda", "annotations", "api", "approvals", "coach2pev", "coding",
    "contribution", "dhis2", "dhis2_face", "display", "editions", "evaluations", "evidence", "explorer", "exports",
    "imports", "map", "medexis", "observations", "offline", "pages", "pages_numbers", "plans", "quality", "registry",
    "screening", "study", "welcome",
}  # fmt: skip


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what `make test` plays in one of its two runs only: what touches no database, and what meets it through
    Django alone, races between two processes left out.

    Modules that read real files keep to one worker, which takes a country in once; they are played on PostgreSQL.
    """
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        meets_one = fixtures & {"db", "transactional_db", "live_server"} or item.get_closest_marker("django_db")
        if item.get_closest_marker("real_data"):
            item.add_marker(pytest.mark.xdist_group(str(item.path)))
        elif not meets_one:
            item.add_marker(pytest.mark.no_database)
        elif (
            item.path.parent.name in BY_DJANGO_ALONE
            and "race" not in item.path.name
            and not item.get_closest_marker("browser")
        ):
            item.add_marker(pytest.mark.by_django_alone)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """SQLite's tables are emptied row by row after some tests, which the journal's guard refuses: there the tests of
    the guard make it themselves. PostgreSQL cuts tables off, and has the guard in every test."""
    if connection.vendor == "sqlite":
        guard.disconnect()


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Passwords of test accounts are hashed the cheap way: each costs half a second otherwise."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def site_language() -> None:
    """A request leaves its language behind in the thread; the next test begins in the site's own, French."""
    translation.deactivate()


@pytest.fixture
def in_english() -> Iterator[None]:
    """For sentences told without a request: `@pytest.mark.usefixtures("in_english")`."""
    with translation.override("en"):
        yield


def wait_until(true: Callable[[], Any], *, seconds: float = 20, what: str = "the expected state") -> Any:
    """The first truthy answer of `true()`, asked again until the deadline; AssertionError after it."""
    deadline, pause = monotonic() + seconds, threading.Event()
    while not (answer := true()):
        assert monotonic() < deadline, f"{what}: not reached within {seconds} s"
        pause.wait(0.05)
    return answer


@contextmanager
def held_elsewhere(kind: str, row: int) -> Iterator[None]:
    """The row is being worked on, over another connection than the test's."""
    taken, enough = threading.Event(), threading.Event()

    def work() -> None:
        with held(kind, row) as mine:
            assert mine
            taken.set()
            enough.wait(60)
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        assert taken.wait(20)
        yield
    finally:
        enough.set()
        worker.join()


def database_url() -> str:
    """The address of the test database, for a process of its own."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"


@pytest.fixture
def celery_worker_process(transactional_db: None, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker process on real Redis, at work in the test's database; stopped before the tables are emptied.

    The queue is purged first: rings of earlier tests must not run in this one. Ask the database for the effect of a
    task (`wait_until`); results are not kept.
    """
    from capev_site.celery import app

    app.control.purge()
    log = tmp_path / "worker.log"
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "-I", "tests.ops.tasks"]
    command = [sys.executable, "-m", "celery", "-A", "capev_site", "worker", "-c", "1", "-l", "INFO", *quiet]
    environment = {**os.environ, "DATABASE_URL": database_url()}
    with log.open("wb") as out:
        worker = subprocess.Popen(command, stdout=out, stderr=out, env=environment, cwd=django_settings.BASE_DIR)
    try:
        wait_until(lambda: b" ready." in log.read_bytes() or worker.poll() is not None, seconds=60, what=str(log))
        assert worker.poll() is None, log.read_text()
        yield worker
    finally:
        worker.terminate()
        try:
            worker.wait(timeout=20)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium; it may not go anywhere by itself."""
    return {**browser_type_launch_args, "executable_path": chromium.program(), "args": chromium.ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], live_server: Any) -> dict[str, Any]:
    """A cheap phone held upright, set to French."""
    phone = {"viewport": {"width": 360, "height": 740}, "locale": "fr-FR", "has_touch": True}
    return {**browser_context_args, **phone, "base_url": live_server.url}


@pytest.fixture
def browser_page(page: Any, live_server: Any) -> Iterator[Any]:
    """A Chromium page on the live site: `browser_page.goto("/connexion/")`.

    Fails the test when a page asked another host for anything, or when its script or the content policy complained.
    """
    complaints: list[str] = []

    def watch(request: Any) -> None:
        if not request.url.startswith((live_server.url, "data:", "blob:")):
            complaints.append(f"asked another host: {request.url}")

    page.on("request", watch)
    page.on("pageerror", lambda error: complaints.append(f"script error: {error}"))
    page.on("console", lambda line: complaints.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    assert not complaints, complaints
