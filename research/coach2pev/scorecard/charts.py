"""The scores of a site's visits as a figure."""

from collections.abc import Mapping, Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from indicators.pages.charts import Chart, Series, line_chart
from indicators.pages.formats import number_text
from research.coach2pev.models import SupervisionVisit
from research.coach2pev.visits.scores import Score

DRAWN = 24
"""So many of the latest visits are given and drawn."""


def scores(visits: Sequence[SupervisionVisit], totals: Mapping[int, Score]) -> Chart | None:
    """Points per 100 possible points, visit by visit; a visit without a score is a gap. None without any score."""
    points = []
    for visit in visits:
        share = totals[visit.pk].share if visit.pk in totals else None
        assert visit.done_on is not None
        points.append((date_format(visit.done_on, "SHORT_DATE_FORMAT"), None if share is None else 100 * share))
    known = [value for _label, value in points if value is not None]
    if not known:
        return None
    words = {"first": number_text(known[0]), "last": number_text(known[-1])}
    title = (
        _("Score: from %(first)s to %(last)s of 100 possible points") % words
        if len(known) > 1
        else _("Score: %(last)s of 100 possible points") % words
    )
    return line_chart(
        [Series(_("Score"), points, demonstration=any(visit.demonstration for visit in visits))],
        title=title,
        unit=_("points per 100 possible points, by visit"),
        source=_("Checklists of the visits"),
        key="scores",
    )
