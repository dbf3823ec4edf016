"""What is counted, and what indicators mean."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from indicators.api.answers import ElementAnswer, IndicatorAnswer
from indicators.api.filters import ElementFilters
from indicators.api.reading import Listing, Reading, Single
from indicators.registry.definition import Definition
from indicators.registry.definitions import definition, definitions, rival_definitions
from indicators.registry.models import DataElement
from indicators.registry.rivals import rivals


def _described(rule: Definition) -> Mapping[str, Any]:
    return IndicatorAnswer({**asdict(rule), "rivals": [one.code for one in rivals(rule.code)]}).data


@extend_schema(tags=["registry"], summary="Data elements")
class Elements(Listing):
    queryset = DataElement.objects.none()
    serializer_class = ElementAnswer
    filterset_class = ElementFilters

    def get_queryset(self) -> QuerySet[DataElement]:
        return DataElement.objects.select_related("source").prefetch_related("data_sets").order_by("uid")


@extend_schema(tags=["registry"], summary="One data element")
class OneElement(Single):
    queryset = DataElement.objects.select_related("source").prefetch_related("data_sets")
    serializer_class = ElementAnswer
    lookup_field = "uid"


@extend_schema(
    tags=["registry"], summary="Indicator definitions, rivals among them", responses=IndicatorAnswer(many=True)
)
class Indicators(Reading):
    serializer_class = IndicatorAnswer
    filter_backends = []

    def get(self, request: Request) -> Response:
        """Every definition in its own right, then the rival usages."""
        found = [*definitions().values(), *rival_definitions().values()]
        page = self.paginate_queryset(found)  # type: ignore[arg-type]
        return self.get_paginated_response([_described(rule) for rule in page or ()])


@extend_schema(tags=["registry"], summary="One indicator definition")
class OneIndicator(Reading):
    serializer_class = IndicatorAnswer
    filter_backends = []
    pagination_class = None

    def get(self, request: Request, code: str) -> Response:
        try:
            return Response(_described(definition(code)))
        except KeyError:
            raise Http404 from None
