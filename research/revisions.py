"""Edits that nobody overwrites unseen: one record per form sent, one version per edit, and the trail they leave."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Model

from research.entries import Entry

Row = TypeVar("Row", bound=Entry)
Rows = TypeVar("Rows", bound=Model)


class Conflict(Exception):
    """Something else is stored already; `stored` is the record as it stands now. Nothing was written."""

    def __init__(self, stored: Any) -> None:
        super().__init__(str(stored))
        self.stored = stored


def lock(row: Row, *, version: int) -> Row:
    """The stored row, locked until the transaction ends. Raises Conflict where `version` is not the stored one."""
    stored = type(row)._default_manager.select_for_update().get(pk=row.pk)
    if stored.version != version:
        raise Conflict(stored)
    return stored


def hold(row: Model) -> None:
    """Until the transaction ends nobody else holds this row; others may still refer to it. For what belongs to it and
    must be looked at before it is written: two at once would not see each other."""
    type(row)._default_manager.select_for_update(no_key=True).get(pk=row.pk)


def create_once(row: Row, *, find: Callable[[], Row | None]) -> tuple[Row, bool]:
    """Stores a new row, or returns what `find()` finds instead, and whether it is new.

    `find` runs before and, where the database refuses the row as a duplicate, once more: the same form may arrive on
    another connection between the look and the save.
    """
    if stored := find():
        return stored, False
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        if stored := find():
            return stored, False
        raise
    return row, True


def both_versions(form: Any, stored: Any) -> dict[str, Any]:
    """For a page on which two versions meet: what is stored, who stored it, and where what was typed differs. The form
    keeps all that was typed, and sent again replaces what is stored now."""
    form.rebase(version=stored.version)
    last = stored.history.select_related("history_user").first()
    changed_by = last.history_user if last else None
    return {"stored": stored, "changed_by": changed_by, "differences": form.differences(stored)}


def new_uuid() -> uuid.UUID:
    return uuid.uuid4()


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one row, changed. `before` is None where the row is new, `after` None where it was removed."""

    at: datetime
    who: str
    what: str
    before: Any
    after: Any


def changes_of(records: Any, name: Callable[[Any, str], str], fields: list[str]) -> list[Change]:
    """What changed between consecutive history records of the same row, newest first. One query.

    `records` is a queryset of history records; `name(record, field)` says what the field is for the reader. A row's
    first record is no change of its fields and is left out, unless an edit added the row (`history_change_reason`).
    """
    found: list[Change] = []
    last: dict[int, Any] = {}
    for record in records.select_related("history_user").order_by("history_date", "history_id"):
        before, last[record.id] = last.get(record.id), record
        if before is None and not record.history_change_reason:
            continue
        for field in fields:
            old = _shown(before, field) if before is not None and before.history_type != "-" else None
            new = _shown(record, field) if record.history_type != "-" else None
            if old != new:
                who = str(record.history_user or "")
                found.append(Change(record.history_date, who, name(record, field), old, new))
    return sorted(found, key=lambda change: change.at, reverse=True)


def _shown(record: Any, field: str) -> Any:
    display = getattr(record, f"get_{field}_display", None)
    return display() if display else getattr(record, field)
