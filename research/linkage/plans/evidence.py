"""Results of analyses as evidence: what a finding keeps of them, and when it has to look again."""

from collections.abc import Collection
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from indicators.geography.models import OrgUnit
from research.evidence import candidates, examine, kinds
from research.evidence.chain import sources
from research.evidence.chain.graph import Column, Graph, Node
from research.evidence.kinds.item import Item, hidden
from research.evidence.models import EvidenceLink
from research.linkage.plans.facts import measure_of
from research.linkage.plans.models import AnalysisRun
from research.linkage.plans.queries import runs_for
from research.linkage.plans.reading import read_run

Kind, State = EvidenceLink.Kind, AnalysisRun.State


def register() -> None:
    """Once, when the application is ready."""
    kinds.register(Kind.ANALYSIS, analyses)
    candidates.register(Kind.ANALYSIS, latest)
    sources.register(Kind.ANALYSIS, drawn)
    examine.follow(AnalysisRun, lambda row: [(Kind.ANALYSIS, _of_the_plan(row))])


def analyses(keys: Collection[str], user: Any) -> dict[str, Item]:
    """By the run's primary key. `seen`: its estimates. `newer`: the plan's latest later result. Withdrawn where it is
    void, or where the method gave no result. Two queries."""
    later = AnalysisRun.objects.filter(
        version__plan=OuterRef("version__plan"),
        state=State.DONE,
        voided_at=None,
        finished_at__gt=OuterRef("finished_at"),
    )
    rows = AnalysisRun.objects.filter(pk__in=keys, state=State.DONE).select_related("version__plan")
    rows = rows.defer("manifest", "sensitivity")
    rows = rows.annotate(newer=Subquery(later.order_by("-finished_at", "-pk").values("pk")[:1]))
    readable = None if user is None else set(runs_for(user).filter(pk__in=keys).order_by().values_list("pk", flat=True))
    found = {}
    for row in rows:
        item = _item(row)
        found[item.key] = item if readable is None or row.pk in readable else hidden(item)
    return found


def _item(row: Any) -> Item:
    read, result = read_run(row, row.version), row.result or {}
    parts = ("value", "low", "high")
    seen = {
        "estimates": [
            [one["name"], *(None if one[part] is None else float(f"{one[part]:.9g}") for part in parts)]
            for one in result.get("estimates", [])
        ]
    }  # fmt: skip
    return Item(
        Kind.ANALYSIS, str(row.pk), str(row.version.plan.title), read.sentence if read else "",
        reverse("analysis-result", args=[row.pk]), seen, row.voided_at is not None or read is None or read.refused,
        {"run": row.newer} if row.newer else {}, row.demonstration,
    )  # fmt: skip


def latest(user: Any, place: OrgUnit | None, words: str) -> list[int]:
    """Results that the person may read, the latest of each plan first; `place`: at, above or below a studied one."""
    rows = runs_for(user).filter(state=State.DONE, voided_at=None)
    if place:
        rows = rows.filter(Q(version__units__path__startswith=place.path) | Q(version__units__in=place.ancestor_ids))
    for word in words.split():
        rows = rows.filter(Q(version__plan__title_fr__icontains=word) | Q(version__plan__title_en__icontains=word))
    seen: dict[int, int] = {}
    for pk, plan in rows.order_by("-finished_at", "-pk").values_list("pk", "version__plan")[:500]:
        seen.setdefault(plan, pk)
    return list(seen.values())


def drawn(graph: Graph, item: Item, user: Any) -> None:
    """In the chain: the locked plan that it was computed by, and the definition of its outcome."""
    run = AnalysisRun.objects.select_related("version__plan").defer("manifest", "sensitivity").get(pk=item.key)
    version = run.version
    word = _("written before the result") if version.prespecified else _("after having seen results")
    plan = Node(
        "plan", str(version.pk), Column.SOURCE, _("analysis plan"), str(version.plan.title),
        _("Version %(number)s, %(word)s") % {"number": version.number, "word": word},
        reverse("analysis-version", args=[version.pk]), "", version.demonstration,
    )  # fmt: skip
    graph.tie((item.kind, item.key), graph.add(plan), _("is computed by"))
    if rule := measure_of(version.outcome):
        url = reverse("indicator-detail", args=[version.outcome])
        name = graph.add(
            Node("definition", rule.code, Column.SOURCE, _("definition"), rule.name, str(rule.source), url)
        )
        graph.tie((item.kind, item.key), name, _("is defined by"))


def _of_the_plan(row: AnalysisRun) -> list[int]:
    """A new result makes those before it older, so all of the plan's are looked at."""
    return list(AnalysisRun.objects.filter(version__plan__versions=row.version_id).values_list("pk", flat=True))
