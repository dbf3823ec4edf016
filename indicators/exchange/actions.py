"""Imports: read, check, write, all or nothing."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from indicators.accounts.models import User
from indicators.exchange import data_values, locks, metadata, org_units
from indicators.exchange.lookups import Lookups
from indicators.exchange.models import ImportRun
from indicators.exchange.problems import BadFile, Problem, shown
from indicators.geography.actions import upsert_units
from indicators.registry.actions import upsert_metadata
from indicators.rollup.actions import record_batch, refresh_soon
from indicators.rollup.models import RefreshJob
from indicators.values.models import Batch

LISTED = 1000
"""Problems named one by one; the rest are counted."""


@dataclass
class Summary:
    """What an import did, or would do. Counts are of values; `read` is the sum of the others.

    All or nothing: with a problem anywhere, every value read is rejected and nothing is written.
    """

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    rejected: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return bool(self.created or self.updated or self.deleted)

    def as_dict(self) -> dict[str, Any]:
        counts = {
            name: getattr(self, name) for name in ("read", "created", "updated", "unchanged", "deleted", "rejected")
        }
        listed = self.problems[:LISTED]
        if hidden := len(self.problems) - len(listed):
            listed = [*listed, Problem("more_problems", None, None, str(hidden))]
        return counts | {"problems": [problem.as_dict() for problem in listed]}


def import_dhis2(
    values: Path,
    *,
    by: User | None,
    units: Path | None = None,
    elements: Path | None = None,
    dry_run: bool = False,
) -> Summary:
    """Takes a `dataValueSets` file, and before it the units and the metadata that it refers to, in one transaction.

    A preview (`dry_run`) does the same and takes everything back, so its summary is the import's. Nothing raises for
    what is wrong with a file: that is in the summary's problems. A commit leaves an ImportRun.
    """
    try:
        with locks.one_import(), transaction.atomic():
            summary = _import(values, by=by, units=units, elements=elements)
            if dry_run or summary.problems:
                transaction.set_rollback(True)
    except BadFile as error:
        return Summary(problems=[error.problem])
    return summary


def _import(values: Path, *, by: User | None, units: Path | None, elements: Path | None) -> Summary:
    problems: list[Problem] = []
    moved = _take_units(units, problems) if units else 0
    if elements:
        _take_metadata(elements, problems)
    rows, unreadable = data_values.read(values)
    read = len(rows) + len({problem.row for problem in unreadable})
    problems += unreadable
    if not problems or all(problem.row is not None for problem in problems):
        records, unresolved, _ = Lookups(today=timezone.localdate()).resolve(rows)
        problems += unresolved
    if problems:
        return Summary(read=read, rejected=read, problems=problems)
    del rows
    batch, written = record_batch(records, origin=Batch.Origin.IMPORT, label=values.name[:300], by=by)
    ImportRun.objects.create(
        batch=batch,
        file_name=values.name[:300],
        sha256=_sha256(values),
        by=by,
        read=read,
        rejected=0,
        **written._asdict(),
    )
    if moved:
        refresh_soon(scope=RefreshJob.Scope.EVERYTHING)
    return Summary(read=read, **written._asdict())


def _take_units(path: Path, problems: list[Problem]) -> int:
    records, wrong = org_units.read(path)
    problems += wrong
    if wrong:
        return 0
    done, refused = upsert_units(records)
    number = {record: place for place, record in enumerate(records, 1)}
    problems += [Problem(it.code, number[it.record], "organisationUnits", shown(it.value)) for it in refused]
    return done.moved


def _take_metadata(path: Path, problems: list[Problem]) -> None:
    elements, combos, wrong = metadata.read(path)
    problems += wrong
    if not wrong:
        _, refused = upsert_metadata(elements, combos)
        problems += [Problem(it.code, None, "metadata", shown(it.value)) for it in refused]


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
