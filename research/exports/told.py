"""What an export tells the journal."""

from indicators.audit.models import AuditEntry
from indicators.audit.sources import Told
from research.exports.models import ExportRecord


def tell_export(record: ExportRecord) -> Told:
    return Told(
        record.at, record.by_id, AuditEntry.Action.EXPORTED, ExportRecord._meta.label_lower, str(record.pk),
        record.reason,
    )  # fmt: skip
