"""`filter=property:operator:value` and `order=property:asc`, against an allow-list of properties."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any, NamedTuple

from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from indicators.accounts.models import User
from indicators.api.dhis2.resource import Property, Resource
from indicators.api.errors import Refused

LONGEST_LIST = 5000
_NEGATED = {"ne": "eq", "neq": "eq"}
_SHORTER = {"dataSetElements.dataSet.": "dataSets.", "dataSetElements.dataElement.": "dataElements."}


class Filter(NamedTuple):
    """`path` is the property, perhaps of a nested object: `parent.id`."""

    path: str
    operator: str
    value: str

    @classmethod
    def parse(cls, text: str) -> "Filter":
        path, colon, rest = text.partition(":")
        operator, _colon, value = rest.partition(":")
        if not colon or not path or not operator:
            raise refused("filter", text)
        for long, short in _SHORTER.items():
            path = path.replace(long, short)
        return cls(path, operator, value)


def refused(field: str, value: str) -> Refused:
    message = _("“{value}” cannot be understood, or names something that cannot be asked for here.")
    return Refused("bad_parameter", str(message).format(value=value[:80]), field=field)


class Conditions:
    """The filters of a request, all of which count, or any of them (`rootJunction=OR`)."""

    def __init__(self, texts: Sequence[str], *, any_of: bool, user: User) -> None:
        self.filters = [Filter.parse(text) for text in texts]
        self.any_of, self.user = any_of, user

    def as_query(self, resource: Resource, resources: Mapping[str, Resource]) -> Q:
        """For rows of a table."""
        parts = [self._query(one, resource, resources) for one in self.filters]
        return reduce(or_ if self.any_of else and_, parts, Q()) if parts else Q()

    def holds(self, resource: Resource, row: Any) -> bool:
        """For a row that is in no table; only its own properties can be asked."""
        if not self.filters:
            return True
        found = (self._holds(one, resource, row) for one in self.filters)
        return any(found) if self.any_of else all(found)

    def _query(self, one: Filter, resource: Resource, resources: Mapping[str, Resource]) -> Q:
        step, dot, rest = one.path.partition(".")
        known = resource.properties.get(step)
        if known is None or bool(dot) is not bool(known.of):
            raise refused("filter", one.path)
        if dot:  # the nested objects that the person may meet
            nested = resources[known.of]
            rows = nested.rows(self.user)
            if isinstance(rows, list) or not known.path:
                raise refused("filter", one.path)
            inner = self._query(one._replace(path=rest), nested, resources)
            return Q(**{f"{known.path}__in": rows.order_by().filter(inner).values("pk")})
        negated, operator = _split(one.operator)
        if known.where:
            condition = known.where(operator, one.value, self.user)
        elif known.path:
            condition = _condition(known.path, operator, one, known)
        else:
            raise refused("filter", one.path)
        return ~condition if negated else condition

    def _holds(self, one: Filter, resource: Resource, row: Any) -> bool:
        known = resource.properties.get(one.path)
        if known is None or known.read is None:
            raise refused("filter", one.path)
        negated, operator = _split(one.operator)
        value = known.read(row)
        if operator == "null":
            return (value is None) is not negated
        if operator == "in":
            return (value in [_typed(known, one, item) for item in _items(one)]) is not negated
        compare = _COMPARE.get(operator)
        if compare is None or (operator in _TEXTUAL and known.kind is not str):
            raise refused("filter", one.operator)
        wanted = _typed(known, one, one.value)
        return (value is not None and compare(value, wanted)) is not negated


def _split(operator: str) -> tuple[bool, str]:
    if operator in _NEGATED:
        return True, _NEGATED[operator]
    return operator.startswith("!"), operator.removeprefix("!")


def _items(one: Filter) -> list[str]:
    if not (one.value.startswith("[") and one.value.endswith("]")):
        raise refused("filter", one.value)
    items = one.value[1:-1].split(",")
    if len(items) > LONGEST_LIST:
        raise refused("filter", one.path)
    return [item.strip() for item in items]


def _typed(known: Property, one: Filter, text: str) -> Any:
    try:
        if known.kind is int:
            return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else _raise(text)
        if known.kind is bool:
            return {"true": True, "false": False}[text.lower()]
        if known.kind is date:
            return date.fromisoformat(text[:10])
    except (ValueError, KeyError):
        raise refused("filter", text) from None
    return text


def _raise(text: str) -> Any:
    raise ValueError(text)


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda value, wanted: value == wanted,
    "ieq": lambda value, wanted: value.lower() == wanted.lower(),
    "gt": lambda value, wanted: value > wanted,
    "ge": lambda value, wanted: value >= wanted,
    "lt": lambda value, wanted: value < wanted,
    "le": lambda value, wanted: value <= wanted,
    "like": lambda value, wanted: wanted in value,
    "ilike": lambda value, wanted: wanted.lower() in value.lower(),
    "$like": lambda value, wanted: value.startswith(wanted),
    "$ilike": lambda value, wanted: value.lower().startswith(wanted.lower()),
    "like$": lambda value, wanted: value.endswith(wanted),
    "ilike$": lambda value, wanted: value.lower().endswith(wanted.lower()),
    "token": lambda value, wanted: all(word in value.lower() for word in wanted.lower().split()),
}
_TEXTUAL = frozenset(_COMPARE) - {"eq", "gt", "ge", "lt", "le"}
_SAME = {"eq": "exact", "gt": "gt", "ge": "gte", "lt": "lt", "le": "lte"}
# Regular expressions and not LIKE: SQLite's LIKE knows no case, and only that of ASCII.
_PATTERN = {
    "like": ("regex", "{}"), "ilike": ("iregex", "{}"), "$like": ("regex", "^{}"), "$ilike": ("iregex", "^{}"),
    "like$": ("regex", "{}$"), "ilike$": ("iregex", "{}$"), "ieq": ("iregex", "^{}$"),
}  # fmt: skip


def _condition(path: str, operator: str, one: Filter, known: Property) -> Q:
    if operator in ("null", "empty"):
        return Q(**{f"{path}__isnull": True})
    if operator == "in":
        return Q(**{f"{path}__in": [_typed(known, one, item) for item in _items(one)]})
    if operator in _SAME:
        return Q(**{f"{path}__{_SAME[operator]}": _typed(known, one, one.value)})
    if known.kind is not str or "\0" in one.value:
        raise refused("filter", one.operator)
    if operator == "token":
        return reduce(and_, (Q(**{f"{path}__iregex": re.escape(word)}) for word in one.value.split()), Q())
    if operator not in _PATTERN:
        raise refused("filter", one.operator)
    lookup, pattern = _PATTERN[operator]
    return Q(**{f"{path}__{lookup}": pattern.format(re.escape(one.value))})


def ordering(texts: Sequence[str], resource: Resource) -> list[tuple[Property, bool, bool]]:
    """(property, descending, whatever the case) for each part of `order=name:asc,level:desc`; then the usual order."""
    wanted = [part for text in texts for part in text.split(",") if part]
    found = []
    for part in [*wanted, *resource.order]:
        name, _colon, way = part.partition(":")
        known = resource.properties.get(name)
        if known is None or known.read is None or way not in ("", "asc", "desc", "iasc", "idesc"):
            raise refused("order", part)
        found.append((known, way.endswith("desc"), way.startswith("i") and known.kind is str))
    return found


def sorted_rows(rows: Any, resource: Resource, texts: Sequence[str]) -> Any:
    """The rows, a query or a list, in the order asked."""
    order = ordering(texts, resource)
    if isinstance(rows, list):
        for known, descending, _whatever in reversed(order):
            read = known.read
            assert read is not None
            rows = sorted(rows, key=lambda row: (read(row) is None, read(row)), reverse=descending)
        return rows
    expressions = []
    for known, descending, whatever in order:
        if not known.path:
            raise refused("order", texts[0] if texts else "")
        key = Lower(known.path) if whatever else F(known.path)
        expressions.append(key.desc(nulls_last=True) if descending else key.asc(nulls_last=True))
    return rows.order_by(*expressions)
