"""Reads of the files that were taken in."""

from typing import Any

from django.db.models import QuerySet

from indicators.accounts.permissions import anybodys
from research.medexis.models import StockFile
from research.medexis.policies import can_enter


def files_for(user: Any) -> QuerySet[StockFile]:
    """The files that the person may see, the latest first: clerks their own, evaluation leads everybody's."""
    files = StockFile.objects.select_related("by", "undone_by")
    if not can_enter(user):
        return files.none()
    return files if anybodys(user, "stock.undo_file") else files.filter(by=user)
