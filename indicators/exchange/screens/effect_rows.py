"""What an import does to the indicators, in words: before → after."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from indicators.geography.models import OrgUnit
from indicators.pages.formats import period_text
from indicators.pages.numbers import value_text
from indicators.registry.definitions import definitions


class EffectRow(NamedTuple):
    place: str
    indicator: str
    code: str
    period: str
    before: str
    after: str


def effect_rows(effects: Sequence[dict[str, Any]]) -> list[EffectRow]:
    """Rows of a run's report, units and definitions that are gone left out. One query, none without rows."""
    ids = {effect["unit_id"] for effect in effects}
    places = dict(OrgUnit.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    known = definitions()
    return [
        EffectRow(
            places[effect["unit_id"]],
            known[effect["definition"]].name,
            effect["definition"],
            period_text(effect["period"]),
            value_text(effect["before"], known[effect["definition"]].unit),
            value_text(effect["after"], known[effect["definition"]].unit),
        )
        for effect in effects
        if effect["unit_id"] in places and effect["definition"] in known
    ]
