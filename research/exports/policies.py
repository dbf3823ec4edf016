"""Who takes research data out. Partners and clerks: aggregates on the pages of indicators, no rows."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from indicators.accounts.permissions import anybodys, may
from research.exports.models import ExportRecord


def can_export(user: Any) -> bool:
    """Whether the person takes out rows without what could tell who somebody is: researchers and leads."""
    return bool(may(user, "export.deidentified"))


def can_export_whole(user: Any) -> bool:
    """Whether the person takes out everything that they may read, with a reason: leads."""
    return bool(may(user, "export.full"))


def check_export(user: Any, *, whole: bool) -> None:
    if not (can_export_whole(user) if whole else can_export(user)):
        raise PermissionDenied(
            _("Researchers export de-identified rows; evaluation leads export whole ones, with a reason.")
        )


def records_for(user: Any) -> QuerySet[ExportRecord]:
    """The exports that the person may see: leads all, others their own."""
    rows = ExportRecord.objects.select_related("by")
    return rows if anybodys(user, "export.read_all") else rows.filter(by=user)
