"""Imports: read, check, write, all or nothing."""

import hashlib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from indicators.accounts.models import User
from indicators.exchange import data_sets, data_values, locks, metadata, org_units, registrations
from indicators.exchange.indicator_actions import take_constants
from indicators.exchange.lookups import Lookups
from indicators.exchange.models import ImportRun
from indicators.exchange.problems import BadFile, Problem, shown
from indicators.geography.actions import upsert_units
from indicators.geography.boundary_actions import save_boundaries
from indicators.geography.matching import Doubt
from indicators.geography.models import NameSetAside
from indicators.geography.name_actions import set_aside, settle_identifiers
from indicators.geography.queries import units_by_identifier
from indicators.registry.actions import upsert_metadata
from indicators.registry.data_set_actions import upsert_data_sets
from indicators.rollup.actions import record_batch, refresh_soon
from indicators.rollup.models import RefreshJob
from indicators.rollup.operand_actions import keep_operands
from indicators.rollup.report_actions import record_reports
from indicators.values.actions import Written
from indicators.values.models import Batch

LISTED = 1000
"""Problems named one by one; the rest are counted."""


@dataclass
class Summary:
    """What an import did, or would do. Counts are of values or registrations; `read` is the sum of the others.

    All or nothing: with a problem anywhere, everything read is rejected and nothing is written. `set_aside`: elements
    and units of data sets that are not known here; the data sets are taken without them.
    """

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    rejected: int = 0
    problems: list[Problem] = field(default_factory=list)
    set_aside: list[Problem] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return bool(self.created or self.updated or self.deleted)

    def as_dict(self) -> dict[str, Any]:
        counts = {
            name: getattr(self, name) for name in ("read", "created", "updated", "unchanged", "deleted", "rejected")
        }
        return counts | {"problems": _listed(self.problems), "set_aside": _listed(self.set_aside)}


def _listed(problems: list[Problem]) -> list[dict[str, Any]]:
    listed = problems[:LISTED]
    if hidden := len(problems) - len(listed):
        listed = [*listed, Problem("more_problems", None, None, str(hidden))]
    return [problem.as_dict() for problem in listed]


def import_dhis2(
    values: Path,
    *,
    by: User | None,
    units: Path | None = None,
    elements: Path | None = None,
    moved_on: date | None = None,
    correct_tree: bool = False,
    dry_run: bool = False,
) -> Summary:
    """Takes a file of values or of registrations of complete reports (told apart by what it holds), and before it the
    units and the metadata that it refers to, in one transaction.

    Units that the file puts below another parent than the one known need `moved_on` or `correct_tree`, see
    `upsert_units`. A preview (`dry_run`) does the same and takes everything back, so its summary is the import's.
    Nothing raises for what is wrong with a file: that is in the summary's problems. A commit leaves an ImportRun.
    """
    try:
        with locks.one_import(), transaction.atomic():
            summary = _import(
                values, by=by, units=units, elements=elements, moved_on=moved_on, correct_tree=correct_tree
            )
            if dry_run or summary.problems:
                transaction.set_rollback(True)
    except BadFile as error:
        return Summary(problems=[error.problem])
    if not dry_run:
        _set_names_aside(summary, values)
    return summary


def _set_names_aside(summary: Summary, values: Path) -> None:
    """Units that nothing is known by wait for a person, also where they are why the file was refused."""
    found = [it.value for it in summary.problems + summary.set_aside if it.code == "unknown_org_unit"]
    unknown: dict[str, Doubt] = dict.fromkeys(found, "unknown")
    if not summary.problems:
        settle_identifiers()
    if unknown:
        set_aside(unknown, purpose=NameSetAside.Purpose.VALUES, origin=values.name)


