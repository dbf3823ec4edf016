"""Reads of ratings of competence."""

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from indicators.geography.scopes import limit_to_scope
from research.coach2pev.competency.progress import Course, Gained, Rated, courses, courses_with_coach, gained
from research.coach2pev.models import (
    Coach,
    Coachee,
    CompetencyDomain,
    CompetencyLevel,
    CompetencyRating,
    SupervisionVisit,
)
from research.coach2pev.models.visits import Assessor
from research.coach2pev.policies import can_read

DONE = SupervisionVisit.State.DONE
Together = SupervisionVisit.people.through
"""A row for each person coached on a visit, once."""


def domains_in_use(visit: SupervisionVisit | None = None) -> list[CompetencyDomain]:
    """The active domains, and those in which this visit holds ratings. One query."""
    wanted = Q(active=True)
    if visit:
        wanted |= Q(pk__in=CompetencyRating.objects.filter(visit=visit).order_by().values("domain"))
    return list(CompetencyDomain.objects.filter(wanted))


def rated_domains() -> list[CompetencyDomain]:
    """The active domains, and those in which anybody was ever rated. One query."""
    rated = Exists(CompetencyRating.objects.filter(domain=OuterRef("pk")))
    return list(CompetencyDomain.objects.filter(Q(active=True) | rated))


def levels() -> list[CompetencyLevel]:
    """The scale, the lowest level first. One query."""
    return list(CompetencyLevel.objects.all())


def people_to_rate(visit: SupervisionVisit) -> list[Coachee]:
    """Who was coached on the visit; where that is not recorded, who was in post at the site that day. Two queries."""
    people = list(visit.people.all())
    if people:
        return people
    day = visit.done_on or visit.planned_on or timezone.localdate()
    there = Coachee.objects.filter(site=visit.site_id).exclude(in_post_to__lt=day).exclude(in_post_from__gt=day)
    return list(there)


def ratings_of_visit(visit: SupervisionVisit, assessor: int) -> dict[tuple[int, int], int]:
    """(coachee, domain) → level. One query."""
    rows = CompetencyRating.objects.filter(visit=visit, assessor=assessor).order_by()
    return {(coachee, domain): level for coachee, domain, level in rows.values_list("coachee", "domain", "level")}


def ratings_for(user: Any) -> QuerySet[CompetencyRating]:
    """The ratings of done visits, by the visits' own coaches, that the person may meet."""
    rows = CompetencyRating.objects.filter(visit__state=DONE, assessor=Assessor.FIRST)
    return limit_to_scope(rows, user, unit="visit__site") if can_read(user) else rows.none()


def rated(rows: QuerySet[CompetencyRating]) -> list[Rated]:
    """As the rules take them. One query."""
    names = ("coachee", "domain", "visit__done_on", "visit", "level", "coach", "demonstration")
    return [Rated(*row) for row in rows.order_by().values_list(*names)]


def coachees_rated(user: Any) -> QuerySet[Coachee]:
    """The coachees with a rating, of the sites that the person may meet, in the order of the tree."""
    seen = Exists(ratings_for(user).filter(coachee=OuterRef("pk")).order_by())
    coachees = limit_to_scope(Coachee.objects.all(), user, unit="site") if can_read(user) else Coachee.objects.none()
    return coachees.filter(seen).select_related("site__parent").order_by("site__path", "code")


class PersonRow(NamedTuple):
    coachee: Coachee
    courses: list[Course | None]  # by domain, in the order of the domains asked for
    gained: Gained


def courses_of(user: Any, coachees: Collection[Coachee], domains: Iterable[CompetencyDomain]) -> list[PersonRow]:
    """What changed for each of these people, by domain. One query."""
    found = courses(rated(ratings_for(user).filter(coachee__in=coachees)))
    wanted = [domain.pk for domain in domains]
    return [
        PersonRow(person, by_domain, gained(course for course in by_domain if course))
        for person in coachees
        for by_domain in [[found.get((person.pk, domain)) for domain in wanted]]
    ]


def pairs_for(user: Any) -> QuerySet[Any, Any]:
    """`{"coach", "coachee", "visits"}` of coach and coachee together on done visits, most visits first."""
    rows = Together.objects.filter(supervisionvisit__state=DONE, supervisionvisit__coach__isnull=False)
    rows = limit_to_scope(rows, user, unit="supervisionvisit__site") if can_read(user) else rows.none()
    counted = rows.order_by().values("coachee", coach=F("supervisionvisit__coach")).annotate(visits=Count("pk"))
    return counted.order_by("-visits", "coach", "coachee")


class PairRow(NamedTuple):
    coach: Coach
    coachee: Coachee
    visits: int
    gained: Gained


def with_gains(user: Any, pairs: Iterable[Any]) -> list[PairRow]:
    """These pairs with what the coach saw the coachee gain. Three queries."""
    asked = list(pairs)
    coaches = Coach.objects.in_bulk({pair["coach"] for pair in asked})
    people = Coachee.objects.select_related("site").in_bulk({pair["coachee"] for pair in asked})
    seen = courses_with_coach(rated(ratings_for(user).filter(coachee__in=people)))
    return [
        PairRow(
            coaches[pair["coach"]],
            people[pair["coachee"]],
            pair["visits"],
            gained(seen.get((pair["coach"], pair["coachee"]), {}).values()),
        )
        for pair in asked
    ]
