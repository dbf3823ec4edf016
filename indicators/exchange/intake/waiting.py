"""Records whose unit nobody knows yet: kept with the commit, taken in once their name means a unit."""

from collections.abc import Collection, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from indicators.accounts.models import User
from indicators.exchange import locks
from indicators.exchange.intake import spool, work
from indicators.exchange.intake.reports import ResolvedReports
from indicators.exchange.intake.resolve import Resolved, Waiting
from indicators.exchange.intake.write import Outcome, write
from indicators.exchange.lookups import Lookups
from indicators.exchange.models import COUNTS, ImportRun, WaitingRecord
from indicators.exchange.problems import BadFile
from indicators.exchange.records import Row
from indicators.geography.models import NameSetAside
from indicators.geography.name_actions import name_assigned, set_aside
from indicators.geography.names import normalise
from indicators.values import bulk
from indicators.values.models import Batch
from indicators.values.report_actions import days_differ

_KEPT = (*spool.TEXTS, "deleted")


def keep(run: ImportRun, records: Sequence[Waiting]) -> None:
    """Stores the records and sets their names aside for a person. The caller holds the commit's transaction."""
    WaitingRecord.objects.bulk_create(
        (
            WaitingRecord(
                run=run,
                number=it.row.number,
                name=it.row.org_unit,
                normalised=normalise(it.row.org_unit),
                record={name: getattr(it.row, name) for name in _KEPT},
            )
            for it in records
        ),
        batch_size=2000,
    )
    doubts: dict[str, Any] = {it.row.org_unit: it.doubt for it in records}
    if doubts:
        set_aside(doubts, purpose=NameSetAside.Purpose.VALUES, origin=run.file_name)


def take_in(*, names: Collection[str] | None = None, by: User | None) -> int:
    """Takes in the records whose unit is known by now, of these names or all; returns how many changed something or
    stood already. Those that fail say why and are rejected. Does nothing while an import is being taken in: the sweeper
    comes back to it.
    """
    try:
        with locks.one_import():
            runs = ImportRun.objects.filter(pk__in=_waiting(names).values("run"), state=ImportRun.State.COMMITTED)
            oldest_first = runs.order_by("finished_at", "pk").values_list("pk", flat=True)
            return sum(_take_in(run, names, by) for run in list(oldest_first))
    except BadFile:
        return 0


def connect() -> None:
    """Has `geography.name_actions.assign` take in what waits under the name, in the same transaction. A signal, for
    geography lies below this room and knows nothing of it, and no page can forget it."""
    name_assigned.connect(_take_in_named, dispatch_uid="take in what waits under the name")


def _take_in_named(sender: Any, *, name: NameSetAside, by: User | None, **rest: Any) -> None:
    take_in(names=[name.name], by=by)


def _waiting(names: Collection[str] | None) -> QuerySet[WaitingRecord]:
    rows = WaitingRecord.objects.filter(batch=None, problem="")
    return rows if names is None else rows.filter(normalised__in=[normalise(name) for name in names])


