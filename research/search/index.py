"""Keeps the entries as the records are: one by one after each save, all of them by night and by command."""

import hashlib
import threading
from collections.abc import Collection, Iterator
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save

from research.search.found import Found, Kind, Source
from research.search.models import SearchEntry
from research.search.sources import agenda, linkage, records, words
from research.search.sources.definitions import indicators
from research.search.tokens import indexed

SOURCES: tuple[Source, ...] = (*agenda.SOURCES, *records.SOURCES, *words.SOURCES, *linkage.SOURCES)
BATCH = 500
_FIELDS = (
    "address", "title_fr", "title_en", "body", "level", "site_id", "owner_id", "question_id", "day", "demonstration",
    "title_stems", "stems", "fingerprint",
)  # fmt: skip
_WRITTEN = [name.removesuffix("_id") for name in _FIELDS]


def rebuild() -> int:
    """Reads every record anew and returns how many entries there are. Entries whose record is gone go."""
    kept = 0
    for source in SOURCES:
        keys: set[str] = set()
        for batch in _batches(source.rows().order_by("pk").values_list("pk", flat=True)):
            keys |= _write(source.kind, _read(source, batch))
        kept += len(keys)
        _forget(SearchEntry.objects.filter(kind=source.kind, key__startswith=source.prefix), keys, source)
    codes = dict(indicators())
    _write(Kind.INDICATOR, codes)
    SearchEntry.objects.filter(kind=Kind.INDICATOR).exclude(key__in=codes).delete()
    return kept + len(codes)


def refresh(source: Source, pks: Collection[Any]) -> None:
    """Reads these records anew; an entry goes where its record is gone or is not to be found any more."""
    for batch in _batches(list(pks)):
        found = _read(source, batch)
        _write(source.kind, found)
        gone = [source.key(pk) for pk in batch if source.key(pk) not in found]
        SearchEntry.objects.filter(kind=source.kind, key__in=gone).delete()


def watch() -> None:
    """Follows each save and removal of what is found, after the transaction in which it happens."""
    for source in SOURCES:
        _follow(source, source.model, "pk")
        for model, field in source.parts:
            _follow(source, model, field)


_waiting = threading.local()


def _follow(source: Source, model: type[Model], field: str) -> None:
    def changed(instance: Any, raw: bool = False, **_signal: Any) -> None:
        pk = attrgetter(field)(instance)
        if raw or pk is None:
            return
        waiting: dict[int, set[Any]] = _waiting.__dict__.setdefault("sources", {})
        waiting.setdefault(id(source), set()).add(pk)
        # A record that could not be indexed is stored all the same; the night's rebuild finds it.
        transaction.on_commit(lambda: refresh(source, waiting.pop(id(source), ())), robust=True)

    uid = f"search-{source.kind}-{source.prefix}-{model._meta.label}"
    post_save.connect(changed, sender=model, weak=False, dispatch_uid=uid)
    post_delete.connect(changed, sender=model, weak=False, dispatch_uid=uid)


def _read(source: Source, pks: Collection[Any]) -> dict[str, Found]:
    rows = source.rows().filter(pk__in=list(pks))
    return {source.key(row.pk): found for row in rows if (found := source.read(row)) is not None}


def _write(kind: str, found: dict[str, Found]) -> set[str]:
    """Stores what differs from what is stored; returns the keys."""
    stored = dict(SearchEntry.objects.filter(kind=kind, key__in=found).values_list("key", "fingerprint"))
    changed = [
        SearchEntry(kind=kind, key=key, **_columns(one, fingerprint))
        for key, one in found.items()
        if stored.get(key) != (fingerprint := _fingerprint(one))
    ]
    SearchEntry.objects.bulk_create(
        changed, batch_size=BATCH, update_conflicts=True, unique_fields=["kind", "key"], update_fields=_WRITTEN
    )
    return set(found)


def _columns(one: Found, fingerprint: str) -> dict[str, Any]:
    title = one.fr if one.fr == one.en else f"{one.fr}\n{one.en}"
    return {
        "address": one.address, "title_fr": one.fr[:400], "title_en": one.en[:400], "body": one.body,
        "level": one.level, "site_id": one.site, "owner_id": one.owner, "question_id": one.question, "day": one.day,
        "demonstration": one.demonstration, "title_stems": indexed(title), "stems": indexed(one.body),
        "fingerprint": fingerprint,
    }  # fmt: skip


def _fingerprint(one: Found) -> str:
    return hashlib.md5(repr(one).encode(), usedforsecurity=False).hexdigest()


def _forget(entries: Any, keys: set[str], source: Source) -> None:
    """Removes the entries of this source alone whose record is gone: sources of one kind are told apart by prefix."""
    others = [other.prefix for other in SOURCES if other.kind == source.kind and other.prefix and other is not source]
    gone = [
        pk
        for pk, key in entries.values_list("pk", "key")
        if key not in keys and (source.prefix or not key.startswith(tuple(others)))
    ]
    for batch in _batches(gone):
        SearchEntry.objects.filter(pk__in=batch).delete()


def _batches(pks: Any) -> Iterator[list[Any]]:
    whole = list(pks)
    for start in range(0, len(whole), BATCH):
        yield whole[start : start + BATCH]
