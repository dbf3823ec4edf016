"""Stored values as rows with the identifiers that the world knows, read in pages by key: memory stays flat."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import get_language

from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from indicators.periods import Period
from indicators.registry.models import DataElement, OptionCombo
from indicators.values.models import Batch, DataValue, ValueComment

KEY = ("element_id", "period", "unit_id", "option_id", "attribute_id")
_COLUMNS = (*KEY, "value", "batch_id")
Key = tuple[int, int, int, int, int]


class ValueRow(NamedTuple):
    element: str
    element_name: str
    period: str
    unit: str
    unit_name: str
    option: str
    attribute: str
    value: float
    batch: int
    at: str
    comment: str
    demonstration: bool


class _Names(NamedTuple):
    elements: dict[int, tuple[str, str]]
    units: dict[int, tuple[str, str]]
    options: dict[int, str]
    batches: dict[int, tuple[str, bool]]


def values_for(user: Any) -> QuerySet[DataValue, Any]:
    """The values that the account may meet, as tuples of key, value and batch, ordered by key."""
    rows = limit_to_scope(DataValue.objects.all(), user, unit="unit")
    return rows.order_by("pk").values_list(*_COLUMNS)


def described(rows: Sequence[Sequence[Any]]) -> list[ValueRow]:
    """One page of such tuples. Five queries."""
    if not rows:
        return []
    elements, units, options = ({row[place] for row in rows} for place in (0, 2, 3))
    options |= {row[4] for row in rows}
    names = _names(elements, units, options, {row[6] for row in rows})
    return [*map(ValueRow._make, _with_names(rows, names))]


def blocks(rows: QuerySet[DataValue, Any], size: int) -> Iterator[list[tuple[Any, ...]]]:
    """All of them with the fields of ValueRow, page by page. Each page is its own query: no transaction stays open for
    a slow reader, and a value written meanwhile is told either as it was or as it is."""
    names = _names(None, None, None, None)
    page = list(rows[:size])
    while page:
        yield _with_names(page, names)
        page = list(rows.filter(pk__gt=page[-1][:5])[:size]) if len(page) == size else []


def _names(
    elements: set[int] | None, units: set[int] | None, options: set[int] | None, batches: set[int] | None
) -> _Names:
    def rows(model: Any, ids: set[int] | None, *columns: str) -> Any:
        found = model.objects.order_by() if ids is None else model.objects.order_by().filter(pk__in=ids)
        return found.values_list("pk", *columns)

    language = "en" if (get_language() or "fr").startswith("en") else "fr"
    return _Names(
        {pk: (uid, name) for pk, uid, name in rows(DataElement, elements, "uid", f"name_{language}")},
        {pk: (uid, name) for pk, uid, name in rows(OrgUnit, units, "uid", "name")},
        dict(rows(OptionCombo, options, "uid")),
        {pk: (_second(at), made_up) for pk, at, made_up in rows(Batch, batches, "at", "demonstration")},
    )


def _with_names(rows: Sequence[Sequence[Any]], names: _Names) -> list[tuple[Any, ...]]:
    """Plain tuples: a million named ones take seconds."""
    comments = dict(_comments(tuple(rows[0][:5]), tuple(rows[-1][:5])))
    elements, units, options, batches = names
    found = []
    for element, period, unit, option, attribute, value, batch in rows:
        at, made_up = batches.get(batch) or _batch_since(batch, batches)
        comment = comments.get((element, period, unit, option, attribute), "") if comments else ""
        ends = (options[option], options[attribute], value, batch, at, comment, made_up)
        found.append((*elements[element], _period_id(period), *units[unit], *ends))
    return found


def _batch_since(batch: int, known: dict[int, tuple[str, bool]]) -> tuple[str, bool]:
    """A batch written while the rows are being read."""
    row = Batch.objects.get(pk=batch)
    known[batch] = (_second(row.at), row.demonstration)
    return known[batch]


def _comments(first: Any, last: Any) -> Iterator[tuple[Key, str]]:
    rows = ValueComment.objects.filter(pk__gte=first, pk__lte=last).order_by().values_list(*KEY, "text")
    return ((row[:5], row[5]) for row in rows)


def _second(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


@cache
def _period_id(code: int) -> str:
    return Period.from_code(code).id
