"""Reads of findings, of what they rest on and of their uses."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from research.agenda.models import LearningQuestion
from research.evaluations.models import Evaluation
from research.evidence.kinds import Item, find_all
from research.evidence.models import COMPONENTS, Doubt, EvidenceLink, Finding, FindingUse
from research.evidence.policies import what_is_readable
from research.evidence.wholeness import Missing, missing

MISSING_WORDS = {
    Missing.FRENCH: _("the statement in French"),
    Missing.ENGLISH: _("the statement in English"),
    Missing.COMPONENTS: _("the four components with their reasons"),
    Missing.CONFIDENCE: _("the overall confidence with its reason"),
    Missing.EVIDENCE: _("evidence that speaks for it"),
    Missing.RIVALS: _("a rival explanation, or that none was found"),
}


class Shown(NamedTuple):
    """A link with what it leads to. `item` None: it is not there any more. `changed`: it is not what it was when it was
    linked or last looked at."""

    link: EvidenceLink
    item: Item | None
    changed: bool


class Evidence(NamedTuple):
    """What a finding rests on, as one person may read it. `hidden` of them they may not; these are counted only."""

    speaks_for: list[Shown]
    speaks_against: list[Shown]
    hidden: int


class FindingCount(NamedTuple):
    """Findings of a question that are not withdrawn; `stale`: approved ones to be looked at again."""

    approved: int = 0
    unapproved: int = 0
    stale: int = 0


def readable_by(user: Any) -> QuerySet[Finding]:
    """The findings that the person may read, by question, with what a list shows of each."""
    rows = Finding.objects.filter(what_is_readable(user)).select_related(
        "learning_question", "part__question", "evaluation", "created_by", "reviewed_by"
    )
    own = EvidenceLink.objects.filter(rival=None)
    return rows.annotate(
        pieces_for=_count(own.filter(side=EvidenceLink.Side.FOR)),
        pieces_against=_count(own.filter(side=EvidenceLink.Side.AGAINST)),
        used=_count(FindingUse.objects.all()),
    ).order_by("learning_question__number", "pk")


def _count(parts: QuerySet[Any]) -> Coalesce:
    """How many of these belong to a finding, counted for the findings that are shown only."""
    of_one = parts.filter(finding=OuterRef("pk")).order_by().values("finding")
    return Coalesce(Subquery(of_one.annotate(number=Count("pk")).values("number")), 0)


def for_question(question: LearningQuestion, user: Any) -> QuerySet[Finding]:
    return readable_by(user).filter(learning_question=question).exclude(state=Finding.State.WITHDRAWN)


def for_evaluation(evaluation: Evaluation, user: Any) -> QuerySet[Finding]:
    return readable_by(user).filter(evaluation=evaluation).exclude(state=Finding.State.WITHDRAWN)


def latest(user: Any, most: int) -> QuerySet[Finding]:
    """The approved findings, the latest first."""
    return readable_by(user).filter(state=Finding.State.APPROVED).order_by("-reviewed_at", "-pk")[:most]


def to_review(user: Any) -> QuerySet[Finding]:
    """What waits for this person's eye: submitted by others, or changed since it was approved."""
    changed = Q(state=Finding.State.APPROVED) & ~Q(version=F("approved_version"))
    waiting = Q(state=Finding.State.SUBMITTED) | changed
    return readable_by(user).filter(waiting & (Q(created_by=None) | ~Q(created_by=user)))


def findings_by_question(user: Any = None) -> Mapping[int, FindingCount]:
    """Counts by primary key of the question; of all findings, whoever may read them. One query."""
    approved = Q(state=Finding.State.APPROVED)
    rows = Finding.objects.exclude(state=Finding.State.WITHDRAWN).order_by().values("learning_question")
    counts = rows.annotate(
        approved=Count("pk", filter=approved),
        unapproved=Count("pk", filter=~approved),
        stale=Count("pk", filter=approved & Q(stale_since__isnull=False)),
    )
    columns = ("learning_question", "approved", "unapproved", "stale")
    return {key: FindingCount(*numbers) for key, *numbers in counts.values_list(*columns)}


def evidence_of(finding: Finding, user: Any) -> Evidence:
    """Everything linked to the finding itself; links of its rival explanations stand with them."""
    shown, hidden = [], 0
    links = [link for link in finding.links.all() if link.rival_id is None]
    for one in show(links, user):
        if one.item is not None and not one.item.readable:
            hidden += 1
        else:
            shown.append(one)
    sides = EvidenceLink.Side
    return Evidence(
        [one for one in shown if one.link.side == sides.FOR],
        [one for one in shown if one.link.side == sides.AGAINST],
        hidden,
    )


def show(links: list[EvidenceLink], user: Any) -> list[Shown]:
    """The links with what they lead to; a few queries for each kind among them."""
    found = find_all([(link.kind, link.key) for link in links], user)
    return [_shown(link, found.get((link.kind, link.key))) for link in links]


def _shown(link: EvidenceLink, item: Item | None) -> Shown:
    return Shown(link, item, item is None or item.withdrawn or item.seen != link.seen)


def open_doubts(finding: Finding) -> list[Doubt]:
    """Why it has to be looked at again, the latest first."""
    return list(finding.doubts.filter(settled_at=None).select_related("link"))


def resting_on(kind: str, key: str, user: Any) -> QuerySet[Finding]:
    """The findings that name this piece of evidence and that the person may read. One query."""
    links = EvidenceLink.objects.filter(kind=kind, key=key, finding=OuterRef("pk"))
    return Finding.objects.filter(what_is_readable(user)).filter(Exists(links)).select_related("learning_question")


def uses_for(user: Any) -> QuerySet[FindingUse]:
    """The logged uses of the findings that the person may read, the latest first."""
    readable = Finding.objects.filter(what_is_readable(user)).order_by().values("pk")
    return FindingUse.objects.filter(finding__in=readable).select_related("finding__learning_question", "use_case")


def missing_of(finding: Finding) -> list[str]:
    """What it lacks before it may be approved, in the reader's words. Two queries."""
    lacking = missing(
        statements={"fr": finding.statement_fr, "en": finding.statement_en},
        components={name: (getattr(finding, name), getattr(finding, f"{name}_reason")) for name in COMPONENTS},
        confidence=(finding.confidence, finding.confidence_reason),
        evidence_for=finding.links.filter(side=EvidenceLink.Side.FOR, rival=None).count(),
        rivals=finding.rivals.count(),
    )
    return [str(MISSING_WORDS[name]) for name in lacking]
