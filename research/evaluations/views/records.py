"""What the room of each innovation counts of its own records."""

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from indicators.periods import Period
from research.coach2pev.models import SupervisionVisit
from research.coach2pev.visits.queries import planned_and_done
from research.evaluations.models import Evaluation
from research.evaluations.progress import Records
from research.evaluations.queries import Followed, Window, unit_keys
from research.medexis.measures.expected import expected_and_received
from research.medexis.models import StockReport


class _Room(NamedTuple):
    """The table of the room's records, and how it counts them by site within a window."""

    rows: type[SupervisionVisit] | type[StockReport]
    counts: Callable[[QuerySet[Any, int], Period, Period], dict[int, tuple[int, int]]]


_ROOMS: dict[str, _Room] = {
    Evaluation.COACH2PEV: _Room(SupervisionVisit, planned_and_done),
    Evaluation.MEDEXIS: _Room(StockReport, expected_and_received),
}


def records_of(evaluation: Evaluation, sites: Collection[Followed], window: Window | None) -> Records:
    """Planned and done (visits), expected and received (reports) by site; nothing without a window or for an evaluation
    whose innovation has no room yet. Four queries at most."""
    made_up = {site.unit_id for site in sites if site.demonstration}
    room = _ROOMS.get(evaluation.code)
    if not room or not window:
        return Records({}, made_up)
    units = unit_keys(evaluation)
    invented = room.rows.objects.filter(site__in=units, demonstration=True).order_by()
    made_up |= set(invented.values_list("site", flat=True).distinct())
    return Records(room.counts(units, *window), made_up)


def within(records: Records, evaluation: Evaluation, window: Window) -> Records:
    """The same counted in another window. Three queries at most."""
    room = _ROOMS.get(evaluation.code)
    return records._replace(counts=room.counts(unit_keys(evaluation), *window) if room else {})


def words(code: str) -> dict[str, str]:
    """What is counted here, in the innovation's own terms."""
    if code == Evaluation.MEDEXIS:
        return {
            "counted": _("Reports received of expected"),
            "all_sites": _("All sites: stock reports received of expected"),
            "rule": _("A month is expected where the evaluation's plan covers it; received means a report exists."),
            "nothing": _("Days out of stock appear with the first monthly report that gives them."),
        }
    return {
        "counted": _("Visits done of planned"),
        "all_sites": _("All sites: visits done of planned"),
        "rule": _(
            "A visit counts as planned on its planned day, whatever became of it, and as done on the day it was done."
        ),
        "nothing": _("Scores appear with the first visit whose checklist was answered."),
    }
