"""The indicator definitions, which are files and no rows."""

from collections.abc import Iterator

from django.urls import reverse

from indicators.registry.definitions import definitions
from research.search.found import Found, texts


def indicators() -> Iterator[tuple[str, Found]]:
    """Each definition by its code."""
    for code, one in definitions().items():
        body = texts(code, one.short_fr, one.short_en, one.note_fr, one.note_en)
        yield code, Found(one.name_fr, one.name_en, reverse("indicator-detail", args=[code]), body)