def _import(
    values: Path,
    *,
    by: User | None,
    units: Path | None,
    elements: Path | None,
    moved_on: date | None,
    correct_tree: bool,
) -> Summary:
    problems: list[Problem] = []
    aside: list[Problem] = []
    stale = bool(_take_units(units, problems, moved_on, correct_tree)) if units else False
    if elements:
        _take_metadata(elements, problems, by)
        stale |= _take_data_sets(elements, problems, aside)
    content = data_values.load(values)
    take = _take_registrations if isinstance(content, dict) and registrations.LIST in content else _take_values
    read, batch, written = take(content, problems, label=values.name[:300], by=by)
    if problems:
        return Summary(read=read, rejected=read, problems=problems)
    ImportRun.objects.create(
        batch=batch,
        file_name=values.name[:300],
        sha256=_sha256(values),
        by=by,
        read=read,
        rejected=0,
        **written._asdict(),
    )
    if stale:
        refresh_soon(scope=RefreshJob.Scope.EVERYTHING)
    return Summary(read=read, set_aside=aside, **written._asdict())


_Taken = tuple[int, Batch | None, Written]
"""How many records were read, the batch where anything changed, and what became of them."""
_NOTHING = Written(0, 0, 0, 0)


def _take_values(content: Any, problems: list[Problem], *, label: str, by: User | None) -> _Taken:
    rows, unreadable = data_values.read(content)
    read = len(rows) + len({problem.row for problem in unreadable})
    if _worth_resolving(problems, unreadable):
        records, unresolved, _ = Lookups(today=timezone.localdate()).resolve(rows)
        problems += unresolved
    if problems:
        return read, None, _NOTHING
    del rows
    return read, *record_batch(records, origin=Batch.Origin.IMPORT, label=label, by=by)


def _take_registrations(content: Any, problems: list[Problem], *, label: str, by: User | None) -> _Taken:
    rows, unreadable = registrations.read(content)
    read = len(rows) + len({problem.row for problem in unreadable})
    if _worth_resolving(problems, unreadable):
        records, unresolved, _ = registrations.resolve(rows, today=timezone.localdate())
        problems += unresolved
    if problems:
        return read, None, _NOTHING
    return read, *record_reports(records, origin=Batch.Origin.IMPORT, label=label, by=by)


def _worth_resolving(problems: list[Problem], unreadable: list[Problem]) -> bool:
    """Adds the unreadable records. Without the file's own units or metadata every record would be at fault."""
    problems += unreadable
    return all(problem.row is not None for problem in problems)


def _take_units(path: Path, problems: list[Problem], moved_on: date | None, correct_tree: bool) -> int:
    records, outlines, wrong = org_units.read(path)
    problems += wrong
    if wrong:
        return 0
    done, refused = upsert_units(records, moved_on=moved_on, correct_tree=correct_tree)
    number = {record: place for place, record in enumerate(records, 1)}
    problems += [Problem(it.code, number[it.record], "organisationUnits", shown(it.value)) for it in refused]
    if outlines and not refused:
        units = units_by_identifier()
        save_boundaries({units[uid]: outline for uid, outline in outlines.items()}, source=None, file_name=path.name)
    return done.moved + done.redated


def _take_metadata(path: Path, problems: list[Problem], by: User | None) -> None:
    elements, combos, wrong = metadata.read(path)
    problems += wrong
    if not wrong:
        _, refused = upsert_metadata(elements, combos)
        problems += [Problem(it.code, None, "metadata", shown(it.value)) for it in refused]
    take_constants(path, problems, by=by)
    if not problems:
        keep_operands(by=by)


def _take_data_sets(path: Path, problems: list[Problem], aside: list[Problem]) -> bool:
    """Whether what is expected of the units may have changed."""
    records, wrong = data_sets.read(path)
    problems += wrong
    if wrong:
        return False
    done, unknown, refused = upsert_data_sets(records, by=None)
    problems += [Problem(it.code, None, "dataSets", shown(it.value)) for it in refused]
    aside += [Problem(it.code, it.place, "dataSets", it.uid) for it in unknown]
    return bool(done.created or done.updated)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
