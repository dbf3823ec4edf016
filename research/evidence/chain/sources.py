"""What a piece of evidence itself comes from: the observation of a quote, the visit of an action, the definition and
the reported values of a number, and the file or the entry that brought them."""

from collections.abc import Callable, Collection
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from indicators.exchange.models import ImportRun
from indicators.exchange.policies import can_see_imports
from indicators.geography.models import OrgUnit
from indicators.periods import Period
from indicators.registry.definitions import definition
from indicators.rollup.readings import Behind
from indicators.values.models import Batch
from research.coach2pev.models import ImprovementAction
from research.coding.models import CodedPassage
from research.evidence.chain.graph import Column, Graph, Name, Node
from research.evidence.kinds import Item, find
from research.observations.models import Quote

MOST_VALUES, MOST_FILES = 200, 4
"""Reported values that are looked through for a number, and files that are named for it."""
_WHOLES: dict[str, tuple[Any, str, str]] = {
    "quote": (Quote, "observation_id", "observation"),
    "passage": (CodedPassage, "observation_id", "observation"),
    "action": (ImprovementAction, "visit_id", "visit"),
}

_REGISTERED: dict[str, Callable[[Graph, Item, Any], None]] = {}


def register(kind: str, draw: Callable[[Graph, Item, Any], None]) -> None:
    """For rooms that lean on this one: what draws where a piece of a kind that is theirs comes from."""
    _REGISTERED[kind] = draw


def sources_of(graph: Graph, items: Collection[Item], user: Any) -> None:
    """Adds what these pieces come from, and the edges to it."""
    for kind, (model, field, whole) in _WHOLES.items():
        keys = [item.key for item in items if item.kind == kind]
        pairs = dict(model.objects.filter(pk__in=keys).values_list("pk", field)) if keys else {}
        found = find(whole, {str(pk) for pk in pairs.values() if pk}, user)
        for key, of in pairs.items():
            item = found.get(str(of))
            if item is None:
                continue
            if not item.readable:
                graph.hidden[_("record")] += 1
                continue
            word = _("observation") if whole == "observation" else _("supervision visit")
            node = Node(whole, item.key, Column.SOURCE, word, item.label, item.detail, item.url, "", item.demonstration)
            graph.tie((kind, str(key)), graph.add(node), _("was said in") if kind != "action" else _("was agreed at"))
    for item in items:
        if item.kind in {"reading", "series"}:
            _number(graph, item, user)
        elif item.kind in _REGISTERED:
            _REGISTERED[item.kind](graph, item, user)


def _number(graph: Graph, item: Item, user: Any) -> None:
    code, unit_key, period = item.key.split("/")
    rule = definition(code)
    url = reverse("indicator-detail", args=[code])
    name = graph.add(Node("definition", code, Column.SOURCE, _("definition"), rule.name, str(rule.source), url))
    graph.tie((item.kind, item.key), name, _("is defined by"))
    if item.kind == "reading" and (unit := OrgUnit.objects.filter(pk=unit_key).first()):
        _values(graph, item, code, unit, Period.parse(period), user)


def _values(graph: Graph, item: Item, code: str, unit: OrgUnit, period: Period, user: Any) -> None:
    behind = Behind(code, unit, period).rows(limit=MOST_VALUES)
    if not behind:
        return
    url = reverse("number-detail", args=[code, unit.pk, period.id])
    more = "+" if len(behind) == MOST_VALUES else ""
    label = _("%(count)s reported figures") % {"count": f"{len(behind)}{more}"}
    name = graph.add(Node("values", item.key, Column.SOURCE, _("reported values"), label, "", url))
    graph.tie((item.kind, item.key), name, _("is computed from"))
    batches = {one.batch.pk: one.batch for one in behind if one.batch is not None}
    sources = {str(one.source) for one in behind if one.source is not None}
    for batch in list(batches.values())[:MOST_FILES]:
        graph.tie(name, _batch(graph, batch, user), _("was brought by"))
    if len(batches) > MOST_FILES:
        graph.more[_("file or entry")] += len(batches) - MOST_FILES
    for source in sorted(sources)[:MOST_FILES]:
        graph.tie(name, graph.add(Node("source", source, Column.ORIGIN, _("source"), source)), _("is from"))


def _batch(graph: Graph, batch: Batch, user: Any) -> Name:
    run = ImportRun.objects.filter(batch=batch).first() if can_see_imports(user) else None
    url = reverse("import-detail", args=[run.pk]) if run else ""
    word, label = batch.get_origin_display(), batch.label
    detail = date_format(batch.at, "DATE_FORMAT")
    return graph.add(Node("batch", str(batch.pk), Column.ORIGIN, word, label, detail, url, "", batch.demonstration))
