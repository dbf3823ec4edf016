import json
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from research.offline.actions import Envelope, Refused, take_in

MOST_FIELDS = 3000
LONGEST_URL = 1000


@login_not_required  # answers by itself: to a script, the page for signing in would look like success
@require_http_methods(["GET", "POST"])
@never_cache
def outbox(request: HttpRequest) -> JsonResponse:
    """GET: whose session this is and a fresh token. POST: one envelope as JSON; a receipt, or sentences that say why
    nothing was written (401, 403, 404, 409, 422)."""
    if not request.user.is_authenticated:
        return _told(401, _("You are signed out. What waits is kept on this device."))
    user = request.user
    if request.method == "GET":
        return JsonResponse({"account": user.pk, "token": get_token(request)})
    sent = read(request.body)
    if sent is None:
        return _told(422, _("The record was not sent whole."))
    try:
        receipt, new = take_in(sent, by=user)
    except Refused as refused:
        return _told(refused.status, *refused.sentences)
    answer = {"receipt": receipt.pk, "received_at": receipt.received_at.isoformat(), "url": receipt.url, "new": new}
    return JsonResponse(answer, status=201 if new else 200)


def read(body: bytes) -> Envelope | None:
    """The envelope in the body; None where it is none."""
    try:
        told: dict[str, Any] = json.loads(body)
        fields = [(str(name), str(value)) for name, value in told["fields"]]
        sent = Envelope(UUID(str(told["envelope"])), int(told["account"]), str(told["url"]), fields, _time(told))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    whole = len(fields) <= MOST_FIELDS and len(sent.url) <= LONGEST_URL
    return sent if whole and "\x00" not in body.decode("utf-8", "replace") else None


def _time(told: dict[str, Any]) -> Any:
    """What the device's clock said; a claim, which nothing is decided by."""
    moment = parse_datetime(str(told.get("prepared_at", "")))
    return moment if moment and is_aware(moment) else None


def _told(status: int, *sentences: str) -> JsonResponse:
    return JsonResponse({"sentences": list(sentences)}, status=status)
