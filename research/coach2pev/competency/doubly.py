"""Visits that two coaches assessed independently: what they agree on, in levels and in the checklist's answers."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from indicators.geography.scopes import limit_to_scope
from research.coach2pev.competency.agreement import Agreement, kappa, weighted_kappa
from research.coach2pev.models import ChecklistAnswer, ChecklistItem, CompetencyRating, SupervisionVisit
from research.coach2pev.models.visits import Assessor
from research.coach2pev.policies import can_read

Kind = ChecklistItem.Kind
_COMPARED = (Kind.YES_NO, Kind.CHOICE)
"""Kinds of items whose answers are categories; numbers and texts are not compared by κ."""

Pair = tuple[Any, Any]


class Compared(NamedTuple):
    """One visit: agreement on the answers of the checklist and on levels, both unweighted."""

    visit: SupervisionVisit
    answers: Agreement
    levels: Agreement


class Whole(NamedTuple):
    """All pairs of several visits together. Levels also weighted, as they have an order."""

    visits: int
    answers: Agreement
    levels: Agreement
    levels_weighted: Agreement
    demonstration: bool


def doubly_assessed(user: Any) -> QuerySet[SupervisionVisit]:
    """The done visits with ratings or answers of a second coach that the person may meet, newest first."""
    second = {"visit": OuterRef("pk"), "assessor": Assessor.SECOND}
    rated = Exists(CompetencyRating.objects.filter(**second).order_by())
    answered = Exists(ChecklistAnswer.objects.filter(**second).order_by())
    done = SupervisionVisit.objects.filter(state=SupervisionVisit.State.DONE, second_coach__isnull=False)
    visits = done.filter(Q(rated) | Q(answered))
    visits = limit_to_scope(visits, user, unit="site") if can_read(user) else visits.none()
    return visits.select_related("site__parent").order_by("-done_on", "-pk")


def level_pairs(visits: Iterable[Any] | QuerySet[Any]) -> dict[int, list[tuple[int, int]]]:
    """Visit → (first coach's level, second coach's level) of each person and domain that both rated. One query."""
    rows = CompetencyRating.objects.filter(visit__in=visits).order_by()
    return _pairs(
        ((visit, (coachee, domain)), assessor, level)
        for visit, coachee, domain, assessor, level in rows.values_list(
            "visit", "coachee", "domain", "assessor", "level"
        )
    )


def answer_pairs(visits: Iterable[Any] | QuerySet[Any]) -> dict[int, list[tuple[str, str]]]:
    """Visit → (first, second) answer of each item of a category that both answered. One query.

    «Not applicable» is a category like the others: that one coach sets an item aside is a disagreement.
    """
    rows = ChecklistAnswer.objects.filter(visit__in=visits, item__kind__in=_COMPARED).order_by()
    return _pairs(
        ((visit, item), assessor, text if answer == ChecklistAnswer.Answer.GIVEN else answer)
        for visit, item, assessor, answer, text in rows.values_list("visit", "item", "assessor", "answer", "text")
    )


def compared(visits: Iterable[SupervisionVisit]) -> list[Compared]:
    """Each of these visits by itself. Two queries."""
    found = list(visits)
    levels, answers = level_pairs(found), answer_pairs(found)
    return [Compared(v, kappa(answers.get(v.pk, [])), kappa(levels.get(v.pk, []))) for v in found]


def whole(visits: QuerySet[SupervisionVisit], scale: list[int]) -> Whole:
    """All of these visits together. Four queries."""
    keys = visits.order_by().values("pk")
    levels = [pair for pairs in level_pairs(keys).values() for pair in pairs]
    answers = [pair for pairs in answer_pairs(keys).values() for pair in pairs]
    made_up = visits.filter(demonstration=True).exists()
    return Whole(visits.count(), kappa(answers), kappa(levels), weighted_kappa(levels, scale), made_up)


def _pairs(judged: Iterable[tuple[tuple[int, Hashable], int, Any]]) -> dict[int, list[Pair]]:
    by_thing: dict[tuple[int, Hashable], dict[int, Any]] = defaultdict(dict)
    for thing, assessor, said in judged:
        by_thing[thing][assessor] = said
    found: dict[int, list[Pair]] = defaultdict(list)
    for (visit, _what), said_by in by_thing.items():
        if _both(said_by):
            found[visit].append((said_by[Assessor.FIRST], said_by[Assessor.SECOND]))
    return dict(found)


def _both(said_by: Mapping[int, Any]) -> bool:
    return Assessor.FIRST in said_by and Assessor.SECOND in said_by
