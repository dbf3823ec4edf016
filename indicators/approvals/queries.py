"""Reads of approvals: what waits, and what was done with one record."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from indicators.approvals.models import Approval
from indicators.approvals.states import State
from indicators.geography.scopes import limit_to_scope


def approval_of(kind: str, key: str) -> Approval | None:
    rows = Approval.objects.select_related("submitted_by", "verified_by", "approved_by", "published_by")
    return rows.filter(kind=kind, key=key).first()


def states_of(kind: str, keys: Collection[str]) -> dict[str, str]:
    """How far these have come, in words, by key; those of which nothing was asked yet are left out. One query."""
    rows = Approval.objects.filter(kind=kind, key__in=list(keys)).exclude(state=State.OPEN.value)
    return {row.key: row.get_state_display() for row in rows}


def approvals_for(user: Any) -> QuerySet[Approval]:
    """Those of places that the person may meet, the latest first; what is in entry only is left out."""
    rows = limit_to_scope(Approval.objects.all(), user, unit="unit").exclude(state=State.OPEN.value)
    return rows.select_related("unit", "element", "submitted_by")
