"""What the room of each innovation counts of its own records."""

from collections.abc import Callable, Collection

from django.utils.translation import gettext as _

from indicators.geography.models import OrgUnit
from research.coach2pev.models import SupervisionVisit
from research.coach2pev.visits.queries import planned_and_done
from research.evaluations.models import Evaluation
from research.evaluations.progress import Records
from research.evaluations.queries import Window
from research.medexis.measures.expected import expected_and_received
from research.medexis.models import StockReport


def _visits(units: Collection[OrgUnit], window: Window) -> Records:
    made_up = SupervisionVisit.objects.filter(site__in=units, demonstration=True).order_by()
    return Records(planned_and_done(units, *window), set(made_up.values_list("site", flat=True)))


def _reports(units: Collection[OrgUnit], window: Window) -> Records:
    made_up = StockReport.objects.filter(site__in=units, demonstration=True).order_by()
    return Records(expected_and_received(units, *window), set(made_up.values_list("site", flat=True)))


_ROOMS: dict[str, Callable[[Collection[OrgUnit], Window], Records]] = {
    Evaluation.COACH2PEV: _visits,
    Evaluation.MEDEXIS: _reports,
}


def records_of(evaluation: Evaluation, units: Collection[OrgUnit], window: Window | None) -> Records:
    """Planned and done (visits), expected and received (reports) by site; nothing without a window or for an evaluation
    whose innovation has no room yet. Three queries at most."""
    room = _ROOMS.get(evaluation.code)
    return room(list(units), window) if room and window else Records({})


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
