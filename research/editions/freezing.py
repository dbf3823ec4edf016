"""The content of an edition put together from its sections, as it would be frozen now. One query for the sections."""

from typing import Any

from indicators.registry.definitions import definition
from research.editions.content import whole
from research.editions.defined import described
from research.editions.drawing.blocks import paired
from research.editions.models import Edition


def assembled(edition: Edition) -> dict[str, Any]:
    """Title, hub, time, sections with words, values and the definitions of every indicator among them."""
    first, last = edition.span
    sections = [
        {"kind": one.kind, "words": {"fr": one.words_fr, "en": one.words_en}, "drawn": one.drawn}
        for one in edition.sections.all()
    ]
    codes = {key.split("/")[0] for one in sections for key in one["drawn"].get("values", {})}
    about = {
        "title": {"fr": edition.title_fr, "en": edition.title_en},
        "hub": {**paired(edition.hub, "name"), "acronym": edition.hub.acronym},
        "first": first.id,
        "last": last.id,
        "drawn_at": edition.drawn_at.isoformat(timespec="seconds"),
    }
    definitions = {code: described(definition(code)) for code in sorted(codes)}
    return whole(about=about, sections=sections, definitions=definitions)
