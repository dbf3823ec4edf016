"""The writer of indicators that come from another system."""

from collections.abc import Sequence

from django.db import transaction

from indicators.accounts.models import User
from indicators.registry.actions import MetadataProblem, Upserted, duplicates
from indicators.registry.models import ImportedIndicator
from indicators.registry.records import IndicatorRecord
from indicators.sources.models import Source


@transaction.atomic
def upsert_indicators(
    records: Sequence[IndicatorRecord], *, by: User | None, source: Source | None = None
) -> tuple[Upserted, list[MetadataProblem]]:
    """Creates or updates by uid; what the file does not name is left alone. With any problem: nothing.

    `source` is set where it is given; an indicator that has one keeps it otherwise.
    """
    if problems := duplicates(records):
        return Upserted(0, 0, 0), problems
    known = {row.uid: row for row in ImportedIndicator.objects.select_for_update()}
    created = updated = 0
    for record in records:
        row = known.get(record.uid) or ImportedIndicator(uid=record.uid)
        wanted = {**record._asdict(), **({"source_id": source.pk} if source else {})}
        if row.pk and all(getattr(row, field) == value for field, value in wanted.items()):
            continue
        created, updated = created + (row.pk is None), updated + (row.pk is not None)
        for field, value in wanted.items():
            setattr(row, field, value)
        row._history_user = by  # type: ignore[attr-defined]
        row.save()
    return Upserted(created, updated, len(records) - created - updated), []
