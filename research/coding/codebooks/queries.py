"""Reads of codebooks."""

from typing import Any

from django.db.models import QuerySet

from research.coding.models import Codebook
from research.coding.policies import can_code


def shown_to(user: Any) -> QuerySet[Codebook]:
    """Those in use and out of use for everybody; drafts for those who code."""
    rows = Codebook.objects.all()
    return rows if can_code(user) else rows.exclude(state=Codebook.State.DRAFT)
