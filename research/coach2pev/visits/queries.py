"""Reads of supervision visits, their scores, and the measures made of them."""

from collections.abc import Collection
from typing import Any

from django.db.models import Count, Max, Min, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from indicators.periods import Period, between
from research.coach2pev.models import Checklist, ChecklistItem, Coach, Coachee, SectionScore, SupervisionVisit
from research.coach2pev.policies import can_read
from research.coach2pev.visits.scores import Score
from research.evaluations.models import Evaluation

State = SupervisionVisit.State


def visits_for(user: Any) -> QuerySet[SupervisionVisit]:
    """The visits that the person may read, newest first: by the day done, else the day planned."""
    visits = limit_to_scope(SupervisionVisit.objects.all(), user, unit="site") if can_read(user) else None
    if visits is None:
        return SupervisionVisit.objects.none()
    day = Coalesce("done_on", "planned_on")
    visits = visits.select_related("site__parent", "checklist", "coach", "second_coach")
    return visits.annotate(day=day).order_by("-day", "-pk")


def sites_for(user: Any) -> QuerySet[OrgUnit]:
    """The sites of the Coach2PEV evaluation that the person may meet, in the order of the tree."""
    sites = OrgUnit.objects.filter(evaluation_sites__evaluation__code=Evaluation.COACH2PEV).distinct()
    return limit_to_scope(sites, user).select_related("parent").order_by("path")


def last_site(user: Any) -> OrgUnit | None:
    """The site of the visit that the person entered last; None where they entered none."""
    visit = SupervisionVisit.objects.filter(created_by=user).select_related("site").order_by("-created_at").first()
    return visit.site if visit else None


def waiting_visits(user: Any, limit: int = 5) -> list[SupervisionVisit]:
    """Visits planned or agreed that were neither done nor cancelled, the longest waiting first."""
    waiting = visits_for(user).filter(state__in=[State.PLANNED, State.SCHEDULED]).order_by("planned_on", "pk")
    return list(waiting[:limit])


def open_visits(user: Any, limit: int = 5) -> list[SupervisionVisit]:
    """Visits in progress, the latest first."""
    return list(visits_for(user).filter(state=State.IN_PROGRESS)[:limit])


def recent_visits(site: OrgUnit | int, limit: int = 10) -> list[SupervisionVisit]:
    """The latest visits of a site in any state, newest first, each with the `score` of its checklist. Two queries."""
    visits = SupervisionVisit.objects.filter(site=site).select_related("checklist", "site")
    visits = visits.annotate(day=Coalesce("done_on", "planned_on")).order_by("-day", "-pk")
    return with_scores(visits[:limit])


def coaches() -> QuerySet[Coach]:
    """The coaches who can be sent on a visit."""
    return Coach.objects.filter(active=True).order_by("code")


def coachees_at(site: OrgUnit | int, visit: SupervisionVisit | None = None) -> QuerySet[Coachee]:
    """Who may be coached at the site on the day of the visit: the staff in post, and whoever it names already."""
    day = (visit.done_on or visit.planned_on if visit else None) or timezone.localdate()
    in_post = (Q(in_post_from=None) | Q(in_post_from__lte=day)) & (Q(in_post_to=None) | Q(in_post_to__gte=day))
    named = Q(visits=visit) if visit is not None and visit.pk else Q(pk__in=[])
    return Coachee.objects.filter(in_post | named, site=site).distinct().order_by("code")


def planned_and_done(
    sites: Collection[OrgUnit | int] | QuerySet[Any, int], first: Period, last: Period
) -> dict[int, tuple[int, int]]:
    """Visits planned for and visits done on a day from `first` to `last`, by site. Every site has an entry. One query.

    A visit counts as planned in the month it was planned for, whatever became of it, and as done in the month it was
    done, planned or not: so done may exceed planned.
    """
    span = (first.start, last.end)
    within = Q(planned_on__range=span) | Q(done_on__range=span)
    rows = SupervisionVisit.objects.filter(within, site__in=sites).order_by().values_list("site").annotate(
        planned=Count("pk", filter=Q(planned_on__range=span)),
        done=Count("pk", filter=Q(state=State.DONE, done_on__range=span)),
    )  # fmt: skip
    counts = {site: (planned, done) for site, planned, done in rows}
    keys = (site.pk if isinstance(site, OrgUnit) else site for site in sites)
    return {key: counts.get(key, (0, 0)) for key in keys}


def with_scores(visits: QuerySet[SupervisionVisit]) -> list[SupervisionVisit]:
    """The visits, each with `score`: that of its whole checklist, None where it has none. Two queries."""
    found = list(visits.prefetch_related(_totals()))
    for visit in found:
        visit.score = visit_score(visit)  # type: ignore[attr-defined]
    return found


def visit_score(visit: SupervisionVisit) -> Score | None:
    """The stored score over the visit's checklist; None where the visit is not done or has no checklist."""
    totals = getattr(visit, "totals", None)
    if totals is None:
        totals = list(SectionScore.objects.filter(visit=visit, section=None))
    return score_of(totals[0]) if totals and visit.state == State.DONE else None


def score_of(row: SectionScore) -> Score:
    """A stored score as the rules give it."""
    possible = None if row.possible is None else round(row.possible)
    return Score(row.points, possible, row.scored, row.not_applicable, row.unanswered)


def section_scores_of(visit: SupervisionVisit) -> dict[int, Score]:
    """The stored score of each section of the visit, by the section's primary key. One query."""
    return {row.section_id: score_of(row) for row in visit.scores.all() if row.section_id is not None}


def _totals() -> "Prefetch[Any]":
    return Prefetch("scores", queryset=SectionScore.objects.filter(section=None), to_attr="totals")


def checklists() -> QuerySet[Checklist]:
    """All checklists, the newest version first, with their items in order."""
    return Checklist.objects.order_by("-version", "key").prefetch_related(_items("items"))


def _items(lookup: str) -> "Prefetch[Any]":
    return Prefetch(
        lookup, queryset=ChecklistItem.objects.select_related("section").order_by("section__order", "order", "pk")
    )


def months_on_record() -> list[Period]:
    """Every month from the first visit to the last, planned ones included; newest first. One query."""
    days = SupervisionVisit.objects.annotate(day=Coalesce("done_on", "planned_on")).aggregate(
        first=Min("day"), last=Max("day")
    )
    if days["first"] is None:
        return []
    return list(between(Period.month_of(days["first"]), Period.month_of(days["last"])))[::-1]
