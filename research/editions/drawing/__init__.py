"""Draws each part of an edition from the data as they are now. Nothing here is what one person may read more than
another: only what is approved, names of sites as strangers see them, records counted and never quoted."""

from collections.abc import Callable
from typing import Any

from research.agenda.models import Hub
from research.editions.drawing import agenda, caveats, context, evaluation, findings, next_steps, restated, trends
from research.editions.drawing.blocks import Drawn
from research.editions.drawing.span import Span
from research.editions.order import ORDER

_PARTS: dict[str, Callable[[Drawn, Hub, Span], None]] = {
    "context": context.draw,
    "trends": trends.draw,
    "agenda": agenda.draw,
    "coach2pev": lambda drawn, hub, span: evaluation.draw(drawn, "coach2pev", span),
    "medexis": lambda drawn, hub, span: evaluation.draw(drawn, "medexis", span),
    "findings": findings.draw,
    "uses": findings.draw_uses,
    "caveats": caveats.draw,
    "next_steps": next_steps.draw,
    "restatements": restated.draw,
}


def draw(kind: str, hub: Hub, span: Span) -> dict[str, Any]:
    """One part: `blocks`, and the `values` that they name. Constant number of queries."""
    drawn = Drawn()
    _PARTS[kind](drawn, hub, span)
    return drawn.as_json()


def draw_all(hub: Hub, span: Span) -> dict[str, dict[str, Any]]:
    return {kind: draw(kind, hub, span) for kind in ORDER}
