"""What a batch of values tells the journal."""

from indicators.audit.models import AuditEntry
from indicators.audit.sources import Told
from indicators.values.models import Batch


def tell_batch(batch: Batch) -> Told:
    return Told(batch.at, batch.by_id, AuditEntry.Action.VALUES, Batch._meta.label_lower, str(batch.pk), batch.label)
