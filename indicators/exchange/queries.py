"""Reads of imports."""

from django.db.models import QuerySet

from indicators.exchange.models import ImportRun


def import_runs() -> QuerySet[ImportRun]:
    """Committed imports, the latest first, with the account and the batch fetched."""
    return ImportRun.objects.select_related("by", "batch__source").order_by("-at", "-pk")
