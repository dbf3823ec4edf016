"""The sealed history of made-up rows, which goes with them."""

from typing import Any

from django.db.models import QuerySet

from indicators.audit.seal import unseal

WHY = "demonstration removed"
"""Why sealed history goes or changes: it tells of what was made up."""


def remove_past(past: QuerySet[Any]) -> None:
    """Deletes the rows of a history, and what lists held then; the journal says why. Within `rewriting`."""
    for relation in past.model._meta.related_objects:
        relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": past}).delete()
    unseal(past, reason=WHY)
    past.delete()
