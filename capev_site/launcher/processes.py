"""The processes that a run consists of: start them, notice the death of one, stop all in order."""

import ctypes
import os
import select
import signal
import socket
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from types import FrameType

LOG_KEPT = 5_000_000  # bytes; a longer log is set aside at the next start
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def _die_with_parent() -> None:
    """Runs in the child: should the launcher be killed outright, the kernel stops what it started (Linux only)."""
    if hasattr(_libc, "prctl"):
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Signals:
    """Turns signals into something that can be waited for with a time limit, without polling."""

    def __init__(self) -> None:
        self._read, write = socket.socketpair()
        self._read.setblocking(False)
        write.setblocking(False)
        self._write = write
        signal.set_wakeup_fd(write.fileno(), warn_on_full_buffer=False)
        for number in (*STOPPING, signal.SIGCHLD):
            signal.signal(number, self._heard)

    @staticmethod
    def _heard(number: int, frame: FrameType | None) -> None:
        """Nothing: its number is on the socket already."""

    def wait(self, seconds: float | None = None) -> set[int]:
        """The numbers of the signals heard since the last call; empty after the time has passed."""
        ready, _, _ = select.select([self._read], [], [], seconds)
        return set(self._read.recv(4096)) if ready else set()


@dataclass
class Child:
    """One process of the run. SIGTERM ends it; after `patience` seconds, one by one, the firmer signals."""

    name: str
    command: Sequence[str | Path]
    log: Path | None = None
    """Where its output goes; None leaves it on the terminal."""
    patience: float = 5
    firmer: tuple[int, ...] = (signal.SIGKILL,)
    process: subprocess.Popen[bytes] = field(init=False)
    _asked: bool = field(init=False, default=False)

    def start(self, environment: dict[str, str], folder: Path) -> None:
        """Starts it in a session of its own: Ctrl-C reaches the launcher alone, which then stops all in order."""
        out = self._open_log() if self.log else None
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env=environment,
            cwd=folder,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
        if out is not None:
            os.close(out)

    def _open_log(self) -> int:
        assert self.log
        if self.log.exists() and self.log.stat().st_size > LOG_KEPT:
            self.log.replace(self.log.with_suffix(".log.1"))
        return os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def last_lines(self, count: int = 15) -> str:
        """The end of its log, for the person who has to find out why it died."""
        if self.log is None:
            return ""
        with self.log.open("rb") as source:
            source.seek(max(0, os.fstat(source.fileno()).st_size - 20_000))
            return "\n".join(source.read().decode(errors="replace").splitlines()[-count:])

    def ask_to_stop(self) -> None:
        """Asks politely, once, and does not wait: a second asking would make a worker drop its task."""
        if self.alive and not self._asked:
            self._asked = True
            self.process.terminate()

    def stop(self) -> None:
        """Ends it and waits until it is gone: politely first, then with each firmer signal."""
        self.ask_to_stop()
        for number in (*self.firmer, None):
            try:
                self.process.wait(self.patience)
                return
            except subprocess.TimeoutExpired:
                if number == signal.SIGKILL:  # a killed parent cannot tell its own children
                    os.killpg(self.process.pid, number)
                elif number is not None:
                    self.process.send_signal(number)


def stop_all(children: Sequence[Child]) -> None:
    """Stops the first, Redis, when the others are gone: they lean on it, not on each other."""
    for child in children[1:]:
        child.ask_to_stop()
    for child in reversed(children):
        child.stop()


class Died(Exception):
    """A child ended by itself."""

    def __init__(self, child: Child) -> None:
        super().__init__(child.name)
        self.child = child


class Stopped(Exception):
    """Somebody asked the launcher to stop."""


class Watch:
    """Looks after the children while the launcher waits for something."""

    def __init__(self, signals: Signals, children: Sequence[Child]) -> None:
        self._signals, self._children = signals, children

    def until(self, reached: Callable[[], bool], *, ask_every: float | None, seconds: float | None = None) -> bool:
        """Waits until `reached()`, asked after each signal and every `ask_every` seconds; False when time is up.

        Raises Stopped on Ctrl-C and its kin, Died when a child is gone.
        """
        deadline = None if seconds is None else monotonic() + seconds
        while not reached():
            if deadline is not None and monotonic() > deadline:
                return False
            if self._signals.wait(ask_every).intersection(STOPPING):
                raise Stopped
            for child in self._children:
                if not child.alive:
                    raise Died(child)
        return True
