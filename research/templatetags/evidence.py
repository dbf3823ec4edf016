"""`{% load evidence %}`: from any record to the findings that rest on it, and to its chain."""

from typing import Any

from django import template
from django.urls import reverse

from research.evidence.policies import can_read_findings, can_write
from research.evidence.queries import resting_on
from research.exports.policies import can_export

register = template.Library()


@register.simple_tag(takes_context=True)
def may_export(context: dict[str, Any]) -> bool:
    """Whether the reader takes research data out."""
    return can_export(context["user"])


@register.inclusion_tag("research/evidence/_resting_on.html", takes_context=True)
def evidence_of(context: dict[str, Any], kind: str, key: Any) -> dict[str, Any]:
    """`{% evidence_of "visit" visit.pk %}`: the findings that rest on the record, the way to its chain and, for whoever
    writes findings, to its use as evidence. Nothing for strangers."""
    user = context["user"]
    if not can_read_findings(user):
        return {}
    return {
        "findings": list(resting_on(kind, str(key), user)),
        "chain_url": reverse("chain", args=[kind, key]),
        "use_url": reverse("evidence-use", args=[kind, key]) if can_write(user) else "",
    }
