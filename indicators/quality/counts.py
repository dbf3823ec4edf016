"""The counts of a board, kept as long as the numbers under them are the same."""

from zlib import crc32

from django.core.cache import cache

from indicators.geography.models import OrgUnit
from indicators.periods import Period
from indicators.quality.board import RULES, Board, board
from indicators.quality.material import Material
from indicators.rollup.models import RefreshJob
from indicators.rollup.queries import changed_cells_wait

KEPT_SECONDS = 3600
_RULES = crc32(",".join(RULES).encode())


def counted(unit: OrgUnit, first: Period, last: Period) -> Board:
    """The board of a unit and of these months, both included.

    Whatever changes values, targets, units or data sets marks it and asks for a refresh in the same transaction. So
    while a mark or a refresh waits the board is counted anew each time; afterwards it is kept until the next refresh.
    """
    key = _key(unit, first, last)
    found: Board | None = cache.get(key) if key else None
    if found is None:
        found = board(Material(unit, first, last))
        if key:
            cache.set(key, found, KEPT_SECONDS)
    return found


def _key(unit: OrgUnit, first: Period, last: Period) -> str:
    """Blank where nothing may be kept. At most three queries."""
    done, under_way = RefreshJob.State.DONE, (RefreshJob.State.QUEUED, RefreshJob.State.RUNNING)
    if changed_cells_wait() or RefreshJob.objects.filter(state__in=under_way).exists():
        return ""
    newest = RefreshJob.objects.filter(state=done).order_by("-pk").values_list("finished_at", flat=True).first()
    return f"quality-board:{_RULES}:{unit.pk}:{first.id}:{last.id}:{newest.timestamp()}" if newest else ""
