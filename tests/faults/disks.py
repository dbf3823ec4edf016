"""A disk of a given size that a test may fill."""

import errno
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """Mounts that much memory on the folder, which may hold nothing yet. Needs root, or sudo without a password."""
    ask = [] if os.geteuid() == 0 else ["sudo", "-n"]
    folder.mkdir(exist_ok=True)
    size = f"size={megabytes}m,mode=755,uid={os.geteuid()},gid={os.getegid()}"
    subprocess.run([*ask, "mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run([*ask, "umount", "--lazy", str(folder)], check=True)


@contextmanager
def a_folder() -> Iterator[Path]:
    """An empty one whose path is short enough for sockets, and that PostgreSQL may enter."""
    with tempfile.TemporaryDirectory(prefix="capev-", dir="/tmp", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """No byte of it is free meanwhile."""
    ballast = disk / "ballast"
    try:
        for piece in (bytes(64 * 1024), b"x"):
            _fill(ballast, piece)
        yield
    finally:
        ballast.unlink(missing_ok=True)


def _fill(path: Path, piece: bytes) -> None:
    with path.open("ab", buffering=0) as file:
        try:
            while file.write(piece):
                pass
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
