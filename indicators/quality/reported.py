"""Reads of what each unit reported itself, without what lies below it, into arrays."""

from collections.abc import Collection, Iterable, Sequence

import numpy as np
from django.db.models import OuterRef, Subquery

from indicators.periods import EVERY_MONTH, Period, between
from indicators.quality.findings import Whole
from indicators.quality.reports import Given
from indicators.registry.models import DataElement
from indicators.rollup.tables import NUMERIC, fetch
from indicators.values.models import Batch, DataValue

FEW = 2000
"""Below so many units they are looked up one by one; above, whole months are read."""


class Reported:
    """The values of the elements of some concepts; an element is one that is summed up the tree."""

    def __init__(self, concepts: Collection[str]) -> None:
        """Two queries."""
        self.made_up = list(Batch.objects.filter(demonstration=True).values_list("pk", flat=True))
        values = DataValue.objects.filter(element=OuterRef("pk"), period__range=EVERY_MONTH).values("period")
        rows = DataElement.objects.filter(
            concept__in=concepts, derivation="", aggregation="SUM", value_type__in=NUMERIC
        ).values_list(
            "concept", "pk", Subquery(values.order_by("period")[:1]), Subquery(values.order_by("-period")[:1])
        )
        self.elements: dict[str, list[int]] = {concept: [] for concept in concepts}
        ends: list[int] = []
        for concept, element, first, last in rows.order_by("pk"):
            self.elements[concept].append(element)
            ends += [first, last] if first else []
        self.months: list[Period] = []
        """From the first to the last month in which anybody reported; empty where nobody did."""
        if ends:
            self.months = list(between(Period.from_code(min(ends)), Period.from_code(max(ends))))

    def values(self, months: Sequence[Period], units: Whole) -> dict[str, Given]:
        """Concept → what was reported in these months; where the units are many, other units' values besides. One
        query, none where there is nothing to ask for."""
        where = self._where(months, units)
        if not where:
            nothing = np.empty(0, np.int64)
            return {it: Given(nothing, nothing, nothing.astype(float), nothing.astype(bool)) for it in self.elements}
        columns = "SELECT v.element_id, v.unit_id, v.period, v.value"
        if self.made_up:  # an answer for each row, which costs as much as the number: asked only where it may be yes
            columns += f", v.batch_id IN ({_listed(self.made_up)})"
        kinds = ("i8", "i8", "i4", "f8", "b1")[: 5 if self.made_up else 4]
        element, *found = fetch(f"{columns} FROM {DataValue._meta.db_table} v {where}", *kinds)
        if not self.made_up:
            found.append(np.zeros(len(element), np.bool_))
        return {
            concept: Given(*(column[np.isin(element, elements)] for column in found))
            for concept, elements in self.elements.items()
        }

    def reporters(self, units: Whole) -> dict[str, Whole]:
        """Concept → those of the units that ever reported it. One query, none where there is nothing to ask for."""
        where = self._where(self.months, units)
        if not where:
            return {concept: np.empty(0, np.int64) for concept in self.elements}
        element, unit = fetch(
            f"SELECT DISTINCT v.element_id, v.unit_id FROM {DataValue._meta.db_table} v {where}", "i8", "i8"
        )
        return {
            concept: np.intersect1d(unit[np.isin(element, elements)], units)
            for concept, elements in self.elements.items()
        }

    def _where(self, months: Sequence[Period], units: Whole) -> str:
        """In the order of the key: element, month, unit."""
        elements = [element for some in self.elements.values() for element in some]
        if not elements or not months or not len(units):
            return ""
        condition = f"WHERE v.element_id IN ({_listed(elements)})"
        if len(units) < FEW:
            condition += f" AND v.period IN ({_listed(month.code for month in months)})"
            return f"{condition} AND v.unit_id IN ({_listed(units.tolist())})"
        return f"{condition} AND v.period BETWEEN {min(months).code} AND {max(months).code}"


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))
