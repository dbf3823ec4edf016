"""Writes reports declared complete and asks for the refresh of what counts them."""

from collections.abc import Sequence

from django.db import transaction

from indicators.accounts.models import User
from indicators.rollup.actions import refresh_soon
from indicators.sources.models import Source
from indicators.values.actions import Written
from indicators.values.models import Batch
from indicators.values.report_actions import Received, write_reports


@transaction.atomic
def record_reports(
    records: Sequence[Received], *, origin: str, label: str, by: User | None, source: Source | None = None
) -> tuple[Batch | None, Written]:
    """Writes the reports as one batch and asks for the refresh of what counts them, all or nothing.

    Where nothing changes, no batch stays (None) and no refresh is asked for. Raises BadValues.
    """
    batch = Batch.objects.create(origin=origin, label=label, by=by, source=source)
    written = write_reports(records, batch=batch)
    if not (written.created or written.updated or written.deleted):
        batch.delete()
        return None, written
    refresh_soon()
    return batch, written
