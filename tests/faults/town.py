"""A whole installation that tests may break: PostgreSQL, Redis, the site, a worker and its clock, each on its own."""

import base64
import json
import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

import redis

from tests import services
from tests.dhis2_face.scene import PASSWORD
from tests.screenshots import ROOT, free_port

SCENE = "import django; django.setup(); from tests.dhis2_face.scene import a_scene; a_scene()"
FACILITIES = ("FacNorthAaa", "FacNorthBbb", "FacSouthAaa", "FacSouthBbb")
ELEMENTS = ("ElementDtp1", "ElementDtp3")
MONTH = "202506"
OURS = ("beat", "worker", "site")


class Town:
    """`stop` with signal.SIGKILL is a machine that fails; a Redis that is started again has forgotten everything."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.environment = os.environ | {
            "DATABASE_URL": f"postgresql://postgres@/{folder}/postgres",
            "REDIS_URL": f"redis+socket://{folder}/redis.sock",
            "VAR_DIR": str(folder / "var"),
            "MEDIA_ROOT": str(folder / "media"),
            "DJANGO_SETTINGS_MODULE": "capev_site.settings",
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        (folder / "var").mkdir()
        self.running["postgres"] = services.start_postgres(folder)
        self.start("redis")
        self._do("-m", "django", "migrate", "-v", "0")
        self._do("-c", SCENE)
        self.start("site")
        self.start("worker")
        self.start("beat")
        self.until(lambda: self.get("me")["username"] == "writer", 60)

    def _do(self, *words: str) -> None:
        subprocess.run([sys.executable, *words], check=True, env=self.environment, cwd=ROOT)

    def start(self, name: str) -> None:
        if name == "redis":
            (self.folder / "redis.sock").unlink(missing_ok=True)
            self.running[name] = services.start_redis(self.folder)
            return
        if name == "postgres":
            self.running[name] = self._postgres_again()
            return
        words = {
            "site": ["gunicorn", "capev_site.wsgi", "-w", "2", "-b", f"127.0.0.1:{self.port}", "--log-level", "error"],
            "worker": ["celery", "-A", "capev_site", "worker", "-c", "1", "-l", "WARNING"],
            "beat": ["celery", "-A", "capev_site", "beat", "--pidfile=", "-l", "INFO"],
        }[name]
        with (self.folder / f"{name}.log").open("ab") as out:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", *words], stdout=out, stderr=out, env=self.environment, cwd=ROOT,
                start_new_session=True,
            )  # fmt: skip

    def _postgres_again(self) -> subprocess.Popen[bytes]:
        """The same cluster, as it was left."""
        command = self.running["postgres"].args
        assert isinstance(command, list)
        (self.folder / "data/postmaster.pid").unlink(missing_ok=True)
        with (self.folder / "postgres.log").open("ab") as out:
            server = subprocess.Popen(command, stdout=out, stderr=out, env={**os.environ, "LC_ALL": "C.UTF-8"})
        services._wait_until_it_answers(self.folder)
        return server

    def stop(self, name: str, how: int) -> None:
        """Site and worker with their children. Waits for the end."""
        process = self.running[name]
        with suppress(ProcessLookupError):
            (os.killpg if name in OURS else os.kill)(process.pid, how)
        process.wait(timeout=60)

    def end(self) -> None:
        for name in (*OURS, "redis", "postgres"):
            self.stop(name, signal.SIGKILL if name in OURS else signal.SIGINT)

    def status(self, address: str) -> int:
        """Of a page; 0 where nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{address}", timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def redis(self) -> Any:
        return redis.Redis(unix_socket_path=str(self.folder / "redis.sock"))

    def ask(self, path: str, body: Any = None, seconds: float = 30) -> tuple[int, Any]:
        """Status and JSON of an answer; 0 where there was none."""
        headers = {"Authorization": "Basic " + base64.b64encode(f"writer:{PASSWORD}".encode()).decode()}
        data = None
        if body is not None:
            headers["Content-Type"], data = "application/json", json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/{path}", data, headers)
        try:
            with urllib.request.urlopen(request, timeout=seconds) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, None
        except OSError:
            return 0, None

    def get(self, path: str) -> Any:
        return self.ask(path)[1] or {"username": ""}

    def send(self, number: int) -> int:
        """Reports the number for both elements at each facility, in one piece. The status; 200 is acknowledged."""
        values = [
            {"dataElement": element, "period": MONTH, "orgUnit": unit, "value": str(number)}
            for element in ELEMENTS
            for unit in FACILITIES
        ]
        status, answer = self.ask("dataValueSets", {"dataValues": values})
        assert status != 200 or answer["status"] == "OK", answer
        return status

    def seen(self) -> list[float]:
        """What a reader meets: the country's sum of each element. Empty where there is no answer."""
        query = f"analytics?dimension=dx:{';'.join(ELEMENTS)}&dimension=pe:{MONTH}&dimension=ou:CountryAaaa"
        status, answer = self.ask(query)
        return [float(row[-1]) for row in answer["rows"]] if status == 200 else []

    @staticmethod
    def until(true: Callable[[], Any], seconds: float) -> float:
        """Seconds until it was true; AssertionError after `seconds`."""
        began, pause = monotonic(), threading.Event()
        while not true():
            assert monotonic() - began < seconds, f"not within {seconds} s"
            pause.wait(0.2)
        return monotonic() - began


class Readers:
    """Somebody who reads all the time, and keeps what is a mixture of two states."""

    def __init__(self, town: Town) -> None:
        self.town, self.enough = town, threading.Event()
        self.mixtures: list[list[float]] = []
        self.reads = 0
        self._thread = threading.Thread(target=self._read)

    def _read(self) -> None:
        while not self.enough.wait(0.05):
            if found := self.town.seen():
                self.reads += 1
                whole = len(found) == len(ELEMENTS) and found[0] == found[1] and found[0] % len(FACILITIES) == 0
                self.mixtures += [] if whole else [found]

    def __enter__(self) -> "Readers":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.enough.set()
        self._thread.join()
