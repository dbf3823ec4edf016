"""How this face answers: who is asked for a password, in which language, and how it says no in DHIS2's words."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import Http404, QueryDict
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext_lazy as _
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from indicators.accounts.models import User
from indicators.api.authentication import TokenAuthentication, TokenMayWrite
from indicators.api.dhis2.authentication import ReadingSession, RememberedPassword
from indicators.api.errors import Refused, handle


class _OwnChoice(BaseContentNegotiation):
    """The suffix or the view decides about the format; an `Accept` that names none of ours is no reason for a 406."""

    def select_parser(self, request: Request, parsers: Sequence[Any]) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Sequence[Any], format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class Face(APIView):
    """A view of this face: HTTP Basic, an access token, or (to read) the session of the pages."""

    authentication_classes = [RememberedPassword, TokenAuthentication, ReadingSession]
    permission_classes = [IsAuthenticated, TokenMayWrite]
    content_negotiation_class = _OwnChoice

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        for name, texts in request.query_params.lists():
            if any("\0" in text for text in texts):
                raise Refused("control_char", _("A parameter holds a character that no text has."), field=name)
        wanted = request.query_params.get("locale", "")[:2]
        if wanted in dict(settings.LANGUAGES):
            translation.activate(wanted)

    def get_exception_handler(self) -> Any:
        return _say_no

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers["Content-Language"] = translation.get_language() or ""
        patch_cache_control(response, private=True, no_cache=True)
        patch_vary_headers(response, ["Authorization", "Cookie"])
        return response


class Nothing(Face):
    """For addresses of DHIS2 that this product does not have: JSON, never a page."""

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]

    def _none(self, request: Request, **_kwargs: Any) -> Response:
        raise Http404

    get = post = put = patch = delete = _none


def _say_no(error: Exception, context: dict[str, Any]) -> Response | None:
    """DHIS2's web message, with this product's own code and field beside it."""
    response = handle(error, context)
    if response is not None:
        found = response.data or {}
        message = str(found.get("message", ""))
        response.data = web_message(response.status_code, "ERROR", message, errorCode=found.get("code"))
        if field := found.get("field"):
            response.data["field"] = field
    return response


def web_message(status: int, word: str, message: str, **more: Any) -> dict[str, Any]:
    """`word` is OK, WARNING or ERROR."""
    return {
        "httpStatus": HTTPStatus(status).phrase,
        "httpStatusCode": status,
        "status": word,
        "message": message,
        **more,
    }


def person(request: Request) -> User:
    """Who asks; views of this face are never asked by strangers."""
    assert isinstance(request.user, User)
    return request.user


def one(params: QueryDict, name: str, default: str = "") -> str:
    """A parameter that may be given once; said twice with different values it would be anybody's guess."""
    values = params.getlist(name)
    if len(set(values)) > 1:
        raise Refused("repeated_parameter", _("This parameter was given more than once."), field=name)
    return values[0].strip() if values else default


def flag(params: QueryDict, name: str) -> bool:
    """`true` or `false`; false where it is not given."""
    text = one(params, name, "false").lower()
    if text not in ("true", "false", ""):
        raise Refused("bad_parameter", _("Say true or false."), field=name)
    return text == "true"


def several(params: QueryDict, name: str) -> list[str]:
    """A parameter that may be repeated, each once in the order given."""
    return list(dict.fromkeys(value.strip() for value in params.getlist(name) if value.strip()))


def conflict(code: str, message: Any, field: str | None = None) -> Refused:
    """What DHIS2 answers with 409 and one of its error codes."""
    return Refused(code, message, field=field, status=409)
