"""`/api/organisationUnits` and its sisters: lists in pages, and single objects."""

import re
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from indicators.accounts.models import User
from indicators.api.dhis2.answers import Face, flag, one, person, several
from indicators.api.dhis2.catalogue import LISTED, RESOURCES
from indicators.api.dhis2.fields import BadFields, Fields, parse_fields
from indicators.api.dhis2.filters import Conditions, refused, sorted_rows
from indicators.api.dhis2.resource import Resource, Row, Rows, Writer
from indicators.api.dhis2.units import UNITS, tops_of, units_of
from indicators.api.errors import Refused
from indicators.geography.models import OrgUnit

USUAL_PAGE, LARGEST_PAGE = 50, 10_000


class Listing(Face):
    """The objects of one collection, filtered, in order, in pages unless `paging=false`."""

    http_method_names = ["get", "head"]
    resource: Resource = UNITS

    def get(self, request: Request, **_kwargs: Any) -> Response:
        params, user = request.query_params, person(request)
        rows = selected(self.resource, params, user)
        body: dict[str, Any] = {}
        if one(params, "paging", "true").lower() != "false":
            rows, body["pager"] = _page(request, rows)
        fields = fields_asked(params, "id,displayName")
        body[self.resource.name] = Writer(RESOURCES, user).write(self.resource, list(rows), fields)
        return Response(body)


class Single(Face):
    """One object, whole unless `fields` says what is wanted. Of a unit also its children, descendants or ancestors."""

    http_method_names = ["get", "head"]
    resource: Resource = UNITS

    def get(self, request: Request, uid: str, **_kwargs: Any) -> Response:
        params, user = request.query_params, person(request)
        row = found(self.resource, uid, user)
        fields = fields_asked(params, ":all")
        if self.resource is UNITS and (around := _around(row, params, user)) is not None:
            units = Writer(RESOURCES, user).write(UNITS, list(around), fields_asked(params, "id,displayName"))
            return Response({UNITS.name: units})
        return Response(Writer(RESOURCES, user).write(self.resource, [row], fields)[0])


class Everything(Face):
    """`/api/metadata`: several collections at once, those named as `dataElements=true`, or all."""

    http_method_names = ["get", "head"]

    def get(self, request: Request, **_kwargs: Any) -> Response:
        params, user = request.query_params, person(request)
        wanted = [resource for resource in LISTED if flag(params, resource.name)] or list(LISTED)
        fields, writer = fields_asked(params, ":owner"), Writer(RESOURCES, user)
        return Response(
            {one.name: writer.write(one, list(sorted_rows(one.rows(user), one, [])), fields) for one in wanted}
        )


def found(resource: Resource, uid: str, user: User) -> Row:
    """The object with that uid, if the person may meet it; the same 404 where it may not and where there is none."""
    rows = resource.rows(user)
    identity = resource.properties["id"]
    if isinstance(rows, QuerySet) and identity.path:
        row = rows.filter(**{identity.path: uid}).first()
    else:
        read = identity.read
        assert read is not None
        row = next((row for row in rows if read(row) == uid), None)
    if row is None:
        message = _("{klass} with id {uid} could not be found.")
        raise Refused("E1005", str(message).format(klass=resource.klass, uid=uid), status=404)
    return row


def fields_asked(params: QueryDict, usual: str) -> Fields:
    try:
        return parse_fields(several(params, "fields") or [usual])
    except BadFields as error:
        raise refused("fields", str(error)) from None


def selected(resource: Resource, params: QueryDict, user: User) -> Rows:
    any_of = one(params, "rootJunction", "AND").upper() == "OR"
    conditions = Conditions(several(params, "filter"), any_of=any_of, user=user)
    rows = resource.rows(user)
    query = one(params, "query")
    if isinstance(rows, list):
        named = [row for row in rows if query.lower() in row.name.lower()] if query else rows
        rows = [row for row in named if conditions.holds(resource, row)]
    else:
        rows = rows.filter(conditions.as_query(resource, RESOURCES))
        if query:
            names = resource.properties["displayName"].path
            rows = rows.filter(**{f"{names}__iregex": re.escape(query)})
        if resource is UNITS:
            rows = _units_asked(rows, params, user)
    return sorted_rows(rows, resource, several(params, "order"))


def _units_asked(rows: QuerySet[OrgUnit], params: QueryDict, user: User) -> QuerySet[OrgUnit]:
    """What DHIS2 takes for units alone: `level`, `maxLevel`, `parent`, `userOnly`."""
    if levels := several(params, "level"):
        rows = rows.filter(level__in=[number(level, "level") for level in levels])
    if deepest := one(params, "maxLevel"):
        rows = rows.filter(level__lte=number(deepest, "maxLevel"))
    if flag(params, "userOnly") or flag(params, "userDataViewOnly"):
        rows = rows.filter(pk__in=[unit.pk for unit in tops_of(user)])
    if parents := several(params, "parent"):
        below = Q(pk__in=[])
        for path in units_of(user).filter(uid__in=parents).values_list("path", flat=True):
            below |= Q(path__startswith=path)
        rows = rows.filter(below)
    return rows


def _around(unit: OrgUnit, params: QueryDict, user: User) -> QuerySet[OrgUnit] | None:
    units = units_of(user).order_by("path")
    if level := one(params, "level"):  # below it, counted from the unit
        return units.filter(path__startswith=unit.path, level=unit.level + number(level, "level"))
    if flag(params, "includeDescendants"):
        return units.filter(path__startswith=unit.path)
    if flag(params, "includeChildren"):
        return units.filter(Q(pk=unit.pk) | Q(parent=unit))
    if flag(params, "includeAncestors"):
        return units.filter(pk__in=unit.ancestor_ids)
    return None


def number(text: str, field: str, least: int = 0) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < least:
        raise refused(field, text)
    return int(text)


def _page(request: Request, rows: Rows) -> tuple[Rows, dict[str, Any]]:
    params = request.query_params
    size = min(number(one(params, "pageSize", str(USUAL_PAGE)), "pageSize", 1), LARGEST_PAGE)
    page = number(one(params, "page", "1"), "page", 1)
    total = len(rows) if isinstance(rows, list) else rows.count()
    count = max(1, -(-total // size))
    pager: dict[str, Any] = {"page": page, "total": total, "pageSize": size, "pageCount": count}
    if page < count:
        pager["nextPage"] = _address(request, page + 1)
    if page > 1:
        pager["prevPage"] = _address(request, page - 1)
    start = (page - 1) * size
    return (rows[start : start + size] if start < total else []), pager


def _address(request: HttpRequest | Request, page: int) -> str:
    query = [(name, value) for name, values in request.GET.lists() for value in values if name != "page"]
    return request.build_absolute_uri(f"{request.path}?{urlencode([*query, ('page', page)])}")
