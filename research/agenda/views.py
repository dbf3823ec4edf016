"""The pages of the learning agenda: from a question to the numbers, visits, stock events and quotes that answer it.

The agenda is the lowest room; its pages stand on top of all rooms, so this file, and no other here, imports theirs.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from indicators.geography.models import OrgUnit
from indicators.pages.breakdown import part
from indicators.pages.formats import period_text
from indicators.pages.queries import last_period
from indicators.pages.told_together import told_together
from indicators.pages.told_words import Told
from indicators.periods import Frequency, Period, between
from indicators.registry.definitions import Definition, definition, definitions
from indicators.rollup.kept import kept
from indicators.rollup.queries import unit_months_on_record
from indicators.rollup.readings import Reading, readings
from research.agenda.models import LearningQuestion
from research.agenda.overview import overviews
from research.agenda.policies import can_plan
from research.agenda.queries import factor_matrix, questions
from research.coach2pev.models import SupervisionVisit
from research.coach2pev.policies import can_read as can_read_visits
from research.coach2pev.visits.queries import visits_for
from research.evaluations.measures import QUALITY, indicators_of
from research.evaluations.models import Evaluation
from research.evaluations.queries import sites_of
from research.evidence.policies import can_write
from research.evidence.queries import for_question as findings_of
from research.medexis.models import StockLine, StockReport
from research.medexis.policies import can_read as can_read_stock
from research.medexis.reports.queries import reports_for
from research.observations.policies import can_log as can_read_observations
from research.observations.queries import EvidenceCount, counts_by_question, for_question

OUTCOME = "dtp1_coverage"
QUARTERS, LATEST = 4, 8  # shown of each series, and of each list


class Evidence(NamedTuple):
    """How much there is for a question, by kind. None: no evaluation of the question collects this kind."""

    observations: EvidenceCount
    visits: int | None = None
    reports: int | None = None
    figures: int | None = None

    demonstration: bool = False

    @property
    def records(self) -> int:
        """Records that people made for it; reported numbers are there whether anybody asks the question or not."""
        return self.observations.observations + (self.visits or 0) + (self.reports or 0)

    @property
    def nothing(self) -> bool:
        return not (self.records or self.figures)


class SiteRow(NamedTuple):
    unit: OrgUnit
    readings: list[tuple[Period, Reading]]


class Numbers(NamedTuple):
    """One indicator at the sites of an evaluation, by quarter."""

    definition: Definition
    quarters: list[Period]
    rows: list[SiteRow]

    @property
    def told(self) -> Told:
        """What the sites do side by side. No query."""
        lines = [
            (
                row.unit.name,
                [part(self.definition, period_text(when), one, row.unit.pk, when) for when, one in row.readings],
            )
            for row in self.rows
        ]
        return told_together(lines, self.definition, "quarter")

    @property
    def all_made_up(self) -> bool:
        """Whether each number carries the demonstration's mark, so that the table can carry it once."""
        found = [reading for row in self.rows for _, reading in row.readings if reading.value is not None]
        return bool(found) and all(reading.demonstration for reading in found)


class Chain(NamedTuple):
    """What one evaluation has to say on the question; a list is None where the person may not read it."""

    evaluation: Evaluation
    numbers: list[Numbers]
    indicators: list[Definition]
    visits: list[SupervisionVisit] | None
    stock_events: list[StockLine] | None
    collects_visits: bool
    collects_stock: bool


@require_GET
def question_list(request: HttpRequest) -> HttpResponse:
    found = list(questions())
    evidence = _evidence(found)
    overview = overviews(found, {key: one.records for key, one in evidence.items()})
    return render(
        request,
        "research/agenda/question_list.html",
        {
            "questions": [(question, evidence[question.pk], overview[question.pk]) for question in found],
            "factors": factor_matrix(),
            "can_plan": can_plan(request.user),
        },
    )


