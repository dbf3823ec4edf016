"""Looks whether what findings rest on is still what it was, and says so on them by itself.

A change that somebody makes is noticed when it is stored; a number that moves, a stock-out that is counted anew and
data that come later are noticed by a task that runs every few minutes.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.db.models import Model, Q
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from research.agenda.models import LearningResource
from research.coach2pev.models import ImprovementAction, SectionScore, SupervisionVisit
from research.coding.models import CodedPassage
from research.evidence.kinds import Item, find_all, fingerprint
from research.evidence.models import Doubt, EvidenceLink, Finding
from research.medexis.models import StockLine, StockReport
from research.observations.models import Observation, Quote
from research.observations.queries import counted

Kind, Reason = EvidenceLink.Kind, Doubt.Reason


def examine_all() -> int:
    """Every finding that is not withdrawn; returns how many new doubts there are."""
    links = EvidenceLink.objects.exclude(finding__state=Finding.State.WITHDRAWN)
    return examine(links) + examine_newer()


def examine(links: Iterable[EvidenceLink]) -> int:
    """Compares each link with what it leads to now and returns how many new doubts that made."""
    asked = list(links)
    found = find_all([(link.kind, link.key) for link in asked], None)
    made = 0
    for link in asked:
        for reason, after in _reasons(link, found.get((link.kind, link.key))):
            made += _doubt(link.finding_id, link.pk, reason, link.seen, after)
    return made


def examine_newer() -> int:
    """Observations that came after a finding was approved, to its own evaluation question: somebody should read them
    before the finding is told again. One doubt for a finding, whatever their number."""
    made = 0
    approved = Finding.objects.filter(state=Finding.State.APPROVED, evaluation_question__isnull=False)
    for finding in approved.exclude(doubts__settled_at=None, doubts__reason=Reason.NEWER, doubts__link=None):
        since = finding.doubts.filter(reason=Reason.NEWER, link=None).order_by("-settled_at").first()
        after = since.settled_at if since and since.settled_at else finding.reviewed_at
        newer = counted().filter(evaluation_question=finding.evaluation_question_id, created_at__gt=after)
        linked = finding.links.filter(kind=Kind.OBSERVATION).values_list("key", flat=True)
        keys = sorted(set(newer.order_by().values_list("pk", flat=True)) - {int(key) for key in linked})
        if keys:
            made += _doubt(finding.pk, None, Reason.NEWER, {}, {"observations": len(keys), "last": keys[-1]})
    return made


def _reasons(link: EvidenceLink, item: Item | None) -> list[tuple[str, dict[str, Any]]]:
    if item is None:
        return [(Reason.GONE, {})]
    if item.withdrawn:
        return [(Reason.WITHDRAWN, item.seen)]
    found: list[tuple[str, dict[str, Any]]] = []
    if fingerprint(item.seen) != link.fingerprint:
        found.append((Reason.CHANGED, item.seen))
    if item.newer:
        found.append((Reason.NEWER, item.newer))
    return found


@transaction.atomic
def _doubt(finding: int, link: int | None, reason: str, before: dict[str, Any], after: dict[str, Any]) -> int:
    """1 where this doubt is new, 0 where it stands already.

    A settled one is opened again where the evidence is once more what it was then: since, somebody had looked at it in
    another state. Newer data that were looked at stay settled.
    """
    Finding.objects.select_for_update().get(pk=finding)
    row, new = Doubt.objects.get_or_create(
        finding_id=finding, link_id=link, reason=reason, fingerprint=fingerprint(after),
        defaults={"before": before, "after": after},
    )  # fmt: skip
    if not new and row.settled_at and reason != Reason.NEWER:
        Doubt.objects.filter(pk=row.pk).update(settled_at=None, settled_by=None, settled_note="", before=before)
        new = True
    if new:
        Finding.objects.filter(pk=finding, stale_since=None).update(stale_since=timezone.now())
    return int(new)


def watch() -> None:
    """Follows each save and removal of what can be linked, after the transaction in which it happens."""
    follow(Observation, lambda row: [(Kind.OBSERVATION, [row.pk]), *_parts_of(row.pk)])
    follow(Quote, lambda row: [(Kind.QUOTE, [row.pk]), (Kind.OBSERVATION, [row.observation_id])])
    follow(CodedPassage, lambda row: [(Kind.PASSAGE, [row.pk])])
    follow(SupervisionVisit, lambda row: [(Kind.VISIT, [row.pk])])
    follow(SectionScore, lambda row: [(Kind.VISIT, [row.visit_id])])
    follow(ImprovementAction, lambda row: [(Kind.ACTION, [row.pk])])
    follow(StockReport, lambda row: [(Kind.STOCK_REPORT, [row.pk])])
    follow(StockLine, lambda row: [(Kind.STOCK_REPORT, [row.report_id])])
    follow(LearningResource, lambda row: [(Kind.DOCUMENT, [row.pk])])


def _parts_of(observation: int) -> list[tuple[str, list[Any]]]:
    """The quotes and passages of an observation that are linked: its withdrawal is theirs."""
    quotes = Quote.objects.filter(observation=observation).values_list("pk", flat=True)
    passages = CodedPassage.objects.filter(observation=observation).values_list("pk", flat=True)
    return [(Kind.QUOTE, list(quotes)), (Kind.PASSAGE, list(passages))]


def follow(model: type[Model], named: Any) -> None:
    """Looks again at what is linked whenever a row of the model is saved or removed; `named(row)` says what that is."""

    def saved(instance: Any, raw: bool = False, **_signal: Any) -> None:
        if not raw:
            # What could not be looked at now is looked at by the task.
            transaction.on_commit(lambda: _examine_keys(named(instance)), robust=True)

    def removed(instance: Any, **_signal: Any) -> None:
        keys = named(instance)  # now: afterwards nothing says what it was
        transaction.on_commit(lambda: _examine_keys(keys), robust=True)

    uid = f"evidence-{model._meta.label}"
    post_save.connect(saved, sender=model, weak=False, dispatch_uid=uid)
    post_delete.connect(removed, sender=model, weak=False, dispatch_uid=uid)


def _examine_keys(keys: Collection[tuple[str, Collection[Any]]]) -> None:
    named = Q(pk__in=[])
    for kind, of in keys:
        named |= Q(kind=kind, key__in=[str(key) for key in of])
    examine(EvidenceLink.objects.filter(named).exclude(finding__state=Finding.State.WITHDRAWN))
