"""Learning agenda: how far each question is, read from what is on record."""

from django.utils.translation import gettext as _

from research.agenda.models import Hub
from research.agenda.overview import Overview, overviews
from research.agenda.queries import questions
from research.editions.drawing.blocks import Drawn, Text, both, numbered, paired
from research.editions.drawing.span import Span
from research.observations.queries import counts_by_question


def draw(drawn: Drawn, hub: Hub, span: Span) -> None:
    asked = list(questions().filter(hub=hub))
    records = {key: one.observations for key, one in counts_by_question().items()}
    found = overviews(asked, records)
    drawn.entries([
        {
            "title": numbered(one),
            "text": paired(one, "text"),
            "facts": [[both(lambda: _("How far it is")), _how_far(found[one.pk])]],
            "demonstration": found[one.pk].demonstration,
        }
        for one in asked
    ])  # fmt: skip


def _how_far(overview: Overview) -> Text:
    return both(lambda: f"{overview.word} – {overview.reason}")
