"""Indicators read: what was computed for each unit and period, or why there is no number."""

from collections.abc import Collection

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from indicators.api.answers import ReadingAnswer
from indicators.api.reading import Reading
from indicators.api.reading_rows import PARAMETERS, ReadingRow, asked

DESCRIBED = [
    OpenApiParameter(
        "indicator", description="Codes of definitions, with commas between; none: all in their own right."
    ),
    OpenApiParameter("org_unit", description="Uid: that organisation unit and everything below it today."),
    OpenApiParameter("level", int, description="Only units of that level; 1 is the country."),
    OpenApiParameter("period", description="Periods, with commas between: 202501, 2025Q1, 2025."),
    OpenApiParameter("from", description="With `to` in place of `period`: the first of a range."),
    OpenApiParameter("to", description="The last of the range, as long a period as the first."),
]


@extend_schema(
    tags=["indicators"], summary="Readings of indicators", parameters=DESCRIBED, responses=ReadingAnswer(many=True)
)
class Readings(Reading):
    """A row for every definition, unit and period, ordered so. Ratios are sums divided by sums at every level."""

    serializer_class = ReadingAnswer
    filter_backends = []

    def known_parameters(self) -> Collection[str]:
        return {*super().known_parameters(), *PARAMETERS}

    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(asked(request.query_params, request.user))  # type: ignore[arg-type]
        return self.get_paginated_response([_as_json(row) for row in page or []])


def _as_json(row: ReadingRow) -> dict[str, object]:
    found = row._asdict()
    del found["org_unit_name"]
    return found
