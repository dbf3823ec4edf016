"""Puts the demonstration in: all of it or nothing; what is there already is left alone."""

from contextlib import suppress

from django.db import transaction
from django.db.models import Model

from indicators.models import DataValue, Denominator, OrgUnit, OrgUnitGroupMembership, RefreshJob, UnitBoundary
from indicators.rollup.actions import RefreshRunning, refresh_now, refresh_soon
from research.coach2pev.measures.actions import publish_measures, publish_plans
from research.coach2pev.measures.queries import months_of
from research.medexis.measures.actions import publish_plans as stock_plans
from research.medexis.measures.actions import published_once
from research.models import (
    ActionComment,
    CardLine,
    ChecklistAnswer,
    Coach,
    Coachee,
    CodedPassage,
    CompetencyRating,
    Evaluation,
    EvaluationSite,
    EvidenceLink,
    ExposureStage,
    ImprovementAction,
    LinkEvidence,
    Observation,
    OrderLine,
    RegisterCheck,
    StaffCount,
    StockLine,
    StockNorm,
    StockOrder,
    StockOut,
    StockReport,
    SupervisionVisit,
    VaccineAssumption,
    VisitPlan,
)
from research.study.demonstration.analyses import ensure_analysis
from research.study.demonstration.coding import ensure_passages
from research.study.demonstration.competence import ensure_ratings, ensure_register_checks
from research.study.demonstration.contribution import ensure_contribution
from research.study.demonstration.expectations import ensure_expectations
from research.study.demonstration.findings import ensure_findings, ensure_links
from research.study.demonstration.improvement import ensure_actions
from research.study.demonstration.logistics import (
    ensure_assumptions,
    ensure_cards,
    ensure_go_lives,
    ensure_norms,
    ensure_orders,
)
from research.study.demonstration.observations import ensure_observations
from research.study.demonstration.outlines import ensure_outlines
from research.study.demonstration.people import ensure_coachees, ensure_coaches, ensure_staff
from research.study.demonstration.places import ensure_denominators, ensure_memberships, ensure_units
from research.study.demonstration.stages import ensure_stages
from research.study.demonstration.stocks import ensure_reports, ensure_stock_outs
from research.study.demonstration.values import ensure_doses
from research.study.demonstration.visits import ensure_plan, ensure_visits


class StudyMissing(Exception):
    """The demonstration stands on the study, which is not loaded."""


def load_demonstration(*, refresh: bool = True) -> dict[type[Model], int]:
    """Adds what is missing of the demonstration and returns how many rows were made, by model.

    Every row is marked; nothing real is overwritten (a cell, a month or a denominator that somebody entered stays).
    With `refresh` the aggregates are made anew in this process; else a worker is asked to. Raises StudyMissing.
    """
    if not Evaluation.objects.exists():
        raise StudyMissing
    with transaction.atomic():
        made = _load()
        if any(made.values()):
            refresh_soon(scope=RefreshJob.Scope.EVERYTHING)
    if refresh and any(made.values()):
        with suppress(RefreshRunning):  # a worker is at it, and the queued job comes next
            refresh_now(RefreshJob.Scope.EVERYTHING)
            made[EvidenceLink] += ensure_links(ensure_units()[0])  # to numbers, which were not there before
    return made


def _load() -> dict[type[Model], int]:
    units, made_units = ensure_units()
    made: dict[type[Model], int] = {OrgUnit: made_units}
    made[OrgUnitGroupMembership] = ensure_memberships(units)
    made[Denominator] = ensure_denominators(units)
    made[UnitBoundary] = ensure_outlines(units)
    made[DataValue] = ensure_doses(units)
    made[EvaluationSite] = ensure_expectations()
    made |= _coaching(units)
    stages = made[ExposureStage]
    made |= _stocks(units)
    made[ExposureStage] += stages
    made[Observation] = ensure_observations(units)
    made[CodedPassage] = ensure_passages()
    made |= ensure_findings(units)
    made[LinkEvidence] = ensure_contribution()
    made |= ensure_analysis(units)
    return made


def _stocks(units: dict[str, OrgUnit]) -> dict[type[Model], int]:
    """All that belongs to Medexis; its measures are published once, at the end."""
    made: dict[type[Model], int] = {}
    with published_once(by=None):
        made[ExposureStage] = ensure_go_lives(units)
        made[StockNorm], made[VaccineAssumption] = ensure_norms(), ensure_assumptions(units)
        made[StockReport], made[StockLine] = ensure_reports(units)
        made[StockOut] = ensure_stock_outs(units)
        made[CardLine] = ensure_cards(units)
        made[StockOrder], made[OrderLine] = ensure_orders(units)
        if any(made.values()):
            stock_plans(EvaluationSite.objects.exclude(expected_from=None), by=None)
    return made


def _coaching(units: dict[str, OrgUnit]) -> dict[type[Model], int]:
    """All that belongs to Coach2PEV, and at the end its measures: they rest on all of it."""
    made: dict[type[Model], int] = {ExposureStage: ensure_stages(units)}
    made[Coach], made[Coachee], made[StaffCount] = ensure_coaches(), ensure_coachees(units), ensure_staff(units)
    made[VisitPlan] = ensure_plan(units)
    made[SupervisionVisit], made[ChecklistAnswer] = ensure_visits(units)
    made[ImprovementAction], made[ActionComment] = ensure_actions()
    made[CompetencyRating], made[RegisterCheck] = ensure_ratings(), ensure_register_checks()
    if any(made.values()):
        visits = SupervisionVisit.objects.filter(demonstration=True)
        publish_measures({pair for visit in visits for pair in months_of(visit)}, by=None)
        publish_plans(EvaluationSite.objects.exclude(expected_from=None), by=None)
    return made
