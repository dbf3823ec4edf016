"""The answer where something broke: a full disk or a database that is away say so, and when to come back.

What was to be saved is not to be counted on, and the same thing sent again does no harm. Whoever sends by programme
reads it in the status: 507 no room, 503 come back later, 500 a fault of ours.
"""

import errno
import sqlite3
import sys
from collections.abc import Iterator
from typing import NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

COME_BACK = "10"  # seconds
_NO_ROOM_ERRNO = {errno.ENOSPC, errno.EDQUOT}
_NO_ROOM_SQLSTATE = "53100"
_OTHERS_WRITE = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


class Trouble(NamedTuple):
    status: int
    code: str
    sentence: str | Promise


NO_ROOM = Trouble(507, "no_room", _("The server's disk is full. Take it as not saved, and send it again later."))
AWAY = Trouble(503, "try_later", _("The database does not answer just now. Take it as not saved, and send it again."))
FAULT = Trouble(500, "fault", _("The server met an error. What was sent was perhaps not saved."))


def trouble(error: BaseException | None) -> Trouble:
    """What kind of trouble the error or one behind it is."""
    for one in _chain(error):
        if _says_no_room(one):
            return NO_ROOM
        if isinstance(one, OperationalError | InterfaceError):
            return _of_the_database(one)
    return FAULT


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """Django's `handler500`, called while the error is being handled. Uses neither database nor session."""
    found = trouble(sys.exc_info()[1])
    answer: HttpResponse
    if request.path.startswith("/api/"):
        body = {"code": found.code, "field": None, "message": str(found.sentence)}
        answer = JsonResponse(body, status=found.status)
    else:
        answer = HttpResponse(render_to_string(f"{found.status}.html"), status=found.status)
    if found is not FAULT:
        answer.headers["Retry-After"] = COME_BACK
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _of_the_database(error: OperationalError | InterfaceError) -> Trouble:
    """SQLite says OperationalError of faults of ours as well, such as a column that is not there."""
    cause = error.__cause__
    if _says_no_room(cause):
        return NO_ROOM
    if connection.vendor == "sqlite":
        return AWAY if getattr(cause, "sqlite_errorcode", 0) & 0xFF in _OTHERS_WRITE else FAULT
    return AWAY


def _says_no_room(error: BaseException | None) -> bool:
    if isinstance(error, OSError):
        return error.errno in _NO_ROOM_ERRNO
    if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
        return True
    return getattr(error, "sqlstate", None) == _NO_ROOM_SQLSTATE


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__
