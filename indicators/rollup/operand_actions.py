"""Keeps the data elements that imported expressions ask for in one option combination, and no others."""

from typing import NamedTuple

from django.db import transaction

from indicators.accounts.models import User
from indicators.periods import EVERY_MONTH
from indicators.registry.computability import DataPart, data_part
from indicators.registry.models import DataElement, ImportedIndicator, OptionCombo
from indicators.rollup.actions import refresh_soon
from indicators.rollup.models import Aggregate
from indicators.rollup.operands import asked_by
from indicators.values.actions import mark_cells
from indicators.values.models import DataValue

_NAME = 230
"""Characters of a data element's name."""


class Kept(NamedTuple):
    created: int
    updated: int
    removed: int


@transaction.atomic
def keep_operands(*, by: User | None) -> Kept:
    """Makes an operand for each `#{element.option}` that an imported indicator asks for and whose parts are known.

    Names, value type and aggregation follow its element's; one that nothing asks for any more goes, with its
    aggregates. What changed is marked and its refresh asked for. Again: nothing.
    """
    indicators = ImportedIndicator.objects.values_list("numerator", "denominator")
    asked = asked_by(text for sides in indicators for text in sides)
    parts = {part.uid: part for operand in asked if (part := data_part(operand)) and part.uid != part.element}
    there = {row.uid: row for row in DataElement.objects.filter(derivation=DataElement.Derivation.OPERAND)}
    elements = {
        row.uid: row
        for row in DataElement.objects.filter(
            uid__in={part.element for part in parts.values()}, derivation=DataElement.Derivation.REPORTED
        )
    }
    options = {one for part in parts.values() for one in (part.option, part.attribute) if one}
    combos = {row.uid: row for row in OptionCombo.objects.filter(uid__in=options)}
    stale: list[DataElement] = []
    created = updated = 0
    for uid, part in sorted(parts.items()):
        if part.element not in elements or {part.option, part.attribute} - {None} - combos.keys():
            continue
        row = there.get(uid) or DataElement(uid=uid, derivation=DataElement.Derivation.OPERAND)
        before = row.pk and (row.value_type, row.aggregation)
        if not _write(row, part, elements[part.element], combos, by):
            continue
        created, updated = created + (before is None), updated + (before is not None)
        if before != (row.value_type, row.aggregation):
            stale.append(row)
    removed = [row for uid, row in there.items() if uid not in parts]
    for row in removed:
        Aggregate.objects.filter(element=row).delete()
        row._history_user = by  # type: ignore[attr-defined]
        row.delete()
    _mark(stale)
    return Kept(created, updated, len(removed))


def _write(
    row: DataElement, part: DataPart, element: DataElement, combos: dict[str, OptionCombo], by: User | None
) -> bool:
    option = combos[part.option] if part.option else None
    attribute = combos[part.attribute] if part.attribute else None
    ending = ", ".join(combo.name for combo in (option, attribute) if combo)
    wanted = {
        "operand_of_id": element.pk,
        "operand_option_id": option.pk if option else None,
        "operand_attribute_id": attribute.pk if attribute else None,
        "value_type": element.value_type,
        "aggregation": element.aggregation,
        "name_fr": f"{element.name_fr} – {ending}"[:_NAME],
        "name_en": f"{element.name_en} – {ending}"[:_NAME],
    }
    if row.pk and all(getattr(row, field) == value for field, value in wanted.items()):
        return False
    for field, value in wanted.items():
        setattr(row, field, value)
    row._history_user = by  # type: ignore[attr-defined]
    row.save()
    return True


def _mark(operands: list[DataElement]) -> None:
    """All months in which the element was reported."""
    months: dict[int, list[int]] = {}
    for row in operands:
        assert row.operand_of_id is not None
        if row.operand_of_id not in months:
            reported = DataValue.objects.filter(element=row.operand_of_id, period__range=EVERY_MONTH).order_by()
            months[row.operand_of_id] = list(reported.values_list("period", flat=True).distinct())
    cells = [(row.pk, month) for row in operands for month in months[row.operand_of_id or 0]]
    if cells:
        mark_cells(cells)
        refresh_soon()
