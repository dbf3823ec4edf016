"""The writer of data sets, of the units that they are asked of, and of the elements that count their reports."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from indicators.accounts.models import User
from indicators.geography.queries import units_by_identifier
from indicators.registry.actions import MetadataProblem, Upserted, duplicates
from indicators.registry.models import DataElement, DataSet, DataSetAssignment
from indicators.registry.records import DataSetRecord
from indicators.sources.models import Source

MONTHLY = "Monthly"
Derivation = DataElement.Derivation
SUFFIX = {
    Derivation.EXPECTED_REPORTS: "EXPECTED_REPORTS",
    Derivation.ACTUAL_REPORTS: "ACTUAL_REPORTS",
    Derivation.REPORTS_ON_TIME: "ACTUAL_REPORTS_ON_TIME",
}
"""How DHIS2 names the counts of a data set: `dataset.SUFFIX`."""


class Unknown(NamedTuple):
    """An element or a unit that a data set names and nobody knows here; `place` counts the data sets from 1."""

    code: str
    place: int
    uid: str


class DataSetsTaken(NamedTuple):
    done: Upserted
    set_aside: list[Unknown]
    problems: list[MetadataProblem]


def count_uid(data_set_uid: str, derivation: str) -> str:
    """The uid of the element that counts the data set's reports in that way."""
    return f"{data_set_uid}.{SUFFIX[Derivation(derivation)]}"


@transaction.atomic
def upsert_data_sets(
    records: Sequence[DataSetRecord], *, by: User | None, source: Source | None = None
) -> DataSetsTaken:
    """Creates or updates by uid; what the file does not name is left alone. With any problem: nothing.

    A list of elements or units replaces the one that was there; an empty list says nothing. Units that a person gave a
    first or last day keep it, and stay even where the file no longer names them. Elements and units that are not known
    are set aside, never created. Where anything changed, ask for a refresh of everything. Problems: `duplicate_uid`,
    `frequency_changed`.
    """
    known = {row.uid: row for row in DataSet.objects.select_for_update().filter(uid__in=[one.uid for one in records])}
    problems = duplicates(records)
    problems += [
        MetadataProblem("frequency_changed", record.uid)
        for record in records
        if record.uid in known and known[record.uid].frequency != record.frequency
    ]
    if problems:
        return DataSetsTaken(Upserted(0, 0, 0), [], problems)
    elements = dict(DataElement.objects.filter(derivation=Derivation.REPORTED).values_list("uid", "pk"))
    units = units_by_identifier()
    set_aside: list[Unknown] = []
    created = updated = 0
    for place, record in enumerate(records, 1):
        set_aside += [Unknown("unknown_data_element", place, uid) for uid in record.elements if uid not in elements]
        set_aside += [Unknown("unknown_org_unit", place, uid) for uid in record.units if uid not in units]
        row = known.get(record.uid) or DataSet(uid=record.uid)
        new = row.pk is None
        changed = _write(row, record, by, source)
        changed |= _hold(row, {elements[uid] for uid in record.elements if uid in elements})
        changed |= _ask(row, {units[uid] for uid in record.units if uid in units})
        created, updated = created + new, updated + (changed and not new)
        if changed:
            count_reports(row)
    return DataSetsTaken(Upserted(created, updated, len(records) - created - updated), set_aside, [])


@transaction.atomic
def count_reports(data_set: DataSet) -> None:
    """Makes or renames the elements that count the reports of a monthly data set; others are not counted."""
    if data_set.frequency != MONTHLY:
        return
    there = {row.derivation: row for row in data_set.counts.all()}
    for derivation in SUFFIX:
        row = there.get(derivation) or DataElement(
            uid=count_uid(data_set.uid, derivation),
            derivation=derivation,
            data_set=data_set,
            value_type="INTEGER_ZERO_OR_POSITIVE",
        )
        names = {f"name_{language}": _count_name(data_set, derivation, language) for language in ("fr", "en")}
        if row.pk and all(getattr(row, field) == name for field, name in names.items()):
            continue
        for field, name in names.items():
            setattr(row, field, name)
        row.save()


def _count_name(data_set: DataSet, derivation: str, language: str) -> str:
    with override(language):
        name = {
            Derivation.EXPECTED_REPORTS: _("%(data_set)s: reports expected"),
            Derivation.ACTUAL_REPORTS: _("%(data_set)s: reports received"),
            Derivation.REPORTS_ON_TIME: _("%(data_set)s: reports received on time"),
        }[Derivation(derivation)]
    return name % {"data_set": getattr(data_set, f"name_{language}")[:180]}


def _write(row: DataSet, record: DataSetRecord, by: User | None, source: Source | None) -> bool:
    fields = ("code", "name_fr", "name_en", "frequency", "timely_days")
    wanted = {field: getattr(record, field) for field in fields} | ({"source_id": source.pk} if source else {})
    if row.pk and all(getattr(row, field) == value for field, value in wanted.items()):
        return False
    for field, value in wanted.items():
        setattr(row, field, value)
    row._history_user = by  # type: ignore[attr-defined]
    row.save()
    return True


def _hold(data_set: DataSet, wanted: set[int]) -> bool:
    if not wanted or wanted == set(data_set.elements.values_list("pk", flat=True)):
        return False
    data_set.elements.set(wanted)
    return True


def _ask(data_set: DataSet, wanted: set[int]) -> bool:
    """Assigns these units, and takes back what was assigned without a day and is no longer named."""
    if not wanted:
        return False
    there = {row.unit_id: row for row in data_set.assignments.all()}
    gone = [unit for unit, row in there.items() if unit not in wanted and row.start is None and row.end is None]
    new = wanted - there.keys()
    _take_back(data_set, gone)
    DataSetAssignment.objects.bulk_create(
        (DataSetAssignment(data_set=data_set, unit_id=unit) for unit in sorted(new)), batch_size=2000
    )
    return bool(gone or new)


def _take_back(data_set: DataSet, units: Iterable[int]) -> None:
    units = list(units)
    for start in range(0, len(units), 500):
        data_set.assignments.filter(unit__in=units[start : start + 500]).delete()
