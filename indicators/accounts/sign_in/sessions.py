"""What a session has to meet at each request: a second factor where there is one, and not too long a silence."""

import time
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.accounts.sign_in import second_factor

FACTOR, SEEN, IDLE = "second_factor", "seen", "idle"
CODE, ENROL = "code", "enrol"
IDLE_SECONDS = 30 * 60
NOTED_EVERY = 60
ALWAYS_OPEN = {"login", "logout", "sign-in-code", "set_language", "health"}
PAGE_OF = {CODE: "sign-in-code", ENROL: "second-factor"}


def began(sender: Any, request: HttpRequest, user: User, **rest: Any) -> None:
    """Right after the password: what the session still lacks. Those who read notes are also signed out when idle."""
    needed = second_factor.required(user)
    request.session[FACTOR] = CODE if second_factor.has_one(user) else ENROL if needed else ""
    request.session[IDLE] = IDLE_SECONDS if user.has_role(*second_factor.REQUIRED_OF) else 0
    request.session[SEEN] = int(time.time())


user_logged_in.connect(began, dispatch_uid="indicators.accounts.sign_in")


def complete(request: HttpRequest) -> None:
    """The second factor is met. The session gets a new key: one seen before is worth nothing."""
    request.session[FACTOR] = ""
    request.session.cycle_key()


class SessionRules:
    """Stands after the authentication: views meet only sessions that are complete and awake."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)  # type: ignore[no-any-return]

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        match = request.resolver_match
        if (match and match.view_name in ALWAYS_OPEN) or not request.user.is_authenticated:
            return None
        if _asleep(request):
            logout(request)
            messages.info(request, _("You were signed out after half an hour without a request. Sign in to go on."))
            return _to("login", request)
        lacking = request.session.get(FACTOR, "")
        if not lacking or (match and match.view_name == PAGE_OF[lacking]):
            return None
        return _to(PAGE_OF[lacking], request)


def _asleep(request: HttpRequest) -> bool:
    """Whether the session was silent for too long; else notes, at most once a minute, that it was not."""
    limit, seen, now = request.session.get(IDLE, 0), request.session.get(SEEN, 0), int(time.time())
    if limit and now - seen > limit:
        return True
    if limit and now - seen >= NOTED_EVERY:
        request.session[SEEN] = now
    return False


def _to(name: str, request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        said = _("Sign in again, with your second factor: this session is not complete.")
        return JsonResponse({"code": "session_incomplete", "field": None, "message": said}, status=403)
    # What was posted cannot be taken along; the browser keeps the draft (static/js/draft.js).
    back = request.get_full_path() if request.method == "GET" else request.path
    return HttpResponseRedirect(f"{reverse(name)}?next={quote(back)}")
