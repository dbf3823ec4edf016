"""Where a number comes from: the reported values and the population figures behind one reading."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_

from django.db.models import Q, QuerySet

from indicators.geography.eras import Era, Move, eras
from indicators.geography.models import OrgUnit
from indicators.geography.queries import below_in, moves_for
from indicators.periods import Period
from indicators.registry.annualisation import months_counted
from indicators.registry.definitions import Definition, definition
from indicators.sources.models import Source
from indicators.values.models import Batch, DataValue, Denominator


@dataclass(frozen=True, slots=True)
class Contribution:
    """One reported number (with its batch) or one yearly population figure (without).

    `months` are those that a population figure counts for, where it does not count for all months of the reading: its
    unit stood elsewhere, or above it stood a unit with a figure of its own.
    """

    what: str
    unit: OrgUnit
    period: Period | int
    value: float
    batch: Batch | None
    source: Source | None
    demonstration: bool
    option: str = ""
    element: str = ""
    months: tuple[Period, ...] = ()


class Behind:
    """The rows behind `readings(code, [unit], [period])`: population figures first, then values by month and unit.

    Population figures are those of the unit itself, or of its nearest descendants where it has none of its own. What
    lies below the unit is asked month by month: a value belongs to the parent that its unit had in that month. `known`
    are the moves since the first month counted, where the caller has read them.
    """

    def __init__(self, code: str, unit: OrgUnit, period: Period, known: Collection[Move] | None = None) -> None:
        self._rule, self._unit, self._period = definition(code), unit, period
        self._trees = _trees(self._rule, period, known)

    def rows(self, *, limit: int, offset: int = 0) -> list[Contribution]:
        """As many rows, from the place `offset` on. Two queries."""
        start = max(0, offset - len(self._figures))
        page = self._figures[offset : offset + limit]
        values = _reported(self._rule, self._unit, self._trees).order_by(
            "period", "unit__path", "element_id", "option_id", "attribute_id"
        )[start : start + limit - len(page)]
        return page + [
            Contribution(
                value.element.name, value.unit, Period.from_code(value.period), value.value, value.batch,
                value.batch.source, value.batch.demonstration, value.option.name, value.element.uid,
            )
            for value in values.select_related("element", "unit", "option", "batch__source", "batch__by")
        ]  # fmt: skip

    @cached_property
    def count(self) -> int:
        """How many rows there are. One query more."""
        return len(self._figures) + _reported(self._rule, self._unit, self._trees).count()

    @cached_property
    def _figures(self) -> list[Contribution]:
        return [
            Contribution(
                row.get_kind_display(), row.unit, row.year, row.value, None, row.source, row.demonstration,
                months=months,
            )
            for row, months in _denominators(self._rule.populations, self._unit, self._period.year, self._trees)
        ]  # fmt: skip


def _trees(rule: Definition, period: Period, known: Collection[Move] | None = None) -> list[Era]:
    months = months_counted(rule.annualisation, period)
    return eras(months, moves_for(months) if known is None else known)


def _reported(rule: Definition, unit: OrgUnit, trees: Sequence[Era]) -> QuerySet[DataValue]:
    """The values of the indicator's elements that the unit and everything below it reported in the months counted."""
    where = [Q(period__in=[month.code for month in era.months]) & below_in(era, unit, "unit__path") for era in trees]
    summed = {"element__concept__in": rule.concepts, "element__aggregation": "SUM"}
    return DataValue.objects.filter(reduce(or_, where), **summed)


def _denominators(
    kinds: tuple[str, ...], unit: OrgUnit, year: int, trees: Sequence[Era]
) -> list[tuple[Denominator, tuple[Period, ...]]]:
    """The figures with the months that each counts for; no months where it counts for all."""
    if not kinds:
        return []
    rows = list(
        Denominator.objects.filter(
            reduce(or_, [below_in(era, unit, "unit__path") for era in trees]),
            kind__in=kinds,
            year=year,
            preferred=True,
        )
        .select_related("unit", "source")
        .order_by("kind", "unit__path")
    )
    months: dict[int, list[Period]] = defaultdict(list)
    for era in trees:
        top = era.path(unit.path)
        then = {row.pk: era.path(row.unit.path) for row in rows}
        own = {(row.kind, then[row.pk]) for row in rows}
        for row in rows:
            path = then[row.pk]
            if path.startswith(top) and not any((row.kind, above) in own for above in _between(top, path)):
                months[row.pk] += era.months
    whole = sum(len(era.months) for era in trees)
    return [(row, () if len(months[row.pk]) == whole else tuple(months[row.pk])) for row in rows if months[row.pk]]


def _between(top: str, path: str) -> list[str]:
    """The paths of the units above that of `path`, up to and including `top`."""
    ends = [place + 1 for place, char in enumerate(path) if char == "/" and len(top) <= place + 1 < len(path)]
    return [path[:end] for end in ends]
