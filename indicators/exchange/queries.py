"""Reads of imports."""

from django.db.models import QuerySet

from indicators.exchange.models import ImportRun
from indicators.geography.models import NameSetAside


def import_runs() -> QuerySet[ImportRun]:
    """Committed imports, the latest first, with the account and the batch fetched."""
    return ImportRun.objects.select_related("by", "batch__source").order_by("-at", "-pk")


def names_waiting() -> QuerySet[NameSetAside]:
    """Names of files that wait for a person to say which unit they mean, those found last first."""
    return NameSetAside.objects.filter(state=NameSetAside.State.OPEN).order_by("-last_seen", "name")
