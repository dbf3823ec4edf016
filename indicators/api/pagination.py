"""Pages of a list: numbered where lists are short, by key where a list has millions of rows."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from indicators.api.errors import Refused
from indicators.api.parameters import whole_number

SIZE, PAGE, AFTER = "page_size", "page", "after"


def page_size(request: Request, usual: int, most: int) -> int:
    """What `page_size` asks for, at most `most`. Raises Refused."""
    text = request.query_params.get(SIZE)
    return usual if text is None else whole_number(text, SIZE, least=1, most=most)


class Pages(BasePagination):
    """`page` counts from 1; a page after the last one is empty. More than `most` rows a page are not given."""

    usual, most = 100, 1000
    parameters = (PAGE, SIZE)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        self.size = page_size(request, self.usual, self.most)
        self.number = whole_number(request.query_params.get(PAGE, "1"), PAGE, least=1)
        self.count = queryset.count() if isinstance(queryset, QuerySet) else len(queryset)
        start = (self.number - 1) * self.size
        return list(queryset[start : start + self.size]) if start < self.count else []

    def get_paginated_response(self, data: Any) -> Response:
        here = self.request.build_absolute_uri()
        last = -(-self.count // self.size)
        later = replace_query_param(here, PAGE, self.number + 1) if self.number < last else None
        earlier = None
        if 1 < self.number <= last + 1:
            earlier = replace_query_param(here, PAGE, self.number - 1)
        if self.number == 2:
            earlier = remove_query_param(here, PAGE)
        return Response({"count": self.count, "next": later, "previous": earlier, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {"count": {"type": "integer"}, "next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [_described(PAGE, "Counts from 1; a page after the last one is empty."), self._size()]

    def _size(self) -> dict[str, Any]:
        return _described(SIZE, f"Rows a page: {self.usual} if not given, never more than {self.most}.")


class KeyPages(BasePagination):
    """`after` is the key of the last row seen: the page costs the same wherever it lies, and no row comes twice while
    others are written. For querysets of rows with a composite key, ordered by it."""

    usual, most = 1000, 10_000
    parameters = (AFTER, SIZE)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        size = page_size(request, self.usual, self.most)
        text = request.query_params.get(AFTER)
        rows = list((queryset if text is None else queryset.filter(pk__gt=_key(text, view.key_length)))[: size + 1])
        self.last: Sequence[Any] | None = rows[size - 1] if len(rows) > size else None
        self.key_length = view.key_length
        return rows[:size]

    def get_paginated_response(self, data: Any) -> Response:
        later = None
        if self.last is not None:
            key = "-".join(str(part) for part in self.last[: self.key_length])
            later = replace_query_param(self.request.build_absolute_uri(), AFTER, key)
        return Response({"next": later, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {"next": {"type": "string", "format": "uri", "nullable": True}, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        after = _described(AFTER, "Rows after this key; `next` holds it.", kind="string")
        return [after, _described(SIZE, f"Rows a page: {self.usual} if not given, never more than {self.most}.")]


def _key(text: str, length: int) -> tuple[int, ...]:
    parts = text.split("-")
    if len(parts) != length or not all(part.isascii() and part.isdecimal() and len(part) < 19 for part in parts):
        raise Refused("bad_after", _("This is no key of a row: take it from “next”."), field=AFTER)
    return tuple(map(int, parts))


def _described(name: str, meaning: str, kind: str = "integer") -> dict[str, Any]:
    schema = {"type": kind, "minimum": 1} if kind == "integer" else {"type": kind}
    return {"name": name, "required": False, "in": "query", "description": meaning, "schema": schema}
