"""`/api/dataValues`: one value at a time, read, set or deleted, by the same way that whole files go."""

import json
import tempfile
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from indicators.api.dhis2.answers import Face, conflict, one, person, web_message
from indicators.api.dhis2.import_request import Taken, Wanted, checked_type, read_body, take_in
from indicators.api.dhis2.import_summary import answer
from indicators.api.dhis2.units import units_of
from indicators.api.dhis2.value_formats import number_text
from indicators.api.errors import Refused
from indicators.exchange import policies
from indicators.periods import BadPeriod, Period
from indicators.registry.models import OptionCombo
from indicators.values.models import DataValue

LARGEST = 64 * 1024
_NAMES = {
    "de": "dataElement",
    "pe": "period",
    "ou": "orgUnit",
    "co": "categoryOptionCombo",
    "ao": "attributeOptionCombo",
}
_NEEDED = ("de", "pe", "ou")
_PLAIN = Wanted(
    dry_run=False, valid_only=False, strategy="", schemes=dict.fromkeys(("data_element", "org_unit", "option"), "uid")
)


class DataValues(Face):
    http_method_names = ["get", "head", "post", "delete"]

    def get(self, request: Request, **_kwargs: Any) -> Response:
        named = _named(request.query_params)
        rows = DataValue.objects.filter(
            element__uid=named["dataElement"],
            period=_code(named["period"]),
            unit__in=units_of(person(request)).filter(uid=named["orgUnit"]).values("pk"),
            option__uid=named.get("categoryOptionCombo", OptionCombo.DEFAULT_UID),
            attribute__uid=named.get("attributeOptionCombo", OptionCombo.DEFAULT_UID),
        )
        value = rows.values_list("value", flat=True).first()
        if value is None:
            raise _none()
        return Response([number_text(value)])

    def post(self, request: Request, **_kwargs: Any) -> Response:
        """The value comes as JSON, or as parameters."""
        if "de" in request.query_params:
            said = {name: one(request.query_params, name) for name in ("value", "comment")}
            text = json.dumps({**_named(request.query_params), **{name: it for name, it in said.items() if it}})
        else:
            checked_type(request, {"application/json"})
            text = read_body(request, LARGEST).decode("utf-8", errors="surrogateescape")
        _refuse_unless_done(_taken(text, request), deleting=False)
        return Response(web_message(201, "OK", "Created"), status=201)

    def delete(self, request: Request, **_kwargs: Any) -> HttpResponse:
        text = json.dumps({**_named(request.query_params), "value": "", "deleted": True})
        _refuse_unless_done(_taken(text, request), deleting=True)
        return HttpResponse(status=204)


def _named(params: QueryDict) -> dict[str, str]:
    for name in _NEEDED:
        if not one(params, name):
            raise conflict(
                "E2001", _("Name the data element (de), the period (pe) and the organisation unit (ou)."), name
            )
    return {long: text for name, long in _NAMES.items() if (text := one(params, name))}


def _code(text: str) -> int:
    try:
        return Period.parse(text).code
    except BadPeriod:
        raise conflict("E7611", str(_("“{value}” is no period.")).format(value=text[:40]), "pe") from None


def _taken(text: str, request: Request) -> Taken:
    """One object's text goes in as a file of one; what is no object is for the reader of files to refuse."""
    user = person(request)
    if not policies.can_import(user):
        raise PermissionDenied
    with tempfile.TemporaryDirectory(prefix="data-value-") as folder:
        path = Path(folder) / "body"
        path.write_bytes(b'{"dataValues":[' + text.encode("utf-8", errors="surrogateescape") + b"]}")
        return take_in(path, "dhis2_json", _PLAIN, user, "dataValues")


def _refuse_unless_done(taken: Taken, *, deleting: bool) -> None:
    body = answer(taken)
    if body["httpStatusCode"] != 200:
        conflicts = body.get("conflicts") or [{"value": body["message"], "code": body.get("errorCode")}]
        raise Refused(conflicts[0]["code"], conflicts[0]["value"], status=body["httpStatusCode"])
    if deleting and not taken.run.deleted:
        raise _none()


def _none() -> Refused:
    return conflict("E2028", _("There is no such value."))
