"""The only writer of values."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from django.db import transaction
from django.db.models import Q

from indicators.geography.models import OrgUnit
from indicators.periods import BadPeriod, Period
from indicators.registry.models import DataElement, OptionCombo
from indicators.values import bulk
from indicators.values.bulk import Rows
from indicators.values.keys import Integers, dense
from indicators.values.models import Batch, ChangedCell, DataValue, ValueChange


class BadValues(ValueError):
    """The caller's rows cannot be written; nothing was."""


class Reported(NamedTuple):
    """One number reported. `period` is a period's code; only months are rolled up. `value` None deletes the cell."""

    element_id: int
    period: int
    unit_id: int
    option_id: int
    attribute_id: int
    value: float | None


class Written(NamedTuple):
    """How many rows had which effect; they add up to the rows given. A deletion of nothing is unchanged."""

    created: int
    updated: int
    unchanged: int
    deleted: int


@transaction.atomic
def write_values(records: Sequence[Reported], *, batch: Batch) -> Written:
    """Writes the numbers in one transaction, and what they replace into ValueChange.

    A number equal to the stored one changes nothing, not even its batch, unless one of the two is demonstration.
    Changed cells are marked for the refresh in the same transaction (the caller asks for it: `rollup.actions`).
    Raises BadValues for a cell given twice, a number that is not finite, a code of no period, or a reference to a
    row that does not exist: readers and forms have checked all that, so it is a fault of the program.
    """
    if not records:
        return Written(0, 0, 0, 0)
    try:
        rows = Rows.of(records)
    except ValueError as error:
        raise BadValues(str(error)) from error
    _check(rows)
    return Written(*bulk.write(rows, batch=batch))


@transaction.atomic
def write_rows(rows: Rows, *, batch: Batch) -> Written:
    """As `write_values`, for numbers that are columns already."""
    if not len(rows.value):
        return Written(0, 0, 0, 0)
    if np.isinf(rows.value).any():
        raise BadValues("a value is not finite")
    _check(rows)
    return Written(*bulk.write(rows, batch=batch))


def _check(rows: Rows) -> None:
    if (rows.key[1:] == rows.key[:-1]).any():
        raise BadValues("a cell is given twice")
    for code in dense(rows.period)[0].tolist():
        try:
            period = Period.from_code(code)
        except (BadPeriod, ValueError) as error:
            raise BadValues(f"no period has the code {code}") from error
        if period.code != code:
            raise BadValues(f"no period has the code {code}")
    _check_exist(DataElement.objects.values_list("pk", flat=True), _different(rows.element))
    _check_exist(OrgUnit.objects.values_list("pk", flat=True), _different(rows.unit))
    _check_exist(OptionCombo.objects.values_list("pk", flat=True), _different(rows.option) | _different(rows.attribute))


def _different(ids: Integers) -> set[int]:
    return set(dense(ids)[0].tolist())


def _check_exist(known: Iterable[int], wanted: set[int]) -> None:
    found = set(known.filter(pk__in=wanted) if len(wanted) < 500 else known)  # type: ignore[attr-defined]
    if missing := wanted - found:
        raise BadValues(f"no such row: {sorted(missing)[:10]}")


@transaction.atomic
def mark_everything() -> None:
    """Notes that every aggregate may be out of date: the tree, the registry or the denominators changed."""
    if not ChangedCell.objects.filter(element=None, unit=None).exists():
        ChangedCell.objects.create()


def mark_targets(units: Iterable[int]) -> None:
    """Notes that what children these units have, by the preferred denominator, may have changed."""
    ChangedCell.objects.bulk_create(ChangedCell(unit_id=unit) for unit in units)


@transaction.atomic
def mark_cells(cells: Iterable[tuple[int, ...]]) -> None:
    """Notes that what lies above these cells may be out of date: (element, month) of all units, or (…, unit)."""
    names = ("element_id", "period", "unit_id")
    ChangedCell.objects.bulk_create(
        (ChangedCell(**dict(zip(names, cell, strict=False))) for cell in cells), batch_size=5000
    )


@transaction.atomic
def delete_demonstration_values() -> int:
    """Deletes all demonstration values and their traces; returns how many values went.

    A real number that the demonstration had replaced comes back. Ask for a refresh afterwards.
    """
    demonstration = DataValue.objects.filter(batch__demonstration=True)
    replaced: dict[tuple[int, ...], ValueChange] = {}
    for change in ValueChange.objects.filter(batch__demonstration=True, before_batch__demonstration=False).order_by(
        "id"
    ):
        replaced[change.element_id, change.period, change.unit_id, change.option_id, change.attribute_id] = change
    lost = [
        DataValue(pk=cell, value=change.before, batch_id=change.before_batch_id)
        for cell, change in replaced.items()
        if demonstration.filter(pk=cell).exists()
    ]
    deleted, _ = demonstration.delete()
    DataValue.objects.bulk_create(lost)
    ValueChange.objects.filter(Q(batch__demonstration=True) | Q(before_batch__demonstration=True)).delete()
    mark_everything()
    return deleted
