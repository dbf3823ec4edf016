"""Doubts about the data: what the rules of the quality board found in these months, below the country."""

from django.utils.translation import gettext as _

from indicators.pages.formats import number_text
from indicators.quality.counts import counted
from indicators.quality.words import rule_words
from research.agenda.models import Hub
from research.editions.drawing.blocks import Drawn, text
from research.editions.drawing.span import Span


def draw(drawn: Drawn, hub: Hub, span: Span) -> None:
    board = counted(hub.country, *span.months)
    drawn.say(
        lambda: _("Values that a rule doubts, of those that it could test. A doubt is no error: it says where to look.")
    )
    drawn.table(
        lambda: _("Doubts by rule"),
        [lambda: _("Rule"), lambda: _("Doubted"), lambda: _("Tested"), lambda: _("Could not be tested")],
        [
            [
                text(lambda code: rule_words(code).name, code),
                text(lambda cell: number_text(cell.flags), cell),
                text(lambda cell: number_text(cell.tested), cell),
                text(lambda cell: number_text(cell.untested_values), cell),
            ]
            for code, cell in board.everything.items()
        ],
        demonstration=board.made_up,
    )
