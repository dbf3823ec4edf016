"""Lines about what workers do: which task, for which row, how it ended and after how long. Nothing of its arguments but
the row's key is told, nor what it returned."""

import logging
from logging.config import dictConfig
from time import perf_counter
from typing import Any

from celery import signals
from django.conf import settings

from capev_site.logs import job

log = logging.getLogger("capev.jobs")
_begun: dict[str, float] = {}


def connect() -> None:
    """Called where the Celery application is made; each connection is made once however often."""
    signals.setup_logging.connect(_same_lines, dispatch_uid="job-lines")
    signals.task_prerun.connect(_begins, dispatch_uid="job-lines")
    signals.task_postrun.connect(_ended, dispatch_uid="job-lines")
    signals.task_failure.connect(_broke, dispatch_uid="job-lines")


def _same_lines(loglevel: int | str | None = None, **_signal: Any) -> None:
    """Workers and beat write the lines that the site writes, instead of Celery's own; of `LOG_LEVEL` and Celery's `-l`
    (a warning, where it is not given) the one that tells more counts."""
    dictConfig(settings.LOGGING)
    root = logging.getLogger()
    asked = logging.getLevelNamesMapping().get(loglevel.upper(), root.level) if isinstance(loglevel, str) else loglevel
    root.setLevel(min(root.level, asked or root.level))


def _begins(task_id: str, task: Any, args: Any = (), **_signal: Any) -> None:
    _begun[task_id] = perf_counter()
    row = args[0] if args and isinstance(args[0], int) else None
    job.set(f"{task.name} {row}" if row is not None else task.name)
    log.info("job begins", extra={"row": row, "task": task_id})


def _ended(task_id: str, task: Any, args: Any = (), state: str | None = None, **_signal: Any) -> None:
    row = args[0] if args and isinstance(args[0], int) else None
    ms = round((perf_counter() - _begun.pop(task_id, perf_counter())) * 1000)
    log.info("job ended", extra={"row": row, "task": task_id, "state": state, "ms": ms})
    job.set("")


def _broke(task_id: str, exception: BaseException, **_signal: Any) -> None:
    error = (type(exception), exception, exception.__traceback__)
    log.error("job broke", extra={"task": task_id}, exc_info=error)
