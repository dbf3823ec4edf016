"""The words around the content of an edition's file."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from research.editions.reading import Document


def labels(document: Document, sha256: str) -> dict[str, str]:
    """In the language that is set."""
    return {
        "contents": _("Contents"),
        "definitions": _("Definitions"),
        "source": _("Source:"),
        "drawn": _("Numbers as known on %(day)s.")
        % {"day": date_format(date.fromisoformat(document.drawn_on), "DATE_FORMAT")},
        "fingerprint": _("Fingerprint of the content (SHA-256): %(sha)s") % {"sha": sha256},
        "demonstration": _("Contains made-up data that show how the tool works. Not a fact."),
        "made_up": _("demonstration"),
        "over": _("▲ above 100%, kept as reported: this points to data-quality problems or an underestimated target."),
        "incomplete": _("* fewer reports came in than were expected."),
        "formula": _("Formula"),
        "unit": _("Unit"),
        "shared": _("Each panel has the same scale."),
        "own": _("Each panel has its own scale."),
    }
