"""Reads of observations. Texts only ever through `readable_by`; counts are open to everyone who may open the page."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from indicators.geography.models import OrgUnit
from research.agenda.models import LearningQuestion
from research.evaluations.models import Evaluation
from research.observations.models import Observation, Quote
from research.observations.policies import what_is_readable


class EvidenceCount(NamedTuple):
    """How many observations there are, readable or not; `demonstration` of them are made up."""

    observations: int = 0
    quotes: int = 0
    sites: int = 0
    demonstration: int = 0


_COUNTS = {
    "observations": Count("pk"),
    "quotes": Count("pk", filter=Exists(Quote.objects.filter(observation=OuterRef("pk")))),
    "sites": Count("site", distinct=True),
    "demonstration": Count("pk", filter=Q(demonstration=True)),
}
AS_EVIDENCE = (Observation.State.SUBMITTED, Observation.State.APPROVED)


def counted() -> QuerySet[Observation]:
    """What counts as evidence, readable or not: submitted or approved. A draft is not said yet, what was returned has
    to be mended first, what was withdrawn was taken back."""
    return Observation.objects.filter(state__in=AS_EVIDENCE)


def readable_by(user: Any) -> QuerySet[Observation]:
    """The observations that the person may read, newest first, with what a list shows of each; two queries."""
    rows = Observation.objects.filter(what_is_readable(user)).prefetch_related("quotes")
    return rows.select_related("site__parent", "evaluation_question__evaluation", "learning_question", "created_by")


def quotes_readable_by(user: Any) -> QuerySet[Quote]:
    """The quotes of the observations that the person may read."""
    readable = Observation.objects.filter(what_is_readable(user)).order_by().values("pk")
    return Quote.objects.filter(observation__in=readable).select_related("observation__site__parent")


def to_review(user: Any) -> QuerySet[Observation]:
    """What waits for this person's eye: submitted by others, or changed since it was approved."""
    changed = Q(state=Observation.State.APPROVED) & ~Q(version=F("approved_version"))
    waiting = Q(state=Observation.State.SUBMITTED) | changed
    # Without an author (made by a command) it is nobody's own.
    return readable_by(user).filter(waiting & (Q(created_by=None) | ~Q(created_by=user)))


def for_evaluation(evaluation: Evaluation, user: Any) -> QuerySet[Observation]:
    """Those of `readable_by` that speak to a question of the evaluation and count as evidence."""
    return readable_by(user).filter(state__in=AS_EVIDENCE, evaluation_question__evaluation=evaluation)


def for_question(question: LearningQuestion, user: Any) -> QuerySet[Observation]:
    """Those of `readable_by` that speak to the learning question and count as evidence."""
    return readable_by(user).filter(state__in=AS_EVIDENCE, learning_question=question)


def counts_by_question() -> Mapping[int, EvidenceCount]:
    """Counts by primary key of the learning question; a question without observations has no key. One query."""
    rows = counted().order_by().values("learning_question").annotate(**_COUNTS)
    return {key: EvidenceCount(*counts) for key, *counts in rows.values_list("learning_question", *_COUNTS)}


def evidence_counts(
    *, evaluation: Evaluation | None = None, learning_question: LearningQuestion | None = None
) -> EvidenceCount:
    """Counts of what counts as evidence: all, of an evaluation, or of a learning question. One query."""
    rows = counted().order_by()
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
    """Those whose note, quotes or translations hold every word of `words`, in any case.

    SQLite folds the case of ASCII letters only, so «école» is looked for as «École» and «ÉCOLE» too.
    """
    for word in words.split():
        found = Q()
        for spelling in {word, word.lower(), word.upper(), word.capitalize()}:
            said = Q(text__icontains=spelling) | Q(translation_fr__icontains=spelling)
            said |= Q(translation_en__icontains=spelling)
            found |= Q(seen__icontains=spelling) | Q(Exists(Quote.objects.filter(said, observation=OuterRef("pk"))))
        observations = observations.filter(found)
    return observations