@transaction.atomic
def _take_in(run_id: int, names: Collection[str] | None, by: User | None) -> int:
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    schemes = work.schemes(run.options, run.report.get("notes", []))
    lookups = Lookups(today=timezone.localdate(), schemes=schemes)
    waiting = _waiting(names).filter(run=run)
    called = waiting.order_by().values_list("name", flat=True).distinct()
    known = {name for name in called if lookups.org_unit(name) >= 0}
    records = [record for record in waiting.order_by("number", "pk") if record.name in known]
    if run.state != ImportRun.State.COMMITTED or not records:
        return 0
    spools = Path(settings.IMPORT_SPOOL)
    spools.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(dir=spools) as folder:
        # Each record under a number of its own, so that a problem finds it: a row of a wide table holds several.
        spool.write((Row(number=place, **it.record) for place, it in enumerate(records)), Path(folder), kind=run.kind)
        kind = ResolvedReports if run.kind == work.REGISTRATIONS else Resolved
        said = spool.said(Path(folder))
        resolved = kind(Path(folder), said, lookups, work.units_of(run.by), most=len(records)).resolve()
        wrong = {it.row: it.code for it in resolved.findings.problems} | _occupied(resolved, run)
        resolved.leave_out([number for number in wrong if number is not None])
        taken = set(_numbers(resolved))
        batch, outcome = write(resolved, origin=Batch.Origin.IMPORT, label=run.file_name, by=by)
    for place, record in enumerate(records):
        record.problem = "" if place in taken else wrong.get(place, "duplicate_in_file")
        record.batch = batch if place in taken else None
    failed = [record for record in records if record.problem]
    done = [record for record in records if not record.problem]
    WaitingRecord.objects.bulk_update(failed, ["problem"], batch_size=500)
    if batch is None:  # every one of them stood already
        WaitingRecord.objects.filter(pk__in=[record.pk for record in done]).delete()
    else:
        WaitingRecord.objects.bulk_update(done, ["batch"], batch_size=500)
        add_batch(run, batch, outcome, resolved.blocks)
    for name, number in outcome.counts.items():
        setattr(run, name, getattr(run, name) + number)
    run.report["comments"] = run.report.get("comments", 0) + outcome.comments
    run.waiting -= len(records)
    run.rejected += len(failed)
    run.report["waiting_names"] = {
        name: count for name, count in run.report.get("waiting_names", {}).items() if name not in known
    }
    run.save(update_fields=[*COUNTS, "report"])
    return len(done)


def _numbers(resolved: Resolved | ResolvedReports) -> list[int]:
    if isinstance(resolved, ResolvedReports):
        return resolved.numbers
    return [number for part in resolved.parts() for number in part.numbers.tolist()]


def _occupied(resolved: Resolved | ResolvedReports, run: ImportRun) -> dict[int | None, str]:
    """Records whose cell the file itself has filled already, or somebody since: number → code."""
    if isinstance(resolved, ResolvedReports):
        pairs = zip(resolved.numbers, days_differ(resolved.records), strict=True)
        return {number: "newer_stands" for number, differs in pairs if differs}
    own = {it["id"] for it in run.report.get("batches", [])}
    found: dict[int | None, str] = {}
    for part in resolved.parts():
        compared = bulk.compare(part.rows)
        newer = _newer(set(compared.batch[compared.batch > 0].tolist()) - own, run)
        for place in np.flatnonzero(compared.batch).tolist():
            batch = int(compared.batch[place])
            if batch in own:
                found[int(part.numbers[place])] = "duplicate_in_file"
            elif batch in newer and compared.differs[place]:
                found[int(part.numbers[place])] = "newer_stands"
    return found


def _newer(batches: set[int], run: ImportRun) -> set[int]:
    """Those of the batches that hold what came after the run: a batch of waiting records is as old as their run."""
    at = run.finished_at or run.at
    listed = list(batches)
    found: set[int] = set()
    for start in range(0, len(listed), 500):
        some = listed[start : start + 500]
        later = set(Batch.objects.filter(pk__in=some, at__gt=at).values_list("pk", flat=True))
        waited = WaitingRecord.objects.filter(batch__in=some, run__finished_at__lte=at)
        found |= later - set(waited.values_list("batch", flat=True))
    return found


def add_batch(run: ImportRun, batch: Batch, outcome: Outcome, blocks: Collection[tuple[int, int]]) -> None:
    """Notes on the run what an undo needs to find the batch's values again."""
    held = {tuple(block) for block in run.report.get("blocks", [])}
    run.report["blocks"] = sorted([*map(list, held | set(blocks))])
    note = {"id": batch.pk, "set": outcome.counts["created"] + outcome.counts["updated"]}
    run.report["batches"] = [*run.report.get("batches", []), note]
    before = [[*it.cell, it.text, it.batch_id] for it in outcome.replaced]
    run.report["comments_before"] = [*run.report.get("comments_before", []), *before]
