"""The writer of data elements and option combinations that come from another system."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import transaction

from indicators.registry.concepts import concept_of
from indicators.registry.models import DataElement, OptionCombo
from indicators.registry.records import ComboRecord, ConstantRecord, DataSetRecord, ElementRecord, IndicatorRecord


class MetadataProblem(NamedTuple):
    """`duplicate_uid` or `code_taken`."""

    code: str
    value: str


class Upserted(NamedTuple):
    created: int
    updated: int
    unchanged: int


@transaction.atomic
def upsert_metadata(
    elements: Sequence[ElementRecord], combos: Sequence[ComboRecord]
) -> tuple[Upserted, list[MetadataProblem]]:
    """Creates or updates by uid; what the other system no longer names is left alone. With any problem: nothing.

    A data element without a concept gets the one of `concepts.yaml`; a concept that somebody gave it stays.
    """
    known_elements = {row.uid: row for row in DataElement.objects.all()}
    problems = duplicates(elements) + duplicates(combos) + _taken(elements, known_elements)
    if problems:
        return Upserted(0, 0, 0), problems
    first = _upsert(DataElement, known_elements, elements)
    second = _upsert(OptionCombo, {row.uid: row for row in OptionCombo.objects.all()}, combos)
    return Upserted(*(one + other for one, other in zip(first, second, strict=True))), []


def _upsert(model: Any, known: dict[str, Any], records: Sequence[ElementRecord] | Sequence[ComboRecord]) -> Upserted:
    created: list[Any] = []
    updated: list[Any] = []
    for record in records:
        row = known.get(record.uid) or model(uid=record.uid)
        wanted = record._asdict()
        if model is DataElement and not row.concept:
            wanted["concept"] = concept_of(record.uid)
        if row.pk and all(getattr(row, field) == value for field, value in wanted.items()):
            continue
        for field, value in wanted.items():
            setattr(row, field, value)
        (updated if row.pk else created).append(row)
    if model is DataElement:  # two elements may swap codes: none of them may stand in the other's way
        model.objects.filter(pk__in=[row.pk for row in updated]).update(code=None)
    model.objects.bulk_create(created)
    model.history.bulk_history_create(created, batch_size=500)
    for row in updated:
        row.save()
    return Upserted(len(created), len(updated), len(records) - len(created) - len(updated))


def duplicates(
    records: Iterable[ElementRecord | ComboRecord | ConstantRecord | IndicatorRecord | DataSetRecord],
) -> list[MetadataProblem]:
    """A `duplicate_uid` for each uid that stands twice."""
    seen = Counter(record.uid for record in records)
    return [MetadataProblem("duplicate_uid", uid) for uid, times in seen.items() if times > 1]


def _taken(records: Sequence[ElementRecord], known: dict[str, DataElement]) -> list[MetadataProblem]:
    inside = {record.uid for record in records}
    owner = {row.code: row.uid for row in known.values() if row.code and row.uid not in inside}
    return [
        MetadataProblem("code_taken", record.code)
        for record in records
        if record.code and owner.setdefault(record.code, record.uid) != record.uid
    ]
