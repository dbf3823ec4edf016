"""The writer of indicators, and of the constants in them, that come from another system."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from indicators.accounts.models import User
from indicators.registry.actions import MetadataProblem, Upserted, duplicates
from indicators.registry.models import Constant, ImportedIndicator
from indicators.registry.records import ConstantRecord, IndicatorRecord
from indicators.sources.models import Source


@transaction.atomic
def upsert_indicators(
    records: Sequence[IndicatorRecord], *, by: User | None, source: Source | None = None
) -> tuple[Upserted, list[MetadataProblem]]:
    """Creates or updates by uid; what the file does not name is left alone. With any problem: nothing.

    `source` is set where it is given; an indicator that has one keeps it otherwise.
    """
    return _upsert(ImportedIndicator, records, by, source)


@transaction.atomic
def upsert_constants(
    records: Sequence[ConstantRecord], *, by: User | None, source: Source | None = None
) -> tuple[Upserted, list[MetadataProblem]]:
    """As `upsert_indicators`."""
    return _upsert(Constant, records, by, source)


def _upsert(
    model: type[ImportedIndicator] | type[Constant],
    records: Sequence[IndicatorRecord] | Sequence[ConstantRecord],
    by: User | None,
    source: Source | None,
) -> tuple[Upserted, list[MetadataProblem]]:
    if problems := duplicates(records):
        return Upserted(0, 0, 0), problems
    known: dict[str, Any] = {row.uid: row for row in model._default_manager.select_for_update()}
    created = updated = 0
    for record in records:
        row: Any = known.get(record.uid) or model(uid=record.uid)
        wanted = {**record._asdict(), **({"source_id": source.pk} if source else {})}
        if row.pk and all(getattr(row, field) == value for field, value in wanted.items()):
            continue
        created, updated = created + (row.pk is None), updated + (row.pk is not None)
        for field, value in wanted.items():
            setattr(row, field, value)
        row._history_user = by
        row.save()
    return Upserted(created, updated, len(records) - created - updated), []
