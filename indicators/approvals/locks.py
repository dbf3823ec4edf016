"""What is closed. Every writer asks here before it changes a record, every import before it changes a cell."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from indicators.approvals.models import Approval, LockException
from indicators.approvals.states import CLOSED

CELL = "cell"
Cell = tuple[int, int, int]


class Closed(ValidationError):
    """What was to be changed is approved; the sentence says since when and who opens it."""


def check_open(kind: str, key: object) -> None:
    """Raises Closed where the record is approved and no exception is in force. One query where it is open.

    To be called in the transaction that changes the record: until its end nobody takes a step with the record.
    """
    row = Approval.objects.select_for_update().filter(kind=kind, key=str(key)).first()
    if row is not None and row.closed and _closed().filter(pk=row.pk).exists():
        told = {"day": date_format(timezone.localtime(row.approved_at), "DATE_FORMAT") if row.approved_at else "?"}
        raise Closed(
            _("Approved on %(day)s, and closed since. An evaluation lead can open it again for some days.") % told,
            code="period_locked",
        )


def closed_keys(kind: str, keys: Collection[object]) -> set[str]:
    """Those of these records that are closed. One query."""
    if not keys:
        return set()
    return set(_closed().filter(kind=kind, key__in=[str(key) for key in keys]).values_list("key", flat=True))


def closed_cells(blocks: Collection[tuple[int, int]]) -> set[Cell]:
    """(element id, period code, unit id) of cells that no import may change, among these elements and periods."""
    if not blocks:
        return set()
    wanted = set(blocks)
    rows = _closed().filter(kind=CELL).values_list("element", "period", "unit")
    return {
        (element, period, unit)
        for element, period, unit in rows
        if element is not None and period is not None and (element, period) in wanted
    }


def _closed() -> QuerySet[Approval]:
    open_still = LockException.objects.filter(approval=OuterRef("pk"), until__gte=timezone.localdate())
    return Approval.objects.filter(Q(state__in=[state.value for state in CLOSED]) & ~Exists(open_still)).order_by()
