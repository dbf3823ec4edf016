"""Takes the demonstration out again, its history too, so that the database is as if it had never been there."""

from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import Any

from django.db.models import Model, Q, QuerySet
from simple_history.models import HistoricalChanges

from indicators.audit.seal import rewriting, unseal
from indicators.demonstration import Demonstrable, demonstrable_models
from indicators.models import (
    Batch,
    DataElement,
    DataValue,
    OrgUnit,
    OrgUnitGroup,
    RefreshJob,
    ValueChange,
)
from indicators.periods import Period
from indicators.rollup.actions import COMPUTED, RefreshRunning, forget_units, refresh_now, refresh_soon
from indicators.values.actions import delete_demonstration_values
from research.coach2pev.measures import actions as coach2pev
from research.coach2pev.measures import codes
from research.medexis.measures import actions as medexis
from research.medexis.measures.codes import OWN
from research.models import (
    AnalysisPlan,
    AnalysisRun,
    CardLine,
    Checklist,
    ChecklistAnswer,
    ChecklistItem,
    ChecklistSection,
    Choice,
    ChoiceList,
    Coach,
    Coachee,
    Code,
    Codebook,
    CodedPassage,
    Doubt,
    EvaluationSite,
    Finding,
    FindingUse,
    ImprovementAction,
    LearningActivity,
    Lot,
    Observation,
    OrderLine,
    PlanVersion,
    SectionScore,
    StockCard,
    StockFile,
    StockLine,
    StockOut,
    StockPublication,
    StockReport,
    SubmissionFile,
    SupervisionVisit,
    UseCase,
    VisitPlan,
)
from research.study.demonstration import stocks
from research.study.demonstration.expectations import take_back_expectations
from research.study.demonstration.past import WHY, remove_past
from research.study.demonstration.people import take_back_account

_PARTS: dict[type[Model], str] = {
    SectionScore: "visit",
    ChecklistAnswer: "visit",
    ChecklistItem: "checklist",
    ChecklistSection: "checklist",
    Choice: "choice_list__checklist",
    ChoiceList: "checklist",
    StockLine: "report",
    OrderLine: "order",
    Doubt: "finding",
    Code: "codebook",
    StockPublication: "unit",
}
"""Rows without a mark of their own, which go with the marked row that they belong to."""


class DemonstrationInUse(Exception):
    """Real rows depend on demonstration rows: `uses` holds (model, field, number of rows). Nothing was removed."""

    def __init__(self, uses: list[tuple[type[Model], str, int]]) -> None:
        super().__init__(uses)
        self.uses = uses


def remove_demonstration(*, refresh: bool = True) -> dict[type[Model], int]:
    """Removes every demonstration row and returns how many went, by model; real rows stay as they are.

    Measures of the months concerned are published anew from the real entries that remain. With `refresh` the
    aggregates are made anew in this process; else a worker is asked to. Raises DemonstrationInUse.
    """
    with rewriting(WHY):
        removed = _remove()
        if any(removed.values()):
            refresh_soon(scope=RefreshJob.Scope.EVERYTHING)
    if refresh and any(removed.values()):
        with suppress(RefreshRunning):  # a worker is at it, and the queued job comes next
            refresh_now(RefreshJob.Scope.EVERYTHING)
    return removed


def _remove() -> dict[type[Model], int]:
    removed: dict[type[Model], int] = {EvaluationSite: take_back_expectations()}
    if uses := list(_uses()):
        raise DemonstrationInUse(uses)
    coaching_months = _published(codes.ALL)
    stock_months = {(site, month) for site, month in _published(OWN)}
    reported_months = stocks.touched_months(_marked(StockReport).select_related("site"))
    reported_months |= stocks.stock_out_months(_marked(StockOut).select_related("site"))
    stock_months |= {(site.pk, month) for site, month in reported_months}
    removed[DataValue] = delete_demonstration_values()
    removed[CodedPassage] = _delete(CodedPassage, Q(demonstration=True))  # it holds on to its code
    for part, whole in _PARTS.items():
        removed[part] = _delete(part, Q(**{f"{whole}__demonstration": True}))
    for model in sorted(demonstrable_models(), key=_last):
        if model is OrgUnit:
            removed[model] = _delete_units()
        elif model not in removed:
            removed[model] = _delete(model, Q(demonstration=True))
    take_back_account()
    left = set(OrgUnit.objects.values_list("pk", flat=True))
    coach2pev.publish_measures({(site, month) for site, month in coaching_months if site in left}, by=None)
    medexis.publish_measures({(site, month) for site, month in stock_months if site in left}, by=None)
    return {model: count for model, count in removed.items() if count}


