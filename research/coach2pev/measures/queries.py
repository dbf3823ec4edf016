"""The monthly measures of a site, made of its visits."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Prefetch, Q

from indicators.periods import Period
from research.coach2pev.models import ChecklistAnswer, SupervisionVisit
from research.coach2pev.visits.scores import Item, score
from research.measures import Measured, SiteMonth

State = SupervisionVisit.State
PLANNED, DONE = "COACH_VISITS_PLANNED", "COACH_VISITS_DONE"
POINTS, POSSIBLE = "COACH_POINTS", "COACH_POSSIBLE"


def measures(site_months: Collection[SiteMonth]) -> dict[SiteMonth, Measured]:
    """The four measures of each site-month, made of its visits. Every site-month asked for has an entry. Two queries.

    COACH_VISITS_PLANNED and _DONE as in `planned_and_done`; both are missing in a month without any visit, and 0 done
    is a number where one was planned. COACH_POINTS and COACH_POSSIBLE sum the answers of the visits done in the month
    (see scores.py); both are missing where no item was scored.
    """
    wanted = set(site_months)
    visits: dict[SiteMonth, list[SupervisionVisit]] = {key: [] for key in wanted}
    if wanted:
        for visit in _visits_touching(wanted):
            for key in months_of(visit) & wanted:
                visits[key].append(visit)
    return {(site, month): _measured(month, rows) for (site, month), rows in visits.items()}


def months_of(visit: SupervisionVisit) -> set[SiteMonth]:
    """The site-months whose measures the visit enters: of the day planned and of the day done."""
    days = [visit.planned_on, visit.done_on if visit.state == State.DONE else None]
    return {(visit.site_id, Period.month_of(day)) for day in days if day}


def _visits_touching(wanted: set[SiteMonth]) -> Iterable[SupervisionVisit]:
    span = (min(month.start for _site, month in wanted), max(month.end for _site, month in wanted))
    answers = ChecklistAnswer.objects.select_related("item")
    return SupervisionVisit.objects.filter(
        Q(planned_on__range=span) | Q(done_on__range=span), site__in={site for site, _month in wanted}
    ).prefetch_related(Prefetch("answers", queryset=answers))


def _measured(month: Period, visits: list[SupervisionVisit]) -> Measured:
    done = [visit for visit in visits if visit.state == State.DONE and _in(visit.done_on, month)]
    answers = [answer for visit in done for answer in visit.answers.all()]
    total = score(Item("", answer.item.weight, answer.answer) for answer in answers)
    planned = sum(_in(visit.planned_on, month) for visit in visits)
    values: dict[str, float | None] = {
        PLANNED: planned if visits else None,
        DONE: len(done) if visits else None,
        POINTS: total.points,
        POSSIBLE: total.possible,
    }
    return Measured(values, any(visit.demonstration for visit in visits))


def _in(day: Any, month: Period) -> bool:
    return day is not None and month.start <= day <= month.end
