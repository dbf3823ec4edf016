"""Looks for what was done to the journal, or to what it sealed, past the application."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from indicators.audit.digest import GENESIS, chained, digest
from indicators.audit.models import AuditEntry
from indicators.audit.seal import keys, parts
from indicators.audit.sources import sources

AT_ONCE = 2000


class Broken(NamedTuple):
    """`what`: gap (an entry is missing), chain (an entry was altered), gone (its record was removed), altered (its
    record says something else now), unreadable (its table or a column of it is no longer there)."""

    number: int
    what: str
    source: str
    row: int


def broken() -> Iterator[Broken]:
    """Every entry that does not hold, the first first. Reads the whole journal and every sealed record once."""
    before, expected = GENESIS, 1
    entries = AuditEntry.objects.select_related("shape").order_by("number").iterator(AT_ONCE)
    while some := list(islice(entries, AT_ONCE)):
        records = _records(some)
        standing = _standing(some)
        for entry in some:
            if entry.number != expected:
                yield Broken(expected, "gap", entry.source, entry.row)
            elif entry.hash not in {chained(key, before, entry.number, parts(entry)) for key in keys()}:
                yield Broken(entry.number, "chain", entry.source, entry.row)
            elif entry.number == standing[entry.source, entry.row] and (what := _wrong(entry, records)):
                yield Broken(entry.number, what, entry.source, entry.row)
            before, expected = entry.hash, entry.number + 1


def _records(entries: list[AuditEntry]) -> dict[tuple[str, int], Any]:
    """The records that the entries seal, as they are now; one query for each table among them."""
    wanted: dict[str, set[int]] = {}
    for entry in entries:
        wanted.setdefault(entry.source, set()).add(entry.row)
    return {
        (label, row.pk): row
        for label, keys_of in wanted.items()
        if label in sources()
        for row in sources()[label].model._default_manager.filter(pk__in=keys_of)
    }


def _standing(entries: list[AuditEntry]) -> dict[tuple[str, int], int]:
    """For each record the number of the entry that stands for it: the last one."""
    found = {(entry.source, entry.row): entry.number for entry in entries}
    rows = {row for _source, row in found}
    for source, row, number in AuditEntry.objects.filter(rewritten=True, row__in=rows).values_list(
        "source", "row", "number"
    ):
        if (source, row) in found:
            found[source, row] = max(found[source, row], number)
    return found


def _wrong(entry: AuditEntry, records: dict[tuple[str, int], Any]) -> str:
    row = records.get((entry.source, entry.row))
    if not entry.digest:  # it was removed, with a reason
        return "" if row is None else "altered"
    if row is None:
        return "gone" if entry.source in sources() else "unreadable"
    try:
        now = digest({name: getattr(row, name) for name in entry.shape.columns})
    except AttributeError:
        return "unreadable"
    return "" if now == entry.digest else "altered"
