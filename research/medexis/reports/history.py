"""Who changed what of a stock report, and when."""

from typing import Any

from research.medexis.models import StockLine, StockReport
from research.medexis.reports.queries import QUANTITIES, quantity_labels
from research.revisions import Change, changes_of


def changes(report: StockReport) -> list[Change]:
    """Changes of the report and of its lines after it was first saved, newest first. Two queries."""
    received = str(StockReport._meta.get_field("received_on").verbose_name)  # type: ignore[union-attr]
    of_report = changes_of(report.history.all(), lambda _record, _field: received, ["received_on"])
    labels = quantity_labels()

    def name(record: Any, field: str) -> str:
        return f"{record.product} – {labels[field]}"

    records = StockLine.history.filter(report=report).select_related("product")
    of_lines = changes_of(records, name, list(QUANTITIES))
    return sorted([*of_report, *of_lines], key=lambda change: change.at, reverse=True)