@require_GET
def question_detail(request: HttpRequest, number: int) -> HttpResponse:
    question = questions().filter(number=number).first()
    if question is None:
        raise Http404
    observations = for_question(question, request.user)
    evidence = _evidence([question])[question.pk]
    return render(
        request,
        "research/agenda/question_detail.html",
        {
            "question": question,
            "evidence": evidence,
            "overview": overviews([question], {question.pk: evidence.records})[question.pk],
            "can_plan": can_plan(request.user),
            "findings": findings_of(question, request.user)[:LATEST],
            "can_write_findings": can_write(request.user),
            "followed": [definition(one.code) for one in question.indicators.all() if one.code in definitions()],
            "chains": [_chain(evaluation, request.user) for evaluation in question.evaluations.all()],
            "can_read_observations": can_read_observations(request.user),
            "observations": observations[:LATEST],
            "readable": observations.count(),
        },
    )


def _evidence(asked: Collection[LearningQuestion]) -> dict[int, Evidence]:
    """Counts by question: of all rows, whoever may read them."""
    observed = counts_by_question()
    found = {}
    for question in asked:
        counts = observed.get(question.pk, EvidenceCount())
        one = Evidence(counts, demonstration=counts.demonstration > 0)
        for evaluation in question.evaluations.all():
            one = one._replace(figures=(one.figures or 0) + _figures(evaluation))
            if evaluation.code == Evaluation.COACH2PEV:
                done = SupervisionVisit.objects.filter(state=SupervisionVisit.State.DONE)
                one = one._replace(visits=done.count(), demonstration=one.demonstration or _made_up(done))
            if evaluation.code == Evaluation.MEDEXIS:
                reports = StockReport.objects.all()
                one = one._replace(reports=reports.count(), demonstration=one.demonstration or _made_up(reports))
        found[question.pk] = one
    return found


def _made_up(rows: QuerySet[Any]) -> bool:
    return rows.filter(demonstration=True).exists()


def _figures(evaluation: Evaluation) -> int:
    """Site-months with a number that the evaluation's indicators are made of."""
    concepts = {concept for code in indicators_of(evaluation.code) for concept in definition(code).concepts}
    units = sorted(evaluation.sites.values_list("unit", flat=True))
    return kept("unit-months", (sorted(concepts), units), lambda: len(unit_months_on_record(concepts, units)))


def _chain(evaluation: Evaluation, user: Any) -> Chain:
    units = [site.unit for site in sites_of(evaluation)]
    quarters = _latest_quarters(units)
    shown = [code for code in (OUTCOME, QUALITY.get(evaluation.code)) if code]
    visits = evaluation.code == Evaluation.COACH2PEV
    stock = evaluation.code == Evaluation.MEDEXIS
    return Chain(
        evaluation,
        [_numbers(code, units, quarters) for code in shown] if quarters else [],
        [definition(code) for code in indicators_of(evaluation.code)],
        _visits(units, user) if visits and can_read_visits(user) else None,
        _stock_events(units, user) if stock and can_read_stock(user) else None,
        visits,
        stock,
    )


def _numbers(code: str, units: list[OrgUnit], quarters: list[Period]) -> Numbers:
    found = readings(code, units, quarters)
    rows = [SiteRow(unit, [(quarter, found[unit.pk, quarter]) for quarter in quarters]) for unit in units]
    return Numbers(definition(code), quarters, rows)


def _latest_quarters(units: list[OrgUnit]) -> list[Period]:
    """The last quarters up to the latest in which any of the units has first doses; none where none has."""
    last = last_period(definition(OUTCOME).concepts, units, Frequency.QUARTER)
    return list(between(last.shift(1 - QUARTERS), last)) if last else []


def _visits(units: list[OrgUnit], user: Any) -> list[SupervisionVisit]:
    return list(visits_for(user).filter(site__in=units, state=SupervisionVisit.State.DONE)[:LATEST])


def _stock_events(units: list[OrgUnit], user: Any) -> list[StockLine]:
    """The latest lines with days out of stock or nothing on hand at the end of the month."""
    reports = reports_for(user).filter(site__in=units).order_by().values("pk")
    events = StockLine.objects.filter(Q(days_out__gt=0) | Q(closing=0), report__in=reports)
    return list(
        events.select_related("report__site", "product").order_by("-report__period", "report__site__path")[:LATEST]
    )
