"""`/api/analytics`: numbers added up along the tree and along time."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from indicators.api.dhis2.analytics_answer import Answer, as_csv
from indicators.api.dhis2.analytics_query import query
from indicators.api.dhis2.answers import Face, conflict, flag, one, person

_SCHEMES = {"dx": "outputDataElementIdScheme", "ou": "outputOrgUnitIdScheme"}


class Analytics(Face):
    http_method_names = ["get", "head"]

    def get(self, request: Request, suffix: str = "", **_kwargs: Any) -> HttpResponseBase:
        params = request.query_params
        general = one(params, "outputIdScheme", "uid")
        answer = Answer(
            query(params, person(request)),
            schemes={name: _scheme(one(params, parameter) or general) for name, parameter in _SCHEMES.items()},
            short=one(params, "displayProperty").upper() == "SHORTNAME",
            num_den=flag(params, "includeNumDen"),
            order=one(params, "order").upper(),
        )
        if suffix == "csv" or (not suffix and _wants_csv(request)):
            return HttpResponse(as_csv(answer), content_type="application/csv; charset=utf-8")
        return Response(_body(answer, params))


def _body(answer: Answer, params: Any) -> dict[str, Any]:
    headers = answer.headers()
    rows = [] if flag(params, "skipData") else answer.rows()
    body: dict[str, Any] = {"headers": headers}
    if not flag(params, "skipMeta"):
        body["metaData"] = answer.metadata(details=flag(params, "includeMetadataDetails"))
    if answer.demonstration:
        body["demonstration"] = True
    width = len(headers)
    return body | {"rows": rows, "width": width, "height": len(rows), "headerWidth": width}


def _scheme(text: str) -> str:
    if text.lower() not in ("uid", "code", "name"):
        raise conflict("not_supported", _("Identifiers are uid, code or name."), "outputIdScheme")
    return text.lower()


def _wants_csv(request: Request) -> bool:
    liked = request._request.get_preferred_type(["application/json", "application/csv", "text/csv"])
    return liked in ("application/csv", "text/csv")
