"""Who changed what of a line, and when."""

from typing import Any

from research.medexis.models import CardLine
from research.revisions import Change, changes_of

FIELDS = [
    "occurred_on", "reason", "quantity", "lot", "origin", "destination", "document", "signature", "vvm", "note",
    "cancelled_because",
]  # fmt: skip


def changes(line: CardLine) -> list[Change]:
    """Changes of the line after it was first saved, newest first."""

    def name(_record: Any, field: str) -> str:
        label = str(CardLine._meta.get_field(field).verbose_name)  # type: ignore[union-attr]
        return label[:1].upper() + label[1:]

    return changes_of(line.history.select_related("lot", "reason"), name, FIELDS)
