"""The only writer of the reports that units declared complete."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from django.db import transaction

from indicators.registry.models import DataElement
from indicators.values.actions import BadValues, Written, mark_cells
from indicators.values.bulk import LIST_AT_MOST
from indicators.values.models import Batch, ReportReceived

_Key = tuple[int, int, int]
Derivation = DataElement.Derivation


class Received(NamedTuple):
    """A report of a data set, by the code of its month. `received_on` None: it is no longer complete."""

    data_set_id: int
    period: int
    unit_id: int
    received_on: date | None


@transaction.atomic
def write_reports(records: Sequence[Received], *, batch: Batch) -> Written:
    """Writes the days in one transaction and marks what counts these reports; the caller asks for the refresh.

    A day equal to the stored one changes nothing. Raises BadValues for a report given twice: readers have checked.
    """
    wanted: dict[_Key, date | None] = {record[:3]: record.received_on for record in records}
    if len(wanted) < len(records):
        raise BadValues("a report is given twice")
    stored = _stored({key[0] for key in wanted}, {key[1] for key in wanted})
    differing = {key: day for key, day in wanted.items() if stored.get(key) != day}
    rows = [
        ReportReceived(data_set_id=key[0], period=key[1], unit_id=key[2], received_on=day, batch=batch)
        for key, day in differing.items()
        if day is not None
    ]
    ReportReceived.objects.bulk_create(
        rows, batch_size=2000, update_conflicts=True, unique_fields=["data_set_id", "period", "unit_id"],
        update_fields=["received_on", "batch"],
    )  # fmt: skip
    withdrawn = [key for key, day in differing.items() if day is None]
    for data_set, period, units in _blocks(withdrawn):
        ReportReceived.objects.filter(data_set=data_set, period=period, unit__in=units).delete()
    _mark(differing)
    created = sum(key not in stored for key, day in differing.items() if day is not None)
    return Written(created, len(rows) - created, len(records) - len(differing), len(withdrawn))


def compare_reports(records: Sequence[Received]) -> Written:
    """What `write_reports` would do. Reads only."""
    stored = _stored({record.data_set_id for record in records}, {record.period for record in records})
    counts = [0, 0, 0, 0]
    for record in records:
        before, after = stored.get(record[:3]), record.received_on
        counts[2 if before == after else 0 if before is None else 3 if after is None else 1] += 1
    return Written(*counts)


def days_differ(records: Sequence[Received]) -> list[bool]:
    """Of each report, whether another day is stored. Reads only."""
    stored = _stored({record.data_set_id for record in records}, {record.period for record in records})
    return [stored.get(it[:3], it.received_on) != it.received_on for it in records]


class NewerReports(Exception):
    """Another batch has set some of the days since."""


@transaction.atomic
def take_back_reports(undone: Batch, *, blocks: Iterable[tuple[int, int]], set_by_it: int) -> int:
    """Deletes the reports that the batch declared complete, by data set and month, and marks what counts them.

    Only for a batch that replaced none: what a day was before is not kept. Raises NewerReports.
    """
    keys: list[_Key] = []
    for data_set, period in blocks:
        rows = ReportReceived.objects.filter(data_set=data_set, period=period, batch=undone)
        keys += [(data_set, period, unit) for unit in rows.values_list("unit_id", flat=True)]
    if len(keys) != set_by_it:
        raise NewerReports
    for data_set, period, units in _blocks(keys):
        ReportReceived.objects.filter(data_set=data_set, period=period, unit__in=units).delete()
    _mark(keys)
    return len(keys)


def _stored(data_sets: set[int], periods: set[int]) -> dict[_Key, date]:
    rows = ReportReceived.objects.filter(data_set__in=data_sets, period__in=periods)
    return {(one, period, unit): day for one, period, unit, day in rows.values_list(
        "data_set_id", "period", "unit_id", "received_on"
    )}  # fmt: skip


def _blocks(keys: Iterable[_Key]) -> Iterator[tuple[int, int, list[int]]]:
    """Keys by data set and month, five hundred units at a time: SQLite takes no longer lists."""
    found: dict[tuple[int, int], list[int]] = {}
    for data_set, period, unit in keys:
        found.setdefault((data_set, period), []).append(unit)
    for (data_set, period), units in found.items():
        for start in range(0, len(units), 500):
            yield data_set, period, units[start : start + 500]


def _mark(keys: Collection[_Key]) -> None:
    """What counts these reports as received: cell by cell, or by data set and month where they are many."""
    counts: dict[int, list[int]] = {}
    for data_set, element in DataElement.objects.filter(
        data_set__in={key[0] for key in keys}, derivation__in=[Derivation.ACTUAL_REPORTS, Derivation.REPORTS_ON_TIME]
    ).values_list("data_set_id", "pk"):
        counts.setdefault(data_set, []).append(element)
    cells = {(element, *key[1:]) for key in keys for element in counts.get(key[0], ())}
    mark_cells(sorted(cells if len(cells) <= LIST_AT_MOST else {cell[:2] for cell in cells}))
