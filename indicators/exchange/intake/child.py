"""A reader at work in a process of its own: whatever a file does to it, the worker and the site go on.

The process gets a file's path, a folder to write to, and nothing else: no settings, no secrets, no input. It limits
itself before it opens the file: memory, processor seconds, size of what it writes, no core dump. The worker stops it
after WALL seconds, and it ends with the worker. What goes beyond becomes BadFile `too_costly`, a crash `reader_failed`.
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
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic
from typing import Any

from indicators.exchange.intake import spool
from indicators.exchange.problems import BadFile

log = logging.getLogger(__name__)
MEMORY = 1024**3
SECONDS = 900
"""Of the processor."""
WALL = 900
_LARGEST_FILE = 1024**3
"""Of those that it writes: a chunk of the spool is a thousandth of it, an unpacked workbook a part."""
_TELL_EVERY = 0.3
_ROOT = Path(__file__).resolve().parents[3]
_GAVE_UP = 9
_BEYOND = {_GAVE_UP, -signal.SIGXCPU, -signal.SIGKILL, -signal.SIGXFSZ}
_NO_ROOM = {errno.EFBIG, errno.ENOSPC, errno.ENOMEM}


def read(
    path: Path,
    folder: Path,
    *,
    kind: str,
    options: Mapping[str, Any],
    tell: Callable[[int], None] = lambda rows: None,
) -> spool.Said:
    """Has the file read into a spool in `folder`; `tell` gets the rows read so far. Raises BadFile."""
    command = [sys.executable, "-P", "-m", __name__, str(path.resolve()), str(folder), kind, json.dumps(dict(options))]
    limits = {"MEMORY": MEMORY, "SECONDS": SECONDS, "PARENT": os.getpid()}
    environment = {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(_ROOT),
        "TMPDIR": str(folder),
        "OPENBLAS_NUM_THREADS": "1",
        **{f"READER_{name}": str(value) for name, value in limits.items()},
    }
    with (folder / "stderr").open("wb") as errors:
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, env=environment, cwd=folder
        )
    try:
        status = _wait(child, folder, tell)
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()
    if bad := spool.bad_file(folder):
        raise bad
    if status in _BEYOND:
        raise BadFile("too_costly")
    if status:
        log.error("A reader ended with %s: %s", status, (folder / "stderr").read_text(errors="replace")[-2000:])
        raise BadFile("reader_failed")
    return spool.said(folder)


def _wait(child: subprocess.Popen[bytes], folder: Path, tell: Callable[[int], None]) -> int:
    until = monotonic() + WALL
    while monotonic() < until:
        try:
            return child.wait(_TELL_EVERY)
        except subprocess.TimeoutExpired:
            tell(spool.rows_so_far(folder))
    raise BadFile("too_costly")


def _main(path: Path, folder: Path, kind: str, options: dict[str, Any]) -> int:
    from indicators.exchange.readers import kinds  # here, for the worker needs no reader

    _limit()
    try:
        found = kind or kinds.recognise(path)
        spool.write(kinds.KINDS[found].read(path, options), folder, kind=found)
    except BadFile as error:
        spool.write_bad_file(error.problem, folder)
    except MemoryError:
        return _GAVE_UP
    except OSError as error:
        if error.errno in _NO_ROOM:
            return _GAVE_UP
        raise
    return 0


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


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], json.loads(sys.argv[4])))
