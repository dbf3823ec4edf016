"""`make run` as a person meets it: the real launcher, in a folder and on a port of its own."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from capev_site.launcher.ground import check_disk, read_port, socket_path
from capev_site.launcher.processes import Child
from capev_site.launcher.speech import Refusal
from tests.conftest import wait_until

# The tests' own services are not this launcher's: it has to start its own.
OF_THE_TESTS = ("TEST_", "DATABASE_", "REDIS_", "SECRET_", "STATIC_", "MEDIA_", "DJANGO_", "DEMONSTRATION", "HTTPS")


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def command(var: Path, port: int | str) -> dict[str, Any]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OF_THE_TESTS)}
    return {
        "args": [sys.executable, "-m", "capev_site.launcher"],
        "cwd": settings.BASE_DIR,
        "env": {**kept, "VAR_DIR": str(var), "PORT": str(port), "LOG_LEVEL": "INFO"},
        "text": True,
    }


class Run:
    """A running launcher and what it has said so far."""

    def __init__(self, var: Path, port: int) -> None:
        self.var, self.port, self.said = var, port, ""
        self.process = subprocess.Popen(**command(var, port), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said += line

    def ready(self) -> None:
        wait_until(lambda: "Ctrl-C" in self.said or self.process.poll() is not None, seconds=180, what="ready")
        assert self.process.poll() is None, self.said

    def get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    def children(self) -> list[int]:
        """Process ids of everything below the launcher."""
        found, looking = [], [self.process.pid]
        while looking:
            parent = looking.pop()
            listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True).stdout
            below = [int(word) for word in listed.split()]
            found += below
            looking += below
        return found

    def ended(self, seconds: float = 20) -> int:
        code = self.process.wait(timeout=seconds)
        self._listener.join(timeout=5)
        return code


@contextmanager
def running(var: Path, port: int) -> Iterator[Run]:
    run = Run(var, port)
    try:
        run.ready()
        yield run
    finally:
        if run.process.poll() is None:
            run.process.terminate()
            run.ended(60)


def all_gone(pids: list[int]) -> bool:
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


@pytest.mark.slow
def test_three_starts_and_three_ends(tmp_path: Path) -> None:
    port = free_port()
    with running(tmp_path, port) as first:
        assert f"http://localhost:{port}/" in first.said
        assert first.get("/sante") == (200, '{"database": "ok"}')
        assert first.get("/")[0] == 200
        assert first.get("/connexion/")[0] == 200
        accounts = (tmp_path / "demo-accounts.txt").read_text()
        assert accounts in first.said
        for secret in ("demo-accounts.txt", "secret-key", "run.env"):
            assert (tmp_path / secret).stat().st_mode & 0o777 == 0o600
        children = first.children()
        assert len(children) >= 4
        again = subprocess.run(**command(tmp_path, free_port()), capture_output=True)
        assert again.returncode == 1
        assert "already running" in again.stderr
        first.process.send_signal(signal.SIGINT)
        assert first.ended() == 0
        # A grandchild whose parent went first is taken off the list by init, a moment later.
        wait_until(lambda: all_gone(children), seconds=10, what="children gone")

    with running(tmp_path, port) as second:
        assert "Found the existing data" in second.said
        assert "First start" not in second.said
        assert re.search(r"[1-9]\d* visits", second.said)
        assert (tmp_path / "demo-accounts.txt").read_text() == accounts
        children = second.children()
        victim = next(pid for pid in children if "gunicorn" in Path(f"/proc/{pid}/cmdline").read_text())
        os.kill(victim, signal.SIGKILL)
        assert second.ended(30) == 1
        assert "“web” stopped" in second.said
        wait_until(lambda: all_gone(children), seconds=10, what="children gone")

    with running(tmp_path, port) as third:
        children = third.children()
        third.process.kill()
        wait_until(lambda: all_gone(children), seconds=20, what="children gone")


def test_a_taken_port_is_a_sentence_with_the_way_out(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(**command(tmp_path, port), capture_output=True)
    assert done.returncode == 1
    assert f"Port {port} of 127.0.0.1 is not free" in done.stderr
    assert "PORT=8001 make run" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "capev.sqlite3").exists()


@pytest.mark.parametrize("text", ["0", "65536", "80a", "-1", "٣", ""])
def test_a_port_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="is not a port"):
        read_port(text)


def test_a_full_disk_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="MB are left on the disk"):
        check_disk(tmp_path, needed_megabytes=10**9)
    check_disk(tmp_path, needed_megabytes=0)


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = subprocess.run(**command(tmp_path / "file" / "var", free_port()), capture_output=True)
    assert done.returncode == 1
    assert "Cannot write to" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_socket_of_a_deep_folder_moves_to_a_short_path(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100)
    short = socket_path(deep)
    assert len(str(short)) <= 107
    assert socket_path(Path("/srv/capev/var")) == Path("/srv/capev/var/redis/redis.sock")
    short.parent.rmdir()


def test_a_child_that_ignores_the_polite_signal_is_ended_anyway(tmp_path: Path) -> None:
    deaf = (
        "import signal, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"
    )
    child = Child("deaf", [sys.executable, "-c", deaf], tmp_path / "deaf.log", patience=0.2)
    child.start(dict(os.environ), tmp_path)
    wait_until(lambda: "deaf" in child.last_lines())
    child.stop()
    assert not child.alive
