"""All collections that this face has, by name."""

from indicators.api.dhis2.elements import COMBOS, ELEMENTS, HELD, SETS
from indicators.api.dhis2.indicators import INDICATORS, TYPES
from indicators.api.dhis2.resource import Resource
from indicators.api.dhis2.units import GROUPS, LEVELS, UNITS

LISTED = (UNITS, GROUPS, LEVELS, ELEMENTS, SETS, INDICATORS, TYPES, COMBOS)
"""Those with an address of their own."""
RESOURCES: dict[str, Resource] = {one.name: one for one in (*LISTED, HELD)}
