"""`python -m capev_site.launcher`: prepares the data, starts Redis, web, worker and beat, and stops them again."""

import http.client
import os
import shutil
import signal
import sys
from pathlib import Path

from capev_site.launcher.ground import ROOT, Ground, find_ground, redis_program
from capev_site.launcher.processes import Child, Died, Signals, Stopped, Watch, stop_all
from capev_site.launcher.speech import Refusal, complain, say

SECONDS_TO_ANSWER = 60
# SIGQUIT makes a worker hand back the task in hand; the truth of a task is in the database either way.
FIRM_WITH_A_WORKER = (signal.SIGQUIT, signal.SIGKILL)


def redis_of(ground: Ground) -> Child | None:
    """The embedded Redis; None when REDIS_URL names another. What it was told survives a crash (append-only file)."""
    if ground.redis_socket is None:
        return None
    program = redis_program() or shutil.which("redis-server")
    if program is None:
        raise Refusal(
            "Redis manque pour cette machine : installez redis-server, ou donnez REDIS_URL.",
            "There is no Redis for this machine: install redis-server, or set REDIS_URL.",
        )
    folder = ground.var / "redis"
    folder.mkdir(mode=0o700, exist_ok=True)
    ground.redis_socket.unlink(missing_ok=True)
    listening = ["--port", "0", "--unixsocket", str(ground.redis_socket), "--unixsocketperm", "600"]
    keeping = ["--dir", str(folder), "--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction"]
    return Child("redis", [program, *listening, *keeping], ground.logs / "redis.log")


def services_of(ground: Ground) -> list[Child]:
    """Worker, beat and web.

    One prefork worker: only processes can be held to the tasks' time limits and be replaced when one dies. Beat is a
    process of its own, because one that dies inside the worker would not be missed. The web server loads the site
    once and then forks.
    """
    python, logs = sys.executable, ground.logs
    celery = [python, "-m", "celery", "-A", "capev_site"]
    quiet = ["--without-gossip", "--without-mingle", "-l", "INFO"]
    threads = ["--workers", ground.environment.get("WEB_CONCURRENCY", "2"), "--threads", "4", "--preload"]
    # Questions of DHIS2's clients name hundreds of units in one line.
    listen = ["--bind", f"{ground.host}:{ground.port}", "--no-control-socket", "--graceful-timeout", "4"]
    listen += ["--limit-request-line", "8190"]
    return [
        Child("worker", [*celery, "worker", "-c", "1", *quiet], logs / "worker.log", 8, FIRM_WITH_A_WORKER),
        Child("beat", [*celery, "beat", "--pidfile=", "-l", "INFO"], logs / "beat.log"),
        Child("web", [python, "-m", "gunicorn", *listen, *threads, "capev_site.wsgi"], logs / "web.log"),
    ]


def answers(ground: Ground) -> bool:
    """Whether the site says that it is well."""
    name = ground.environment.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".*") or "localhost"
    host = "127.0.0.1" if ground.host == "0.0.0.0" else ground.host
    connection = http.client.HTTPConnection(host, ground.port, timeout=5)
    try:
        connection.request("GET", "/sante", headers={"Host": name})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def prepare(ground: Ground, watch: Watch) -> None:
    """Database, texts, study, accounts: in a process of its own, whose memory is free again before the site starts."""
    preparation = Child("preparation", [sys.executable, "-m", "capev_site.launcher.prepare"])
    preparation.start(ground.environment, ROOT)
    try:
        watch.until(lambda: not preparation.alive, ask_every=None)
    finally:
        preparation.stop()
    if preparation.process.returncode:
        raise Refusal(
            "La préparation a échoué ; la raison est écrite ci-dessus. Rien d'autre n'a été démarré.",
            "The preparation failed; the reason stands above. Nothing else was started.",
        )


def run(ground: Ground, signals: Signals, children: list[Child]) -> None:
    """Starts everything and stays until told to stop; `children` grows so that the caller can stop them."""
    watch = Watch(signals, children)

    def start(child: Child, environment: dict[str, str]) -> None:
        child.start(environment, ROOT)
        children.append(child)

    if redis := redis_of(ground):
        start(redis, ground.environment)
    prepare(ground, watch)
    for child in services_of(ground):
        # A page that waits longer than half a minute has lost its reader; the worker may take its time.
        own = {"STATEMENT_TIMEOUT": ground.environment.get("STATEMENT_TIMEOUT", "30")} if child.name == "web" else {}
        start(child, ground.environment | own)
    if not watch.until(lambda: answers(ground), ask_every=0.1, seconds=SECONDS_TO_ANSWER):
        raise Died(children[-1])
    say(f"Prêt : {ground.address}", f"Ready: {ground.address}")
    accounts = ground.var / "demo-accounts.txt"
    if ground.demonstration and accounts.exists():
        print(accounts.read_text(), end="", flush=True)
    say("Ctrl-C arrête tout.", "Ctrl-C stops everything.")
    watch.until(lambda: False, ask_every=None)


def shown(path: Path) -> str:
    """A path as people type it: relative when it lies below the project."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def main() -> int:
    """0 when stopped on request, 1 after a refusal or the death of a child."""
    os.chdir(ROOT)
    children: list[Child] = []
    signals = Signals()
    try:
        ground = find_ground()
        run(ground, signals, children)
    except Stopped:
        say("Arrêt…", "Stopping…")
    except Refusal as refusal:
        complain(refusal.french, refusal.english)
        return 1
    except Died as death:
        child = death.child
        complain(
            f"Le processus « {child.name} » s'est arrêté. Fin de son journal dans {shown(ground.logs)} :",
            f"The process “{child.name}” stopped. The end of its log in {shown(ground.logs)}:",
        )
        print(child.last_lines(), file=sys.stderr)
        return 1
    finally:
        stop_all(children)
    return 0


if __name__ == "__main__":
    sys.exit(main())
