"""`/api/me`, `/api/system/info`, `/api/system/ping`: who asks, and what answers."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from indicators.api.dhis2.answers import Face, person
from indicators.api.dhis2.catalogue import RESOURCES
from indicators.api.dhis2.fields import Fields
from indicators.api.dhis2.metadata_views import fields_asked
from indicators.api.dhis2.names import account_uid
from indicators.api.dhis2.resource import Property, Resource, Writer
from indicators.api.dhis2.units import tops_of

VERSION = "2.40.0"
"""Whose answers these are shaped like. Clients read it as a number; what really answers stands beside it."""
PRODUCT = "CAPEV"


def _tops(rows: Any, user: User) -> dict[Any, Any]:
    return {row.pk: tops_of(row) for row in rows}


ME = Resource(
    "me",
    "User",
    lambda user: [user],
    {
        "id": Property(lambda row: account_uid(row.pk)),
        "username": Property(lambda row: row.username),
        "name": Property(lambda row: row.get_full_name() or row.username),
        "displayName": Property(lambda row: row.get_full_name() or row.username),
        "firstName": Property(lambda row: row.first_name),
        "surname": Property(lambda row: row.last_name),
        "settings": Property(lambda row: {"keyUiLocale": row.language, "keyDbLocale": row.language}),
        "userRoles": Property(lambda row: [{"name": role.value} for role in Role if role in row.roles]),
        "authorities": Property(lambda row: []),
        "organisationUnits": Property(fetch=_tops, of="organisationUnits"),
        "dataViewOrganisationUnits": Property(fetch=_tops, of="organisationUnits"),
    },
)


class Me(Face):
    http_method_names = ["get", "head"]

    def get(self, request: Request, **_kwargs: Any) -> Response:
        user = person(request)
        return Response(Writer(RESOURCES, user).write(ME, [user], fields_asked(request.query_params, ":all"))[0])


class SystemInfo(Face):
    http_method_names = ["get", "head"]

    def get(self, request: Request, **_kwargs: Any) -> Response:
        path = request.path.partition("/api/")[0]
        info = {
            "contextPath": request.build_absolute_uri(path or "/").rstrip("/"),
            "instanceBaseUrl": request.build_absolute_uri("/").rstrip("/"),
            "version": VERSION,
            "revision": PRODUCT.lower(),
            "systemName": PRODUCT,
            "systemId": PRODUCT.lower(),
            "product": PRODUCT,
            "compatibility": "Answers a part of the Web API of DHIS2 2.40; it is no DHIS2.",
            "calendar": "iso8601",
            "dateFormat": "yyyy-mm-dd",
            "serverDate": timezone.localtime().strftime("%Y-%m-%dT%H:%M:%S.%f")[:23],
            "serverTimeZoneId": timezone.get_current_timezone_name(),
        }
        fields: Fields = fields_asked(request.query_params, "*")
        chosen = {wanted.shown_as: info[name] for name, wanted in fields.chosen(list(info), list(info))}
        return Response(chosen)


class Ping(Face):
    http_method_names = ["get", "head"]

    def get(self, request: Request, **_kwargs: Any) -> HttpResponse:
        return HttpResponse("pong", content_type="text/plain")
