"""`{% load approvals %}`: how far a record has come, on its own page."""

from typing import Any

from django import template
from django.template import Context

from indicators.approvals.kinds import kinds
from indicators.approvals.models import Approval
from indicators.approvals.policies import can_read
from indicators.approvals.queries import approval_of
from indicators.approvals.states import State

register = template.Library()


@register.simple_tag
def approval_kind(code: str) -> Any:
    kind = kinds().get(code)
    return kind.name if kind else code


@register.simple_tag(takes_context=True)
def may_verify(context: Context) -> bool:
    return can_read(context["request"].user)


@register.inclusion_tag("approvals/_line.html", takes_context=True)
def approval_line(context: Context, kind: str, key: Any) -> dict[str, Any]:
    """The state with the way to its page; nothing for who may not open that. One query."""
    if not can_read(context["request"].user):
        return {}
    row = approval_of(kind, str(key))
    state = Approval.States(row.state if row else State.OPEN.value).label
    return {"kind": kind, "key": str(key), "approval": row, "state": state}
