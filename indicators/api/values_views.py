"""Reported values, page by page."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from indicators.api.answers import ValueAnswer
from indicators.api.filters import ValueFilters
from indicators.api.numbers import plain
from indicators.api.pagination import KeyPages
from indicators.api.reading import Reading
from indicators.api.value_rows import KEY, described, values_for
from indicators.values.models import DataValue


@extend_schema(tags=["values"], summary="Reported values", responses=ValueAnswer(many=True))
class Values(Reading):
    """Ordered by data element, period, unit and option combinations. What is missing has no row; deleted values are
    gone from here."""

    queryset = DataValue.objects.none()
    serializer_class = ValueAnswer
    filterset_class = ValueFilters
    pagination_class = KeyPages
    key_length = len(KEY)

    def get_queryset(self) -> QuerySet[DataValue, Any]:
        return values_for(self.request.user)

    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(
            [
                {
                    "data_element": row.element,
                    "period": row.period,
                    "org_unit": row.unit,
                    "category_option_combo": row.option,
                    "attribute_option_combo": row.attribute,
                    "value": plain(row.value),
                    "batch": row.batch,
                    "comment": row.comment,
                    "demonstration": row.demonstration,
                }
                for row in described(page or [])
            ]
        )
