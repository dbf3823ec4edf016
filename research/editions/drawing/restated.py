"""What the edition before told and is known otherwise now."""

from django.utils.translation import gettext as _

from indicators.pages.formats import period_text
from indicators.pages.numbers import value_text
from indicators.registry.definitions import definition
from research.agenda.models import Hub
from research.editions.drawing.blocks import Drawn, paired, text
from research.editions.drawing.span import Span
from research.editions.queries import frozen_before
from research.editions.restated_words import named_places, why_text
from research.editions.restatements import restatements

MOST = 200


def draw(drawn: Drawn, hub: Hub, span: Span) -> None:
    before = frozen_before(hub, span.first.code)
    if before is None:
        drawn.say(lambda: _("No earlier edition is frozen."))
        return
    found = restatements(before)
    names = paired(before, "title")
    if not found:
        drawn.say(lambda: _("Nothing that the edition before told is known otherwise now."))
        return
    places = named_places(found)
    drawn.table(
        lambda: _("Values that the edition before told and that are known otherwise now"),
        [
            lambda: _("Indicator"), lambda: _("Place"), lambda: _("Period"), lambda: _("As told"), lambda: _("Now"),
            lambda: _("Why"),
        ],
        [
            [
                text(lambda one: definition(one.code).short, one),
                {"text": places[one.where]},
                text(lambda one: period_text(one.period), one),
                text(lambda one: value_text(one.old, definition(one.code).unit), one),
                text(lambda one: value_text(one.new, definition(one.code).unit), one),
                text(lambda one: why_text(one), one),
            ]
            for one in found[:MOST]
        ],
        source=lambda: names["fr"] if names["fr"] == names["en"] else before.title,
        numbers=False,
    )  # fmt: skip
