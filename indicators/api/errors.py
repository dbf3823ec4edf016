"""How the programming interface says no: `{code, field, message}`, the sentence in the reader's language."""

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import APIException, ErrorDetail, NotFound
from rest_framework.exceptions import PermissionDenied as Forbidden
from rest_framework.response import Response
from rest_framework.views import set_rollback


class Refused(APIException):
    """A request that cannot be answered: a stable code, the field or parameter at fault, a sentence."""

    status_code = status.HTTP_400_BAD_REQUEST

    def __init__(self, code: str, message: str | Promise, *, field: str | None = None, status: int = 400) -> None:
        super().__init__(message, code)
        self.field = field
        self.status_code = status


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = gettext_lazy("The request is larger than is accepted here.")


def problem(code: str, message: str | Promise, field: str | None = None) -> dict[str, str | None]:
    """The body of an answer that says no."""
    return {"code": code, "field": field, "message": str(message)}


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """Any foreseen error as `{code, field, message}`; None (a 500, logged) for what nobody foresaw.

    Where several fields are at fault, the first one speaks and `errors` has all of them.
    """
    if isinstance(error, Http404):
        error = NotFound()
    elif isinstance(error, PermissionDenied):
        error = Forbidden()
    elif isinstance(error, RequestDataTooBig | TooManyFieldsSent):
        error = TooLarge()
    if not isinstance(error, APIException):
        return None
    set_rollback()
    problems = [*_problems(error)]
    body: dict[str, Any] = dict(problems[0])
    if len(problems) > 1:
        body["errors"] = problems
    headers = {"Content-Language": get_language() or ""}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    return Response(body, status=error.status_code, headers=headers)


@login_not_required
def not_found(request: HttpRequest, **_kwargs: Any) -> JsonResponse:
    """For addresses below the interface's own that lead nowhere: JSON, never a page."""
    return JsonResponse(problem("not_found", _("There is nothing at this address.")), status=404)


def _problems(error: APIException) -> Iterator[dict[str, str | None]]:
    if isinstance(error, Refused):
        yield problem(error.detail.code, error.detail, error.field)  # type: ignore[union-attr]
        return
    yield from _flat(error.detail, None)


def _flat(detail: Any, field: str | None) -> Iterator[dict[str, str | None]]:
    """DRF nests what a form found: by field, then in lists. A field below another is named `outer.inner`."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            own = None if name in ("non_field_errors", "__all__") else str(name)
            yield from _flat(inner, ".".join(filter(None, (field, own))) or None)
    elif isinstance(detail, list | tuple):
        for inner in detail:
            yield from _flat(inner, field)
    else:
        yield problem(detail.code if isinstance(detail, ErrorDetail) else "invalid", detail, field)
