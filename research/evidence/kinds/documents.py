"""Documents, links and budget lines of the agenda as evidence; open to everyone with an account."""

from collections.abc import Collection
from typing import Any

from django.urls import reverse

from research.agenda.models import LearningResource
from research.evidence.kinds.item import Item


def documents(keys: Collection[str], user: Any) -> dict[str, Item]:
    return {str(row.pk): _document(row) for row in LearningResource.objects.filter(pk__in=keys)}


def _document(row: LearningResource) -> Item:
    seen: dict[str, Any] = {
        "title": [row.title_fr, row.title_en],
        "reference": row.reference,
        "url": row.url,
        "file": row.sha256,
    }
    seen["amount"] = None if row.amount is None else str(row.amount)
    return Item(
        "document", str(row.pk), str(row.title), row.reference or row.url or row.file_name,
        reverse("plan-detail", args=["ressources", row.pk]), seen, row.withdrawn_on is not None,
        demonstration=row.demonstration,
    )  # fmt: skip
