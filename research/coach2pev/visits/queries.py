"""Reads of supervision visits, their scores, and the measures made of them."""

from collections.abc import Collection
from typing import Any, NamedTuple

from django.db.models import Count, Max, Min, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from indicators.periods import Period, between
from research.coach2pev.models import Checklist, ChecklistAnswer, ChecklistItem, SupervisionVisit
from research.coach2pev.policies import can_read
from research.coach2pev.visits.scores import EARNED, Item, Score, score, section_scores
from research.evaluations.models import Evaluation

State = SupervisionVisit.State


def visits_for(user: Any) -> QuerySet[SupervisionVisit]:
    """The visits that the person may read, newest first: by the day done, else the day planned."""
    visits = limit_to_scope(SupervisionVisit.objects.all(), user, unit="site") if can_read(user) else None
    if visits is None:
        return SupervisionVisit.objects.none()
    day = Coalesce("done_on", "planned_on")
    return visits.select_related("site__parent", "checklist").annotate(day=day).order_by("-day", "-pk")


def sites_for(user: Any) -> QuerySet[OrgUnit]:
    """The sites of the Coach2PEV evaluation that the person may meet, in the order of the tree."""
    sites = OrgUnit.objects.filter(evaluation_sites__evaluation__code=Evaluation.COACH2PEV).distinct()
    return limit_to_scope(sites, user).select_related("parent").order_by("path")


def last_site(user: Any) -> OrgUnit | None:
    """The site of the visit that the person entered last; None where they entered none."""
    visit = SupervisionVisit.objects.filter(created_by=user).select_related("site").order_by("-created_at").first()
    return visit.site if visit else None


def waiting_visits(user: Any, limit: int = 5) -> list[SupervisionVisit]:
    """Planned visits that were neither done nor cancelled, the longest waiting first."""
    waiting = visits_for(user).filter(state=State.PLANNED).order_by("planned_on", "pk")
    return list(waiting[:limit])


def recent_visits(site: OrgUnit | int, limit: int = 10) -> list[SupervisionVisit]:
    """The latest visits of a site in any state, newest first, each with the `score` of its checklist. Two queries."""
    visits = SupervisionVisit.objects.filter(site=site).select_related("checklist", "site")
    visits = visits.annotate(day=Coalesce("done_on", "planned_on")).order_by("-day", "-pk")
    return with_scores(visits[:limit])


def planned_and_done(sites: Collection[OrgUnit | int], first: Period, last: Period) -> dict[int, tuple[int, int]]:
    """Visits planned for and visits done on a day from `first` to `last`, by site. Every site has an entry. One query.

    A visit counts as planned in the month it was planned for, whatever became of it, and as done in the month it was
    done, planned or not: so done may exceed planned.
    """
    span = (first.start, last.end)
    rows = SupervisionVisit.objects.filter(site__in=sites).order_by().values_list("site").annotate(
        planned=Count("pk", filter=Q(planned_on__range=span)),
        done=Count("pk", filter=Q(state=State.DONE, done_on__range=span)),
    )  # fmt: skip
    counts = {site: (planned, done) for site, planned, done in rows}
    keys = (site.pk if isinstance(site, OrgUnit) else site for site in sites)
    return {key: counts.get(key, (0, 0)) for key in keys}


def with_scores(visits: QuerySet[SupervisionVisit]) -> list[SupervisionVisit]:
    """The visits, each with `score`: that of its whole checklist, or None where it has no checklist. Three queries."""
    found = list(visits.prefetch_related("answers", _items("checklist__items")))
    for visit in found:
        visit.score = visit_score(visit)  # type: ignore[attr-defined]
    return found


def visit_score(visit: SupervisionVisit) -> Score | None:
    """The score over all items of the visit's checklist; None where the visit is not done or has no checklist."""
    return score(checklist_items(visit)) if visit.state == State.DONE and visit.checklist else None


def visit_sections(visit: SupervisionVisit) -> dict[str, Score]:
    """The score of each section of the visit's checklist, in its order."""
    return section_scores(checklist_items(visit)) if visit.state == State.DONE else {}


def checklist_items(visit: SupervisionVisit) -> list[Item]:
    """The items of the visit's checklist with what was answered; empty without a checklist."""
    if visit.checklist is None:
        return []
    answers = {answer.item_id: answer.answer for answer in visit.answers.all()}
    return [Item(item.section.name, item.weight, answers.get(item.pk)) for item in visit.checklist.items.all()]


class AnsweredItem(NamedTuple):
    text: str
    weight: int
    answer: str  # for the reader; empty where not answered
    earned: float | None  # points; None where outside the denominator


class AnsweredSection(NamedTuple):
    name: str
    score: Score
    items: list[AnsweredItem]


def answered_sections(visit: SupervisionVisit) -> list[AnsweredSection]:
    """The visit's checklist as it was answered, with the score of each section, in its order."""
    labels = dict(ChecklistAnswer.Answer.choices)
    texts = [str(item) for item in visit.checklist.items.all()] if visit.checklist else []
    found: dict[str, list[AnsweredItem]] = {section: [] for section in visit_sections(visit)}
    for text, item in zip(texts, checklist_items(visit), strict=True):
        earned = None if item.answer not in EARNED else EARNED[item.answer] * item.weight
        if item.section in found:
            answer = str(labels[item.answer]) if item.answer else ""
            found[item.section].append(AnsweredItem(text, item.weight, answer, earned))
    return [AnsweredSection(name, score, found[name]) for name, score in visit_sections(visit).items()]


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
