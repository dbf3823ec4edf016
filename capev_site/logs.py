"""What a line of the log says, and what it never says: names, texts of notes, query strings, secrets.

Two forms of the same line: JSON for a server whose logs are collected, plain for a person at a terminal. An error is
told by its class and the lines of code it went through: its message may quote a row, and is shown with DEBUG alone.
"""

import json
import logging
import re
import traceback
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve

request_id: ContextVar[str] = ContextVar("request_id", default="")
job: ContextVar[str] = ContextVar("job", default="")
"""The request or the job (its task and the key of its row) that this thread works for."""

# Fields that a caller may add with `extra=`, as they appear in the line; anything else stays out.
FIELDS = ("method", "path", "status", "ms", "user", "row", "task", "state")
_SECRET_PARTS = {"secret", "token", "uidb64"}
# A link of a letter with a sign too many leads nowhere, and still holds its secret.
_LONG_PIECE = re.compile(r"[^/]{20,}")
_QUERY = re.compile(r"\?\S*")
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))} | {10: "\\n", 13: "\\r", 9: "\\t"}
_CONTROLS |= {0x2028: "\\u2028", 0x2029: "\\u2029"}

Exc = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def told_path(request: HttpRequest) -> str:
    """The path without its query; the secret of a letter's link is left out of it."""
    path = request.path
    try:
        found = request.resolver_match or resolve(request.path_info)
    except Resolver404:
        return _LONG_PIECE.sub("…", path)
    for name, value in found.kwargs.items():
        if name in _SECRET_PARTS:
            path = path.replace(f"/{value}", "/…")
    return path


def told_error(error: BaseException) -> str:
    """`psycopg.errors.CheckViolation 23514 visit_dates < django.db.utils.IntegrityError: file.py:12 save, …`: the class
    and its causes, what PostgreSQL says that is no data, and the way through the code."""
    classes: list[str] = []
    one: BaseException | None = error
    while one is not None and len(classes) < 5:
        diagnosis = getattr(one, "diag", None)
        facts = (getattr(one, "sqlstate", None), getattr(diagnosis, "constraint_name", None))
        classes.append(" ".join([f"{type(one).__module__}.{type(one).__qualname__}", *filter(None, facts)]))
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    way = traceback.extract_tb(error.__traceback__)[-25:]
    return f"{' < '.join(classes)}: " + ", ".join(f"{step.filename}:{step.lineno} {step.name}" for step in way)


class _Line(logging.Formatter):
    def said(self, record: logging.LogRecord) -> str:
        """The message on one line; where Django wrote the path of a request into it, the path as we tell it."""
        request = getattr(record, "request", None)
        if not isinstance(request, HttpRequest) or not isinstance(record.args, tuple):
            return record.getMessage().translate(_CONTROLS)
        written = {request.path, request.path.encode("unicode_escape").decode("ascii")}
        args = tuple(told_path(request) if arg in written else arg for arg in record.args)
        message = str(record.msg) % args if args else str(record.msg)
        return _QUERY.sub("?…", message).translate(_CONTROLS)

    def formatException(self, ei: Exc) -> str:
        if settings.DEBUG:
            return super().formatException(ei)
        return told_error(ei[1]) if ei[1] else ""

    def known(self, record: logging.LogRecord) -> dict[str, Any]:
        held: dict[str, Any] = {"request": request_id.get(), "job": job.get()}
        held |= {name: getattr(record, name, None) for name in FIELDS}
        return {name: value for name, value in held.items() if value not in (None, "") and not callable(value)}


class PlainLines(_Line):
    """`2026-01-31 12:00:00,000 INFO capev.requests: answered method=GET path=/ status=200 ms=12`."""

    def format(self, record: logging.LogRecord) -> str:
        known = " ".join(f"{name}={value}" for name, value in self.known(record).items())
        line = f"{self.formatTime(record)} {record.levelname} {record.name}: {self.said(record)} {known}".rstrip()
        line = line.translate(_CONTROLS)
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


class JsonLines(_Line):
    """One object a line: `time` (UTC), `level`, `logger`, `message`, then what is known of request, job and error."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": self.said(record),
            **self.known(record),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def configuration(form: str, level: str) -> dict[str, Any]:
    """For `LOGGING`: everything goes to one stream, in the form `json` or `plain`."""
    forms: dict[str, Callable[..., logging.Formatter]] = {"json": JsonLines, "plain": PlainLines}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": forms[form]}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Django's own handlers write other forms (and letters to ADMINS with whole requests): ours takes over.
            "django": {"handlers": [], "propagate": True},
            # What was not found or not allowed stands in the line of the request (requests.py); here only what broke.
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            # They quote arguments, answers and errors of tasks; `job_lines.py` tells of jobs instead.
            "celery.app.trace": {"level": "CRITICAL"},
            "celery.worker.strategy": {"level": "WARNING"},
        },
    }
