"""The one reader of stored numbers: the aggregates of units with units below, and the values that leaves reported.

Of a unit that never had children no aggregate of a reported element is kept: it would repeat its values. What is read
here is the same to the bit as an aggregate would be (see `engine`), and shows a leaf's new value at once.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from typing import Any, NamedTuple

import numpy as np
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value

from indicators.geography.models import FormerParent, OrgUnit
from indicators.periods import EVERY_MONTH, Frequency, Period, between
from indicators.registry.models import DataElement
from indicators.rollup.models import Aggregate
from indicators.rollup.tables import SUMMED
from indicators.values.models import DataValue

_UNITS_AT_ONCE = 10_000
"""Units asked for in one query: SQLite takes only so many parameters."""


class Cell(NamedTuple):
    """What was reported: the sum, the number of unit-months that reported, and whether any of it is demonstration."""

    sum: float
    reported: int
    demonstration: bool

    def plus(self, other: "Cell") -> "Cell":
        return Cell(self.sum + other.sum, self.reported + other.reported, self.demonstration or other.demonstration)


ByPlace = dict[tuple[int, Period], Cell]
"""Cells of one element by unit id and period."""


def by_element(elements: Q, units: Collection[int], periods: Collection[Period]) -> dict[tuple[int, str, str], ByPlace]:
    """(id, uid, concept) of each element that matches and has numbers → its cells, in order of ids. One query."""
    codes = {period.code: period for period in periods}
    months = {month.code for period in periods for month in period.months()}
    found: dict[tuple[int, str, str], ByPlace] = defaultdict(dict)
    own: dict[tuple[int, str, str], dict[int, dict[int, Cell]]] = defaultdict(lambda: defaultdict(dict))
    for element, uid, concept, unit, code, total, reported, demonstration in _rows(elements, units, codes, months):
        key = element, uid, concept
        if reported:
            found[key][unit, codes[code]] = Cell(total, reported, demonstration)
        else:
            by_month, one = own[key][unit], Cell(total, 1, demonstration)
            by_month[code] = by_month[code].plus(one)._replace(reported=1) if code in by_month else one
    for key, reports in own.items():
        for unit, by_month in reports.items():
            exact = {code: _to_millionths(cell) for code, cell in by_month.items()}
            found[key].update(((unit, period), cell) for period in periods if (cell := _over(period, exact)))
    return dict(sorted(found.items()))


def _rows(elements: Q, units: Collection[int], codes: Iterable[int], months: Iterable[int]) -> Iterator[Any]:
    """Element, uid, concept, unit, period, number, unit-months, demonstration: 0 unit-months for a leaf's value."""
    matching, listed = DataElement.objects.filter(SUMMED, elements).values("pk"), sorted(units)
    names = ("element_id", "element__uid", "element__concept", "unit_id", "period")
    for start in range(0, len(listed), _UNITS_AT_ONCE):
        these = listed[start : start + _UNITS_AT_ONCE]
        above = Aggregate.objects.filter(element__in=matching, unit_id__in=these, period__in=list(codes))
        own = _of_leaves(element__in=matching, unit_id__in=these, period__in=list(months)).annotate(none=Value(0))
        yield from above.values_list(*names, "sum", "reported", "demonstration").union(
            own.values_list(*names, "value", "none", "batch__demonstration"), all=True
        )


def monthly_numbers(
    elements: Collection[int], units: Collection[int], months: Collection[Period]
) -> QuerySet[Any, tuple[int, int, int, float, bool]]:
    """Element, unit, month, number and demonstration of each number of these months, for sums within the database.

    A leaf's number of several disaggregations has as many rows. No query until it is read.
    """
    codes = [month.code for month in months]
    which = {"element__in": list(elements), "unit_id__in": list(units), "period__in": codes}
    above = Aggregate.objects.filter(**which).order_by()
    names = ("element_id", "unit_id", "period")
    own = _of_leaves(**which).values_list(*names, "value", "batch__demonstration")
    return above.values_list(*names, "sum", "demonstration").union(own, all=True)


def _of_leaves(**which: Any) -> QuerySet[DataValue]:
    below = (model.objects.filter(parent=OuterRef("unit_id")) for model in (OrgUnit, FormerParent))
    return DataValue.objects.filter(*(~Exists(rows) for rows in below), **which).order_by()


def _to_millionths(cell: Cell) -> Cell:
    return cell if cell.sum.is_integer() else cell._replace(sum=float(np.round(cell.sum, 6)))


def _over(period: Period, by_month: Mapping[int, Cell]) -> Cell | None:
    """A leaf's months added up: to quarters, and these to years, in order of time."""
    if period.frequency is Frequency.MONTH:
        return by_month.get(period.code)
    if period.frequency is Frequency.YEAR:
        shorter = [_over(Period(Frequency.QUARTER, period.year, number), by_month) for number in (1, 2, 3, 4)]
    else:
        shorter = [by_month.get(month.code) for month in period.months()]
    there = [cell for cell in shorter if cell]
    return reduce(Cell.plus, there) if there else None


def unit_months_on_record(concepts: Collection[str], units: Collection[int]) -> set[tuple[int, Period]]:
    """(unit id, month) in which these units, or what is below them, have a number for any concept. Two queries."""
    rows = _on_record(concepts, units, _months_of(concepts), "unit_id", "period")
    return {(unit, Period.from_code(code)) for unit, code in rows}


def last_month_on_record(concepts: Collection[str], units: Collection[int]) -> Period | None:
    """The latest of these months. Four queries at most: the last month that anybody reported is searched first, which
    mostly is it, then the rest of its year."""
    months = _months_of(concepts)
    for some in (months[-1:], months[-12:-1], months[:-12]):
        if some and (last := _on_record(concepts, units, some, "period").order_by("-period").first()):
            return Period.from_code(last[0])
    return None


def _months_of(concepts: Collection[str]) -> Sequence[Period]:
    """From the first month with a value of any concept to the last. One query."""
    stored = DataValue.objects.filter(element=OuterRef("pk"), period__range=EVERY_MONTH).values("period")
    ends = DataElement.objects.filter(SUMMED, concept__in=concepts).annotate(
        first=Subquery(stored.order_by("period")[:1]), last=Subquery(stored.order_by("-period")[:1])
    )
    spans = [span for span in ends.values_list("first", "last").order_by() if None not in span]
    if not spans:
        return ()
    return list(
        between(Period.from_code(min(first for first, _ in spans)), Period.from_code(max(last for _, last in spans)))
    )


def _on_record(
    concepts: Collection[str], units: Collection[int], months: Iterable[Period], *names: str
) -> QuerySet[Any, Any]:
    """What leaves reported in these months, and the aggregates of every month.

    The key begins with element and month: month by month a unit's values are found without reading others'.
    """
    elements = DataElement.objects.filter(SUMMED, concept__in=concepts).values("pk")
    which = {"element__in": elements, "unit_id__in": list(units)}
    own = _of_leaves(**which, period__in=[month.code for month in months])
    above = Aggregate.objects.filter(**which, period__range=EVERY_MONTH).order_by()
    return above.values_list(*names).union(own.values_list(*names))
