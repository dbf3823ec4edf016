"""What an analytics request counts: data elements, indicators and the reporting rates of data sets, by uid or code."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from indicators.api.dhis2.answers import conflict
from indicators.api.dhis2.indicators import Indicator, every_indicator
from indicators.api.dhis2.names import SHORT
from indicators.registry.models import DataElement, DataSet

ELEMENT, INDICATOR, RATE = "DATA_ELEMENT", "INDICATOR", "REPORTING_RATE"
METRICS = {
    "REPORTING_RATE": "Reporting rate",
    "REPORTING_RATE_ON_TIME": "Reporting rate on time",
    "ACTUAL_REPORTS": "Actual reports",
    "ACTUAL_REPORTS_ON_TIME": "Actual reports on time",
    "EXPECTED_REPORTS": "Expected reports",
}
MOST = 500


@dataclass(frozen=True)
class Item:
    """One `dx`. `row` is a DataElement, an Indicator, or the DataSet of a `metric`."""

    kind: str
    uid: str
    code: str
    name: str
    row: Any
    metric: str = ""

    @property
    def short(self) -> str:
        return self.name[:SHORT]


def items(named: Sequence[str]) -> list[Item]:
    """In the order asked; what is not known is left out, as DHIS2 does. Three queries for any number.

    Raises Refused where nothing is left, and for groups, which are not offered.
    """
    if any(name.startswith(("DE_GROUP-", "IN_GROUP-")) for name in named):
        raise conflict("not_supported", _("There are no groups of data elements or indicators here."), "dx")
    if len(named) > MOST:
        raise conflict("E7128", _("Too many data items are asked for at once."), "dx")
    known: dict[str, Item] = {}
    for item in [*_indicators(named), *_elements(named), *_rates(named)]:
        known |= {item.uid: item} | ({item.code: item} if item.code in named and item.code not in known else {})
    found = [known[name] for name in named if name in known]
    if not found:
        raise conflict("E7124", _("None of the data items is known here."), "dx")
    return list({item.uid: item for item in found}.values())


def _elements(named: Sequence[str]) -> list[Item]:
    rows = DataElement.objects.filter(Q(uid__in=named) | Q(code__in=named))
    return [Item(ELEMENT, row.uid, row.code or "", row.name, row) for row in rows]


def _indicators(named: Sequence[str]) -> list[Item]:
    wanted = set(named)
    rows: list[Indicator] = every_indicator()
    return [Item(INDICATOR, row.pk, row.code or "", row.name, row) for row in rows if wanted & {row.pk, row.code}]


def _rates(named: Sequence[str]) -> list[Item]:
    asked = [name.rpartition(".")[::2] for name in named if name.rpartition(".")[2] in METRICS]
    sets = {row.uid: row for row in DataSet.objects.filter(uid__in=[uid for uid, _metric in asked])} if asked else {}
    return [
        Item(RATE, f"{uid}.{metric}", "", f"{sets[uid].name} - {METRICS[metric]}", sets[uid], metric)
        for uid, metric in asked
        if uid in sets
    ]
