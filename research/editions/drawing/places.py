"""Names of places as an edition tells them: to strangers too, so without sites in conflict districts."""

from collections.abc import Collection

from django.contrib.auth.models import AnonymousUser
from django.utils import translation

from indicators.geography.models import OrgUnit
from research.editions.drawing.blocks import LANGUAGES, Text
from research.evaluations.queries import site_names


def names_told(units: Collection[OrgUnit]) -> dict[int, Text]:
    """Primary key → name in both languages; a hidden site has its place in the list given. Units need `parent`. At most
    two queries."""
    by_language = {}
    for language in LANGUAGES:
        with translation.override(language):
            by_language[language] = {key: str(name) for key, name in site_names(units, AnonymousUser()).items()}
    return {unit.pk: {language: names[unit.pk] for language, names in by_language.items()} for unit in units}
