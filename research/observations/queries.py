"""Reads of observations. Texts only ever through `readable_by`; counts are open to everyone who may open the page."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet

from indicators.geography.models import OrgUnit
from research.agenda.models import LearningQuestion
from research.evaluations.models import Evaluation
from research.observations.models import Observation
from research.observations.policies import what_is_readable


class EvidenceCount(NamedTuple):
    """How many observations there are, readable or not; `demonstration` of them are made up."""

    observations: int = 0
    quotes: int = 0
    sites: int = 0
    demonstration: int = 0


_COUNTS = {
    "observations": Count("pk"),
    "quotes": Count("pk", filter=~Q(quote="")),
    "sites": Count("site", distinct=True),
    "demonstration": Count("pk", filter=Q(demonstration=True)),
}


def readable_by(user: Any) -> QuerySet[Observation]:
    """The observations that the person may read, newest first, with what a list shows of each."""
    return Observation.objects.filter(what_is_readable(user)).select_related(
        "site__parent", "evaluation_question__evaluation", "learning_question", "created_by"
    )


def for_evaluation(evaluation: Evaluation, user: Any) -> QuerySet[Observation]:
    """Those of `readable_by` that speak to a question of the evaluation."""
    return readable_by(user).filter(evaluation_question__evaluation=evaluation)


def for_question(question: LearningQuestion, user: Any) -> QuerySet[Observation]:
    """Those of `readable_by` that speak to the learning question."""
    return readable_by(user).filter(learning_question=question)


def counts_by_question() -> Mapping[int, EvidenceCount]:
    """Counts by primary key of the learning question; a question without observations has no key. One query."""
    rows = Observation.objects.order_by().values("learning_question").annotate(**_COUNTS)
    return {key: EvidenceCount(*counts) for key, *counts in rows.values_list("learning_question", *_COUNTS)}


def evidence_counts(
    *, evaluation: Evaluation | None = None, learning_question: LearningQuestion | None = None
) -> EvidenceCount:
    """Counts of all observations, of an evaluation's, or of a learning question's. One query."""
    rows = Observation.objects.order_by()
    if evaluation is not None:
        rows = rows.filter(evaluation_question__evaluation=evaluation)
    if learning_question is not None:
        rows = rows.filter(learning_question=learning_question)
    return EvidenceCount(**rows.aggregate(**_COUNTS))


def last_site(user: Any) -> OrgUnit | None:
    """The site of the observation that the person entered last; None where there is none yet."""
    last = Observation.objects.filter(created_by=user).select_related("site").order_by("-created_at", "-pk").first()
    return last.site if last else None


def containing(observations: QuerySet[Observation], words: str) -> QuerySet[Observation]:
    """Those whose note or quote holds every word of `words`, in any case.

    SQLite folds the case of ASCII letters only, so «école» is looked for as «École» and «ÉCOLE» too.
    """
    for word in words.split():
        found = Q()
        for spelling in {word, word.lower(), word.upper(), word.capitalize()}:
            found |= Q(seen__icontains=spelling) | Q(quote__icontains=spelling)
        observations = observations.filter(found)
    return observations
