"""A file that was sent and waits for a person's yes: on disk, out of the web's reach, for a day at most.

It is found by a random word and only by who sent it.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from time import time
from typing import NamedTuple

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from indicators.accounts.models import User

LONGEST = timedelta(days=1)
_WORD = re.compile(r"[0-9a-f]{32}")


class Kept(NamedTuple):
    word: str
    path: Path
    name: str


def keep(sent: UploadedFile, *, by: User) -> Kept:
    """Writes the file down, and takes away those that waited too long."""
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _clear(folder)
    word = secrets.token_hex(16)
    name = "".join(sign if sign.isprintable() else "\ufffd" for sign in sent.name or "")[:200]
    path = folder / f"{by.pk}-{word}"
    path.touch(mode=0o600)
    with path.open("wb") as stream:
        for piece in sent.chunks():
            stream.write(piece)
    path.with_suffix(".name").write_text(name, encoding="utf-8")
    return Kept(word, path, name)


def kept(word: str, *, by: User) -> Kept | None:
    """None where nothing waits under that word for this person."""
    if not _WORD.fullmatch(word):
        return None
    path = _folder() / f"{by.pk}-{word}"
    try:
        name = path.with_suffix(".name").read_text(encoding="utf-8")
    except OSError:
        return None
    return Kept(word, path, name) if path.exists() else None


def drop(one: Kept) -> None:
    for path in (one.path, one.path.with_suffix(".name")):
        path.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "waiting"


def waiting_too_long() -> list[Path]:
    folder = _folder()
    return sorted(_old(folder)) if folder.is_dir() else []


def _clear(folder: Path) -> None:
    for path in _old(folder):
        with suppress(OSError):  # another process may take it away at the same moment
            path.unlink()


def _old(folder: Path) -> Iterator[Path]:
    before = time() - LONGEST.total_seconds()
    for path in folder.iterdir():
        with suppress(OSError):
            if path.stat().st_mtime < before:
                yield path
