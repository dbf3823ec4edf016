"""`/api/dataValueSets`: values as they were reported, read in a stream and taken in through the import pipeline."""

from typing import Any

from django.db import transaction
from django.http import HttpResponseBase, JsonResponse, StreamingHttpResponse
from rest_framework.request import Request

from indicators.api.dhis2.answers import Face, person
from indicators.api.dhis2.import_request import received
from indicators.api.dhis2.import_summary import answer
from indicators.api.dhis2.value_formats import FORMATS
from indicators.api.dhis2.value_query import asked

_BY_TYPE = {
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/csv": "csv",
    "text/csv": "csv",
}


class DataValueSets(Face):
    http_method_names = ["get", "head", "post"]

    def get(self, request: Request, suffix: str = "", **_kwargs: Any) -> HttpResponseBase:
        values = asked(request.query_params, person(request))
        form = FORMATS[suffix or _accepted(request)]
        response = StreamingHttpResponse(form.write(values), content_type=form.content_type)
        response.headers["X-Accel-Buffering"] = "no"
        return response

    @transaction.non_atomic_requests
    def post(self, request: Request, suffix: str = "", **_kwargs: Any) -> JsonResponse:
        body = answer(received(request, person(request)))
        return JsonResponse(body, status=body["httpStatusCode"])


def _accepted(request: Request) -> str:
    """What `Accept` likes best of the three; JSON where it says nothing."""
    liked = request._request.get_preferred_type(list(_BY_TYPE))
    return _BY_TYPE[liked] if liked else "json"
