"""The chain around anything that has one: upwards to findings, questions and decisions, downwards to records and files.

What the person may not see is counted, not drawn. A constant number of queries for each kind met, bounded by MOST.
"""

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from research.agenda.models import Dissemination, LearningQuestion, UseCase
from research.coach2pev.models import ImprovementAction
from research.coding.models import CodedPassage
from research.evidence.chain.graph import Column, Graph, Name, Node
from research.evidence.chain.sources import sources_of
from research.evidence.kinds import Item, find, find_all, parse
from research.evidence.models import EvidenceLink, Finding, FindingUse
from research.evidence.policies import what_is_readable
from research.evidence.queries import readable_by, uses_for
from research.observations.models import Quote

MOST = 12
"""Findings that are drawn, and pieces of evidence of each side of one."""
Kind = EvidenceLink.Kind


def chain_of(kind: str, key: str, user: Any) -> Graph | None:
    """The chain around the thing of that name; None where there is none, or none that the person may see."""
    graph = Graph((kind, key))
    start = _STARTS.get(kind)
    if start is None:
        if kind not in Kind.values:
            return None
        return _of_evidence(graph, kind, parse(kind, key), user)
    if not key.isdecimal() or len(key) > 17:
        return None
    return graph if start(graph, int(key), user) else None


def _of_question(graph: Graph, number: int, user: Any) -> bool:
    question = LearningQuestion.objects.filter(pk=number).first()
    if question is None:
        return False
    graph.add(_question(question))
    _findings(graph, Q(learning_question=question), user)
    _cases(graph, UseCase.objects.filter(question=question))
    _told(graph, Dissemination.objects.filter(questions=question))
    return True


def _of_finding(graph: Graph, number: int, user: Any) -> bool:
    return bool(_findings(graph, Q(pk=number), user))


def _of_use(graph: Graph, number: int, user: Any) -> bool:
    use = uses_for(user).filter(pk=number).first()
    return use is not None and bool(_findings(graph, Q(pk=use.finding_id), user))


def _of_case(graph: Graph, number: int, user: Any) -> bool:
    case = UseCase.objects.select_related("question").filter(pk=number).first()
    if case is None:
        return False
    graph.add(_question(case.question))
    _findings(graph, Q(uses__use_case=case), user)
    _cases(graph, UseCase.objects.filter(pk=case.pk))
    return True


def _of_dissemination(graph: Graph, number: int, user: Any) -> bool:
    told = Dissemination.objects.filter(pk=number)
    if not told.exists():
        return False
    for question in LearningQuestion.objects.filter(disseminations=number):
        graph.add(_question(question))
    _findings(graph, Q(disseminations=number), user)
    _told(graph, told)
    return True


_STARTS: dict[str, Callable[[Graph, int, Any], bool]] = {
    "question": _of_question,
    "finding": _of_finding,
    "use": _of_use,
    "use_case": _of_case,
    "dissemination": _of_dissemination,
}


def _of_evidence(graph: Graph, kind: str, key: str, user: Any) -> Graph | None:
    item = find(kind, [key], user).get(key)
    if item is None or not item.readable:
        return None
    graph.focus = (kind, key)
    named = Q(links__kind=kind, links__key=key)
    for part_kind, keys in parts_of(kind, key).items():
        named |= Q(links__kind=part_kind, links__key__in=keys)
    _findings(graph, named, user)
    graph.add(evidence_node(item))
    sources_of(graph, [item], user)
    return graph


def parts_of(kind: str, key: str) -> dict[str, list[str]]:
    """Pieces of evidence that are parts of another: findings that rest on the part rest on the whole."""
    if kind == Kind.OBSERVATION:
        quotes = Quote.objects.filter(observation=int(key)).values_list("pk", flat=True)
        passages = CodedPassage.objects.filter(observation=int(key)).values_list("pk", flat=True)
        return {Kind.QUOTE: [str(pk) for pk in quotes], Kind.PASSAGE: [str(pk) for pk in passages[:500]]}
    if kind == Kind.VISIT:
        actions = ImprovementAction.objects.filter(visit=int(key)).values_list("pk", flat=True)
        return {Kind.ACTION: [str(pk) for pk in actions]}
    return {}