def _published(measures: Collection[str]) -> set[tuple[int, Period]]:
    """The site-months that hold a made-up one of these measures."""
    cells = DataValue.objects.filter(element__code__in=measures, batch__demonstration=True).order_by()
    return {(unit, Period.from_code(code)) for unit, code in cells.values_list("unit", "period").distinct()}


def _uses() -> Iterator[tuple[type[Model], str, int]]:
    """Real rows that point to demonstration rows, whichever models and fields there are."""
    for model in demonstrable_models():
        for relation in model._meta.get_fields(include_hidden=True):
            if relation.concrete or relation.many_to_many or not relation.auto_created:
                continue
            related: Any = relation.related_model
            name = relation.field.name  # type: ignore[union-attr]
            if issubclass(related, HistoricalChanges) or related in (*_PARTS, *COMPUTED):
                continue
            if related is ValueChange and name in ("batch", "before_batch"):
                continue
            rows = related._base_manager.filter(**{f"{name}__demonstration": True})
            if owner := _owner(related):
                rows = rows.exclude(**{f"{owner}__demonstration": True})
            if issubclass(related, Demonstrable):
                rows = rows.filter(demonstration=False)
            elif related in (DataValue, ValueChange):
                rows = rows.filter(batch__demonstration=False)
                if related is ValueChange:
                    rows = rows.filter(before_batch__demonstration=False)  # the others go with the values
            if count := rows.count():
                yield related, name, count


def _owner(related: Any) -> str:
    """Of a table between two models: the field that leads to the one that holds the list, where that bears marks."""
    owner = related._meta.auto_created
    if not owner or not issubclass(owner, Demonstrable):
        return ""
    return next(field.name for field in related._meta.fields if field.related_model is owner)


def _last(model: type[Model]) -> int:
    """What others point to goes after them."""
    people = (ImprovementAction, SupervisionVisit, SubmissionFile, VisitPlan, Coachee, Coach)
    kept = (CardLine, StockCard, Lot, StockReport, StockFile)
    chain = (
        AnalysisRun,
        PlanVersion,
        AnalysisPlan,
        FindingUse,
        Finding,
        Observation,
        Codebook,
        LearningActivity,
        UseCase,
    )
    late = (*people, *kept, *chain, Checklist, DataElement, OrgUnitGroup, Batch, OrgUnit)
    return late.index(model) if model in late else -1


def _delete_units() -> int:
    """Deepest first; the aggregates of each go with it."""
    units = _marked(OrgUnit)
    gone = list(units.values_list("pk", flat=True))
    forget_units(gone)
    levels = sorted(set(units.order_by().values_list("level", flat=True)), reverse=True)
    return sum(_delete(OrgUnit, Q(demonstration=True, level=level)) for level in levels)


def _delete(model: type[Model], which: Q) -> int:
    """Deletes rows and their history; returns how many rows."""
    rows = model._default_manager.filter(which)
    gone = list(rows.values_list("pk", flat=True))
    if model is Batch:
        unseal(rows, reason=WHY)
    rows.delete()
    if history := getattr(model, "history", None):
        for start in range(0, len(gone), 500):
            remove_past(history.filter(id__in=gone[start : start + 500]))
    return len(gone)


def _marked(model: type[Model]) -> QuerySet[Any]:
    return model._default_manager.filter(demonstration=True)
