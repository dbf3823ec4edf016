"""Where a number comes from: the reported values and the population figures behind one reading."""

from dataclasses import dataclass

from django.db.models import QuerySet

from indicators.geography.models import OrgUnit
from indicators.periods import Period
from indicators.registry.annualisation import months_counted
from indicators.registry.definitions import definition
from indicators.sources.models import Source
from indicators.values.models import Batch, DataValue, Denominator


@dataclass(frozen=True, slots=True)
class Contribution:
    """One reported number (with its batch) or one yearly population figure (without)."""

    what: str
    unit: OrgUnit
    period: Period | int
    value: float
    batch: Batch | None
    source: Source | None
    demonstration: bool
    option: str = ""


def contributions(code: str, unit: OrgUnit, period: Period, *, limit: int = 200, offset: int = 0) -> list[Contribution]:
    """The rows behind `readings(code, [unit], [period])`, population figures first, then values by month and unit.

    Population figures are those of the unit itself, or of its nearest descendants where it has none of its own.
    """
    rule = definition(code)
    behind = [
        Contribution(row.get_kind_display(), row.unit, row.year, row.value, None, row.source, row.demonstration)
        for row in _denominators(rule.populations, unit, period.year)
    ]
    rows = reported(code, unit, period).select_related("element", "unit", "option", "batch__source", "batch__by")
    start = max(0, offset - len(behind))
    page = behind[offset : offset + limit]
    page += [
        Contribution(
            value.element.name, value.unit, Period.from_code(value.period), value.value, value.batch,
            value.batch.source, value.batch.demonstration, value.option.name,
        )
        for value in rows.order_by("period", "unit__path", "element_id", "option_id", "attribute_id")[
            start : start + limit - len(page)
        ]
    ]  # fmt: skip
    return page


def contribution_count(code: str, unit: OrgUnit, period: Period) -> int:
    """How many rows `contributions` would give without a limit."""
    rule = definition(code)
    return len(_denominators(rule.populations, unit, period.year)) + reported(code, unit, period).count()


def reported(code: str, unit: OrgUnit, period: Period) -> QuerySet[DataValue]:
    """The values of the indicator's elements that the unit and everything below it reported in the months counted."""
    rule = definition(code)
    return DataValue.objects.filter(
        element__concept__in=rule.concepts,
        period__in=[month.code for month in months_counted(rule.annualisation, period)],
        unit__path__startswith=unit.path,
    )


def _denominators(kinds: tuple[str, ...], unit: OrgUnit, year: int) -> list[Denominator]:
    rows = list(
        Denominator.objects.filter(kind__in=kinds, year=year, preferred=True, unit__path__startswith=unit.path)
        .select_related("unit", "source")
        .order_by("kind", "unit__path")
    )
    paths = {(row.kind, row.unit.path) for row in rows}
    return [
        row
        for row in rows
        if not any(
            row.kind == kind and row.unit.path != path and row.unit.path.startswith(path) for kind, path in paths
        )
    ]
