from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from research.evidence.chain.graph import Column, reachable
from research.evidence.chain.layout import draw
from research.evidence.chain.reads import chain_of
from research.evidence.models import EvidenceLink
from research.evidence.policies import can_read_findings, can_write

HEADS = {
    Column.DONE: _("What is done with it"),
    Column.QUESTION: _("Questions"),
    Column.FINDING: _("Findings"),
    Column.EVIDENCE: _("Evidence"),
    Column.SOURCE: _("What it comes from"),
    Column.ORIGIN: _("How it came in"),
}


@require_GET
@never_cache
def chain(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """The chain of evidence around one thing, in both directions: drawn, and as a list."""
    if not can_read_findings(request.user):
        raise PermissionDenied
    try:
        graph = chain_of(kind, key, request.user)
    except ValidationError as error:
        raise Http404 from error
    if graph is None or graph.focus not in graph:
        raise Http404
    drawing = draw(graph)
    down, up = reachable(graph, graph.focus, down=True), reachable(graph, graph.focus, down=False)
    context: dict[str, Any] = {
        "focus": graph[graph.focus],
        "drawing": drawing,
        "heads": [(x, HEADS[column]) for x, column in drawing.heads],
        "columns": [
            (HEADS[column], [(node, graph.rests_on(node.name)) for node in nodes]) for column, nodes in graph.columns
        ],
        "counts": (len(up), len(down)),
        "hidden": sorted(graph.hidden.items()),
        "more": sorted(graph.more.items()),
        "usable": graph.focus[0] in EvidenceLink.Kind.values and can_write(request.user),
    }
    return render(request, "research/evidence/chain.html", context)
