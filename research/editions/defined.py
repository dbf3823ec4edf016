"""An indicator's definition as an edition freezes it: what is counted over what, in words and in terms."""

from typing import Any

from indicators.pages.numbers import formula
from indicators.registry.definitions import Definition
from research.editions.drawing.blocks import both


def described(measure: Definition) -> dict[str, Any]:
    return {
        "name": {"fr": measure.name_fr, "en": measure.name_en},
        "short": {"fr": measure.short_fr, "en": measure.short_en},
        "formula": both(lambda: formula(measure, {})),
        "unit": measure.unit,
        "annualisation": measure.annualisation,
        "numerator": dict(measure.numerator),
        "denominator": dict(measure.denominator),
        "source": {"fr": measure.source_fr, "en": measure.source_en},
        "note": {"fr": measure.note_fr, "en": measure.note_en},
        "reviewed": measure.reviewed.isoformat() if measure.reviewed else "",
    }
