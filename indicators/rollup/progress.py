"""How far a running job is, told past its open transaction. Never the truth: where it is lost, nothing is lost."""

from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import NamedTuple
from zlib import crc32

from django.core.cache import caches
from django.db import connection
from django.utils import timezone
from redis.exceptions import RedisError

EVERY = 0.25
"""Seconds between two tellings of the same refresh."""
CACHE = "progress"

Tell = Callable[[int, int], None]
"""Takes steps done and steps in all. A step is a data element, or the changed months of some."""


class Progress(NamedTuple):
    """`done` of `total` steps, as told at `at`. All done and still running: the results are being stored."""

    done: int
    total: int
    at: datetime


def untold(done: int, total: int) -> None:
    """For a refresh that nobody watches."""


def teller(job_id: int, of: str = "refresh") -> Tell:
    """Tells how far this job is, at most every `EVERY` seconds and at both ends. Silent once the cache fails.

    What an earlier attempt told is forgotten. `of` is the kind of job, or that and the phase it is in.
    """
    told_at: float | None = None
    silent = False
    try:
        caches[CACHE].delete(_key(job_id, of))
    except (RedisError, OSError):
        silent = True  # a refresh does not wait for whoever might be watching

    def tell(done: int, total: int) -> None:
        nonlocal told_at, silent
        soon = told_at is not None and monotonic() - told_at < EVERY and done < total
        if silent or soon:
            return
        told_at = monotonic()
        try:
            caches[CACHE].set(_key(job_id, of), (done, total, timezone.now()))
        except (RedisError, OSError):
            silent = True

    return tell


def progress_of(job_id: int, of: str = "refresh") -> Progress | None:
    """What the job told last; None where it told nothing, or nobody remembers."""
    try:
        told = caches[CACHE].get(_key(job_id, of))
    except (RedisError, OSError):
        return None
    return Progress(*told) if told else None


def _key(job_id: int, of: str) -> str:
    """With the database's name: several may share one Redis."""
    name = str(connection.settings_dict["NAME"])
    return f"{of}:{crc32(name.encode())}:{job_id}"