def _findings(graph: Graph, which: Q, user: Any) -> list[Finding]:
    """Draws these findings with what stands around them; returns those that the person may read."""
    all_of_them = set(Finding.objects.filter(which).order_by().values_list("pk", flat=True))
    rows = list(readable_by(user).filter(pk__in=all_of_them).order_by("learning_question__number", "pk"))
    if hidden := len(all_of_them) - len(rows):
        graph.hidden[_("finding")] += hidden
    if len(rows) > MOST:
        graph.more[_("finding")] += len(rows) - MOST
    drawn = rows[:MOST]
    for row in drawn:
        question = graph.add(_question(row.learning_question))
        graph.tie(question, graph.add(_finding(row)), _("is answered by"))
    _evidence(graph, drawn, user)
    uses = uses_for(user).filter(finding__in=drawn)
    for use in uses[: 3 * MOST]:
        graph.tie(graph.add(_use(use)), ("finding", str(use.finding_id)), _("rests on"))
    _cases(graph, UseCase.objects.filter(uses__finding__in=drawn).distinct())
    for use in uses[: 3 * MOST]:
        if use.use_case_id:
            graph.tie(
                ("use_case", str(use.use_case_id)), ("question", str(use.finding.learning_question_id)), _("needs")
            )
    told = Dissemination.objects.filter(findings__in=drawn).distinct()
    _told(graph, told)
    for event, finding in Finding.disseminations.through.objects.filter(finding__in=drawn).values_list(
        "dissemination", "finding"
    ):
        graph.tie(("dissemination", str(event)), ("finding", str(finding)), _("tells"))
    return rows


def _evidence(graph: Graph, findings: Collection[Finding], user: Any) -> None:
    links = list(EvidenceLink.objects.filter(finding__in=findings).order_by("finding", "side", "pk"))
    found = find_all([(link.kind, link.key) for link in links], user)
    drawn: dict[tuple[int, str], int] = {}
    items = []
    for link in links:
        item = found.get((link.kind, link.key))
        if item is not None and not item.readable:
            graph.hidden[_("piece of evidence")] += 1
            continue
        side = (link.finding_id, link.side)
        drawn[side] = drawn.get(side, 0) + 1
        if drawn[side] > MOST and (link.kind, link.key) != graph.focus:
            graph.more[_("piece of evidence")] += 1
            continue
        node = evidence_node(item, changed=item.seen != link.seen) if item else _gone(link)
        right = graph.add(node)
        against = link.side == EvidenceLink.Side.AGAINST
        word = _("is contradicted by") if against else _("is supported by")
        graph.tie(("finding", str(link.finding_id)), right, word, against=against)
        if item:
            items.append(item)
    sources_of(graph, items, user)


def _cases(graph: Graph, cases: Any) -> None:
    for case in cases.select_related("question")[:MOST]:
        url = reverse("plan-detail", args=["decisions", case.pk])
        made_up = case.demonstration
        node = Node("use_case", str(case.pk), Column.DONE, _("use case"), str(case), case.decided_by, url, "", made_up)
        graph.tie(graph.add(node), ("question", str(case.question_id)), _("needs"))


def _told(graph: Graph, events: Any) -> None:
    for event in events.prefetch_related("questions")[:MOST]:
        url = reverse("plan-detail", args=["diffusions", event.pk])
        day = event.held_on or event.planned_on
        detail = date_format(day) if day else ""
        word, made_up = _("dissemination"), event.demonstration
        name = graph.add(Node("dissemination", str(event.pk), Column.DONE, word, str(event), detail, url, "", made_up))
        for question in event.questions.all():
            graph.tie(name, ("question", str(question.pk)), _("tells of"))


def _question(row: LearningQuestion) -> Node:
    url = reverse("question-detail", args=[row.number])
    return Node("question", str(row.pk), Column.QUESTION, _("learning question"), str(row), "", url)


def _finding(row: Finding) -> Node:
    warning = _("to be looked at again") if row.stale_since else ""
    if row.state != Finding.State.APPROVED:
        warning = row.get_state_display()
    return Node(
        "finding", str(row.pk), Column.FINDING, _("finding"), str(row.statement), row.get_confidence_display() or "",
        reverse("finding-detail", args=[row.pk]), str(warning), row.demonstration,
    )  # fmt: skip


def _use(row: FindingUse) -> Node:
    url = reverse("finding-detail", args=[row.finding_id]) + "#uses"
    detail = f"{row.decision} ({date_format(row.used_on)})"
    return Node("use", str(row.pk), Column.DONE, _("use of a finding"), row.used_by, detail, url, "", row.demonstration)


def evidence_node(item: Item, *, changed: bool = False) -> Node:
    warning = (
        _("withdrawn, or without a value") if item.withdrawn else _("changed since it was linked") if changed else ""
    )
    return Node(
        item.kind, item.key, Column.EVIDENCE, str(Kind(item.kind).label), item.label, item.detail, item.url, warning,
        item.demonstration,
    )  # fmt: skip


def _gone(link: EvidenceLink) -> Node:
    return Node(link.kind, link.key, Column.EVIDENCE, link.get_kind_display(), _("no longer there"), warning=_("gone"))


def hidden_findings(user: Any, kind: str, key: str) -> int:
    """How many findings rest on a piece of evidence that the person may not read."""
    resting = Finding.objects.filter(links__kind=kind, links__key=key).distinct()
    return resting.exclude(pk__in=Finding.objects.filter(what_is_readable(user)).values("pk")).count()


__all__ = ["MOST", "Name", "chain_of", "evidence_node", "hidden_findings", "parts_of"]
