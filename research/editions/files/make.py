"""One file of a frozen edition, from its frozen content and nothing else. No query."""

import json

from research.editions.content import fingerprint
from research.editions.files import docx, pdf
from research.editions.models import Edition, EditionFile
from research.editions.reading import read


class NotIntact(ValueError):
    """The frozen content is not what its fingerprint was made of."""


def made(edition: Edition, format: str, language: str) -> bytes:
    """Raises NotIntact where the content does not fit its fingerprint: such a file would lie."""
    if not edition.content or fingerprint(edition.content) != edition.sha256:
        raise NotIntact(f"edition {edition.pk}")
    document = read(json.loads(edition.content), language)
    make = pdf.made if format == EditionFile.Format.PDF else docx.made
    return make(document, edition.sha256)
