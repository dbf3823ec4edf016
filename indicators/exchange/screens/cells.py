"""Cells of reported values by name."""

from collections.abc import Sequence
from typing import NamedTuple

from indicators.geography.models import OrgUnit
from indicators.pages.formats import MISSING, period_text
from indicators.registry.models import DataElement, OptionCombo


class NamedCell(NamedTuple):
    """`option` is empty for the default one."""

    place: str
    period: str
    element: str
    option: str


def named_cells(cells: Sequence[tuple[int, int, int, int, int]]) -> list[NamedCell]:
    """Of (element id, period code, unit id, option id, attribute id). Three queries, none without cells."""
    if not cells:
        return []
    elements = {it.pk: it.name for it in DataElement.objects.filter(pk__in={cell[0] for cell in cells})}
    places = dict(OrgUnit.objects.filter(pk__in={cell[2] for cell in cells}).values_list("pk", "name"))
    named = OptionCombo.objects.filter(pk__in={cell[3] for cell in cells}).exclude(uid=OptionCombo.DEFAULT_UID)
    options = {it.pk: it.name for it in named}
    return [
        NamedCell(
            places.get(unit, MISSING), period_text(period), elements.get(element, MISSING), options.get(option, "")
        )
        for element, period, unit, option, _attribute in cells
    ]
