"""A number for each request, by which its lines in the log are found, and one line for each answer."""

import logging
import re
from collections.abc import Callable
from time import perf_counter
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import signals
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from capev_site.logs import request_id, told_path

log = logging.getLogger("capev.requests")
HEADER = "X-Request-ID"
_FIT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")


class RequestLines:
    """The outermost middleware: what the others answer by themselves (https, static files) has a number as well.

    A number that a proxy sends is taken over where it is 8 to 64 letters, digits, dots, dashes; else a new one is made.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.static = "/" + settings.STATIC_URL.lstrip("/")
        signals.user_logged_in.connect(_signed_in, dispatch_uid="request-lines")
        signals.user_logged_out.connect(_signed_out, dispatch_uid="request-lines")
        signals.user_login_failed.connect(_refused, dispatch_uid="request-lines")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        sent = request.headers.get(HEADER, "")
        number = sent if _FIT.fullmatch(sent) else uuid4().hex
        before, started = request_id.set(number), perf_counter()
        try:
            response = self.get_response(request)
            response[HEADER] = number
            self._tell(request, response.status_code, round((perf_counter() - started) * 1000))
            return response
        finally:
            request_id.reset(before)

    def _tell(self, request: HttpRequest, status: int, ms: int) -> None:
        level = logging.DEBUG if request.path.startswith(self.static) else logging.INFO
        if status in (401, 403, 429):
            level = logging.WARNING
        if log.isEnabledFor(level):
            known = {"method": request.method, "path": told_path(request), "status": status, "ms": ms}
            log.log(level, "answered", extra={**known, "user": _account(request)})


def _signed_in(user: Any, **_signal: Any) -> None:
    log.info("signed in", extra={"user": user.pk})


def _signed_out(user: Any, **_signal: Any) -> None:
    log.info("signed out", extra={"user": getattr(user, "pk", None)})


def _refused(**_signal: Any) -> None:
    """Which name was typed is not told: a password in the wrong field would be."""
    log.warning("sign-in refused")


def _account(request: HttpRequest) -> int | None:
    """The key of the account, where somebody asked for it anyway: no question to the database for a line."""
    user = request.__dict__.get("user")
    if isinstance(user, SimpleLazyObject):
        user = getattr(request, "_cached_user", None)
    return getattr(user, "pk", None)
