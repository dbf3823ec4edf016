"""Next steps: what the plan of the learning agenda holds after these months."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from research.agenda.models import Dissemination, Hub, LearningActivity, UseCase
from research.editions.drawing.blocks import Drawn, both, paired
from research.editions.drawing.span import Span


def draw(drawn: Drawn, hub: Hub, span: Span) -> None:
    rows = [
        {
            "title": title,
            "facts": [[both(kind), both(date_format, day, "DATE_FORMAT")]],
            "demonstration": made_up,
        }
        for day, title, kind, made_up in sorted(_ahead(hub, span.last.end), key=lambda one: one[0])
    ]
    drawn.entries(rows)
    if not rows:
        drawn.say(lambda: _("Nothing is planned with a date after these months."))


def _ahead(hub: Hub, end: date) -> Iterator[tuple[date, dict[str, str], Any, bool]]:
    """Day, title, what happens on that day, made up."""
    open_ones = LearningActivity.objects.filter(question__hub=hub, done_on=None, cancelled_on=None)
    for activity in open_ones.filter(Q(starts_on__gt=end) | Q(ends_on__gt=end)):
        starts = activity.starts_on
        if starts and starts > end:
            yield starts, paired(activity, "title"), lambda: _("Activity begins"), activity.demonstration
        elif activity.ends_on:
            yield activity.ends_on, paired(activity, "title"), lambda: _("Activity ends"), activity.demonstration
    for case in UseCase.objects.filter(question__hub=hub, needed_by__gt=end):
        if case.needed_by:
            yield (
                case.needed_by,
                paired(case, "decision"),
                lambda: _("Decision waits for an answer"),
                case.demonstration,
            )
    told = Dissemination.objects.filter(questions__hub=hub, planned_on__gt=end, held_on=None, cancelled_on=None)
    for event in told.distinct():
        if event.planned_on:
            yield event.planned_on, paired(event, "event"), lambda: _("Dissemination"), event.demonstration
