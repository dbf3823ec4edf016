"""A reader at work in a process of its own: whatever a file does to it, whoever waits for it and the site go on.

The process gets its arguments, a folder to write to, and nothing else: no settings, no secrets, no input. It limits
itself before it opens the file: memory, processor seconds, size of what it writes, no core dump. The parent stops it
after `wall` seconds, and it ends with the parent. What goes beyond becomes BadFile `too_costly`, a crash
`reader_failed`; a BadFile of its own comes back as it is. A disk that is full is no fault of the file: OSError.

A reader's module calls `work` where it is run, and is started by `run` with its name.
"""

import ctypes
import errno
import json
import logging
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from indicators.exchange.problems import BadFile

log = logging.getLogger(__name__)
_LARGEST_FILE = 1024**3
"""Of those that it writes: a chunk of a spool is a thousandth of it, an unpacked workbook a part."""
_TELL_EVERY = 0.3
_ROOT = Path(__file__).resolve().parents[2]
_GAVE_UP, _DISK_FULL = 9, 10
_BEYOND = {_GAVE_UP, -signal.SIGXCPU, -signal.SIGKILL, -signal.SIGXFSZ}
_TOO_LARGE = {errno.EFBIG, errno.ENOMEM}
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
_NEXT_TO_NOTHING = 64 * 1024


class Limits(NamedTuple):
    """Bytes of memory, seconds of the processor, seconds that pass."""

    memory: int
    seconds: int
    wall: float


def run(
    module: str, arguments: Sequence[str], folder: Path, limits: Limits, tell: Callable[[], None] = lambda: None
) -> None:
    """Has `python -m module arguments` do its work in `folder`; `tell` is called while it does.

    Raises BadFile, and OSError (ENOSPC) where the folder's disk is full.
    """
    environment = {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(_ROOT),
        "TMPDIR": str(folder),
        "OPENBLAS_NUM_THREADS": "1",
        "READER_FOLDER": str(folder),
        "READER_MEMORY": str(limits.memory),
        "READER_SECONDS": str(limits.seconds),
        "READER_PARENT": str(os.getpid()),
    }
    command = [sys.executable, "-P", "-m", module, *arguments]
    with (folder / "stderr").open("wb") as errors:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, env=environment, cwd=folder
        )
    try:
        status = _wait(child, limits.wall, tell)
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()
    if status == _DISK_FULL:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if bad := _bad_file(folder):
        raise bad
    if status in _BEYOND:
        raise BadFile("too_costly")
    if status:
        log.error("A reader ended with %s: %s", status, (folder / "stderr").read_text(errors="replace")[-2000:])
        raise BadFile("reader_failed")


def work(read: Callable[[Path], None]) -> int:
    """In the process itself: limits it, then has `read` write what it finds into the folder. The exit status."""
    folder = Path(os.environ["READER_FOLDER"])
    _limit()
    try:
        try:
            read(folder)
        except BadFile as error:
            problem = error.problem
            _said(folder).write_text(json.dumps([problem.code, problem.row, problem.field, problem.value]))
    except MemoryError:
        return _GAVE_UP
    except OSError as error:
        if error.errno in _NO_ROOM or _is_full(folder):  # NumPy's own say no number
            return _DISK_FULL
        if error.errno in _TOO_LARGE:
            return _GAVE_UP
        raise
    return 0


def _is_full(folder: Path) -> bool:
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize < _NEXT_TO_NOTHING


def _wait(child: subprocess.Popen[bytes], wall: float, tell: Callable[[], None]) -> int:
    until = monotonic() + wall
    while (left := until - monotonic()) > 0:
        try:
            return child.wait(min(left, _TELL_EVERY))
        except subprocess.TimeoutExpired:
            tell()
    raise BadFile("too_costly")


def _bad_file(folder: Path) -> BadFile | None:
    """What is wrong with the file as a whole, where the process said so."""
    if not _said(folder).exists():
        return None
    code, row, field, value = json.loads(_said(folder).read_text())
    return BadFile(code, value, field=field, row=row)


def _said(folder: Path) -> Path:
    return folder / "bad.json"


def _limit() -> None:
    """Of this process, and those it may start."""
    for what, most in (
        (resource.RLIMIT_AS, int(os.environ["READER_MEMORY"])),
        (resource.RLIMIT_CPU, int(os.environ["READER_SECONDS"])),
        (resource.RLIMIT_FSIZE, _LARGEST_FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
        if os.getppid() != int(os.environ["READER_PARENT"]):
            raise SystemExit(1)
