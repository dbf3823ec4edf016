"""Organisation units and their groups."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from indicators.api.answers import GroupAnswer, OrgUnitAnswer
from indicators.api.filters import GroupFilters, OrgUnitFilters
from indicators.api.reading import Listing, Single
from indicators.geography.models import OrgUnit, OrgUnitGroup, OrgUnitGroupMembership
from indicators.geography.scopes import limit_to_scope


def _seen(user: Any) -> QuerySet[OrgUnit]:
    rows = limit_to_scope(OrgUnit.objects.all(), user)
    return rows.select_related("parent").prefetch_related("former_parents__parent")


def _ancestor_uids(units: list[OrgUnit]) -> dict[int, str]:
    ids = {ancestor for unit in units for ancestor in unit.ancestor_ids}
    return dict(OrgUnit.objects.filter(pk__in=ids).values_list("pk", "uid"))


@extend_schema(tags=["places"], summary="Organisation units")
class OrgUnits(Listing):
    queryset = OrgUnit.objects.none()
    serializer_class = OrgUnitAnswer
    filterset_class = OrgUnitFilters

    def get_queryset(self) -> QuerySet[OrgUnit]:
        return _seen(self.request.user).order_by("path")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(OrgUnitAnswer(page, many=True, context={"uids": _ancestor_uids(page)}).data)


@extend_schema(tags=["places"], summary="One organisation unit")
class OneOrgUnit(Single):
    queryset = OrgUnit.objects.none()
    serializer_class = OrgUnitAnswer
    lookup_field = "uid"

    def get_queryset(self) -> QuerySet[OrgUnit]:
        return _seen(self.request.user)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        unit = self.get_object()
        return Response(OrgUnitAnswer(unit, context={"uids": _ancestor_uids([unit])}).data)


@extend_schema(
    tags=["places"],
    summary="Groups of organisation units",
    description="Only members that the account may meet are listed.",
)
class Groups(Listing):
    queryset = OrgUnitGroup.objects.none()
    serializer_class = GroupAnswer
    filterset_class = GroupFilters

    def get_queryset(self) -> QuerySet[OrgUnitGroup]:
        members = limit_to_scope(OrgUnitGroupMembership.objects.select_related("unit"), self.request.user, unit="unit")
        seen = Prefetch("memberships", members.order_by("unit__path", "start"), to_attr="seen")
        return OrgUnitGroup.objects.prefetch_related(seen).order_by("key")
