"""Reads for the pages of single numbers and for whoever draws series."""

from collections.abc import Collection, Iterable

from django.db.models import QuerySet

from indicators.geography.models import OrgUnit
from indicators.pages.numbers import without_brackets
from indicators.periods import Frequency, Period
from indicators.registry.definitions import Definition
from indicators.registry.models import DataElement
from indicators.rollup.kept import kept
from indicators.rollup.models import RefreshJob
from indicators.rollup.queries import last_month_on_record
from indicators.values.models import Denominator, PublishedFigure

Place = OrgUnit | int


def last_period(concepts: Collection[str], units: Iterable[Place], frequency: Frequency) -> Period | None:
    """The latest period of that length in which any of the units has a number for any of the concepts, kept until the
    next refresh. At most four queries, one where it was kept."""
    identities = sorted({_pk(unit) for unit in units})
    months = kept("last-month", (sorted(concepts), identities), lambda: _last_month(concepts, identities))
    return months[0].within(frequency) if months else None


def _last_month(concepts: Collection[str], units: Collection[int]) -> list[Period]:
    """One month or none."""
    last = last_month_on_record(concepts, units)
    return [last] if last else []


def published_figures(indicators: Collection[str], units: Iterable[Place] | None = None) -> QuerySet[PublishedFigure]:
    """Figures that others printed for the indicators, of these units where given; with source and unit fetched."""
    rows = PublishedFigure.objects.filter(indicator__in=indicators).select_related("source", "unit")
    return rows if units is None else rows.filter(unit__in=[_pk(unit) for unit in units])


def elements_by_concept(definition: Definition) -> dict[str, list[DataElement]]:
    """The data elements that carry each concept of the definition; without any, an empty list. One query."""
    found: dict[str, list[DataElement]] = {concept: [] for concept in definition.concepts}
    for element in DataElement.objects.filter(concept__in=definition.concepts).select_related("source"):
        found[element.concept].append(element)
    return found


def term_names(definition: Definition, elements: dict[str, list[DataElement]]) -> dict[str, str]:
    """What people call the terms of the formula: the (first) data element, without what its name adds in brackets, or
    the kind of population. A concept that no element carries is called by its code."""
    kinds = {kind.value: str(kind.label) for kind in Denominator.Kind}
    names = {concept: without_brackets(rows[0].name) if rows else concept for concept, rows in elements.items()}
    return names | {kind: kinds.get(kind, kind) for kind in definition.populations}


def term_names_of_all(definitions: Iterable[Definition]) -> dict[str, str]:
    """As `term_names`, for the terms of several definitions together. One query."""
    rules = list(definitions)
    elements: dict[str, list[DataElement]] = {concept: [] for rule in rules for concept in rule.concepts}
    for element in DataElement.objects.filter(concept__in=elements):
        elements[element.concept].append(element)
    names: dict[str, str] = {}
    for rule in rules:
        names |= term_names(rule, {concept: elements[concept] for concept in rule.concepts})
    return names


def last_refresh() -> RefreshJob | None:
    """The refresh that was finished last."""
    return RefreshJob.objects.filter(state=RefreshJob.State.DONE).order_by("-finished_at").first()


def _pk(unit: Place) -> int:
    return unit if isinstance(unit, int) else unit.pk
