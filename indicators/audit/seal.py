"""Seals what was written since, and writes sealed records anew where that is allowed and said."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from indicators.audit.digest import GENESIS, chained, digest
from indicators.audit.models import AuditEntry, AuditRewriting, AuditShape
from indicators.audit.sources import Source, Told, sources

AT_ONCE = 1000
_SALT = b"indicators.audit.chain:"


def keys() -> list[bytes]:
    """The key that seals, then those that sealed before it was changed."""
    return [_SALT + str(secret).encode() for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def seal_new() -> int:
    """Chains every record that is committed and not yet sealed; how many. A second one at the same time waits or finds
    nothing left."""
    return sum(_seal_source(source) for source in sources().values())


def _seal_source(source: Source) -> int:
    count = 0
    while sealed := _seal_some(source):
        count += sealed
        if sealed < AT_ONCE:
            break
    return count


@transaction.atomic
def _seal_some(source: Source) -> int:
    sealed = AuditEntry.objects.filter(source=source.label, row=OuterRef("pk"))
    rows = source.model._default_manager.filter(~Exists(sealed)).order_by("pk")
    if not rows.exists():
        return 0
    last = AuditEntry.objects.select_for_update().order_by("-number").first()
    # Looked at again with the last entry held: another sealer may have been quicker.
    waiting = list(rows[:AT_ONCE])
    _append(last, ((source, row) for row in waiting))
    return len(waiting)


def _stand_in(rows: Iterable[Any], reason: str, *, gone: bool) -> int:
    """Entries in the place of those that seal the rows; a row that was never sealed needs none."""
    last = AuditEntry.objects.select_for_update().order_by("-number").first()
    kept = [(sources()[row._meta.label_lower], row) for row in rows]
    found = AuditEntry.objects.filter(row__in=[row.pk for _source, row in kept]).values_list("source", "row")
    sealed = set(found)
    told = [(source, row) for source, row in kept if (source.label, row.pk) in sealed]
    _append(last, told, reason=reason, rewritten=True, gone=gone)
    return len(told)


def _append(
    last: AuditEntry | None, records: Iterable[tuple[Source, Any]], *, reason: str = "", rewritten: bool = False,
    gone: bool = False,
) -> None:  # fmt: skip
    """`gone`: the digest is empty, for a row that is not there any more."""
    number, before = (last.number, last.hash) if last else (0, GENESIS)
    shapes: dict[str, AuditShape] = {}
    made = []
    for source, row in records:
        shape = shapes.get(source.label) or shapes.setdefault(source.label, _shape(source))
        told = source.tell(row)
        if reason:
            told = told._replace(reason=reason)
        number += 1
        entry = AuditEntry(
            number=number, source=source.label, row=row.pk, shape=shape, rewritten=rewritten,
            digest="" if gone else digest({name: getattr(row, name) for name in shape.columns}), **_kept(told),
        )  # fmt: skip
        entry.hash = before = chained(keys()[0], before, number, parts(entry))
        made.append(entry)
    AuditEntry.objects.bulk_create(made)


def _kept(told: Told) -> dict[str, Any]:
    return told._asdict() | {"reason": told.reason[:500], "subject_key": told.subject_key[:60]}


def parts(entry: AuditEntry) -> tuple[Any, ...]:
    """What of an entry is chained, beside its number: all of it."""
    return (
        entry.source, entry.row, entry.shape_id, entry.at, entry.who, entry.action, entry.subject, entry.subject_key,
        entry.reason, entry.rewritten, entry.digest,
    )  # fmt: skip


def _shape(source: Source) -> AuditShape:
    columns = sorted(field.attname for field in source.model._meta.concrete_fields)
    return AuditShape.objects.get_or_create(source=source.label, columns=columns)[0]


@contextmanager
def rewriting(reason: str) -> Iterator[None]:
    """Inside, sealed records may be changed or removed; afterwards each that was changed has a new entry with the
    reason (`reseal`). For taking a person's traces out, and the demonstration: nothing else rewrites history."""
    with transaction.atomic():
        mark = AuditRewriting.objects.create(reason=reason[:500])
        yield
        mark.delete()


def reseal(rows: Iterable[Any], *, reason: str) -> int:
    """New entries for rows that were written anew within `rewriting`, in the same transaction; how many."""
    return _stand_in(rows, reason, gone=False)


def unseal(rows: Iterable[Any], *, reason: str) -> int:
    """Entries that say that these rows are going to be removed within `rewriting`, and why; how many. Called before."""
    return _stand_in(rows, reason, gone=True)
