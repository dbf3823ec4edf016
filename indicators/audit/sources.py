"""Which tables tell of writes, reads and exports, and how an entry of the journal is read from a row of theirs."""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Model

from indicators.audit.models import AuditEntry, ReadRecord, RemovalRecord

Action = AuditEntry.Action
_OF_HISTORY = {"+": Action.CREATED, "~": Action.CHANGED, "-": Action.REMOVED}


class Told(NamedTuple):
    """What a row tells: when, whose account, what was done to which record, and why."""

    at: Any
    who: int | None
    action: str
    subject: str
    subject_key: str
    reason: str


class Source(NamedTuple):
    """`guarded`: the database refuses changes; else they are only found (`check.py`)."""

    model: type[Model]
    tell: Callable[[Any], Told]
    guarded: bool = True

    @property
    def label(self) -> str:
        return self.model._meta.label_lower


_REGISTERED: list[Source] = []


def register(model: type[Model], tell: Callable[[Any], Told], *, guarded: bool = True) -> None:
    """Adds a table whose rows are written once and sealed: exports, batches of values."""
    _REGISTERED.append(Source(model, tell, guarded))
    sources.cache_clear()


@cache
def sources() -> dict[str, Source]:
    """By label: every history table of ours, restricted reads, removals, and what other rooms registered."""
    found = [
        Source(model, _of_history)
        for model in apps.get_models(include_auto_created=True)
        if hasattr(model, "history_type") and hasattr(model, "instance_type")
    ]
    found += [Source(ReadRecord, _of_read), Source(RemovalRecord, _of_removal), *_REGISTERED]
    return {one.label: one for one in sorted(found, key=_label)}


def _label(source: Source) -> str:
    return source.label


def _of_history(row: Any) -> Told:
    """`history_date` is when; a row without a person was written by the system (an import, a task)."""
    subject = row.instance_type._meta
    return Told(
        row.history_date, row.history_user_id, _OF_HISTORY[row.history_type], subject.label_lower,
        str(getattr(row, subject.pk.attname)), row.history_change_reason or "",
    )  # fmt: skip


def _of_read(row: ReadRecord) -> Told:
    return Told(row.at, row.who, Action.READ, row.subject, row.subject_key, row.reason)


def _of_removal(row: RemovalRecord) -> Told:
    reason = f"{row.reason} ({row.rows})" if row.rows > 1 else row.reason
    return Told(row.at, None, Action.REMOVED, row.subject, row.subject_key, reason)
