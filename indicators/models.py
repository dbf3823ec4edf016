"""Re-exports the rooms' models: Django looks for them here, people look in the rooms."""

from indicators.accounts.models import User
from indicators.exchange.models import ImportRun
from indicators.geography.models import OrgUnit, OrgUnitAlias, OrgUnitGroup, OrgUnitGroupMembership
from indicators.registry.models import DataElement, ImportedIndicator, OptionCombo
from indicators.rollup.models import Aggregate, DenominatorTotal, RefreshJob
from indicators.sources.models import Source
from indicators.values.models import Batch, ChangedCell, DataValue, Denominator, PublishedFigure, ValueChange

__all__ = [
    "Aggregate",
    "Batch",
    "ChangedCell",
    "DataElement",
    "DataValue",
    "Denominator",
    "DenominatorTotal",
    "ImportRun",
    "ImportedIndicator",
    "OptionCombo",
    "OrgUnit",
    "OrgUnitAlias",
    "OrgUnitGroup",
    "OrgUnitGroupMembership",
    "PublishedFigure",
    "RefreshJob",
    "Source",
    "User",
    "ValueChange",
]
