"""The whole way in one call, for commands, programmes and schedules: no worker, no preview to look at."""

import hashlib
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from indicators.exchange import locks
from indicators.exchange.intake import work
from indicators.exchange.intake.bodies import committed
from indicators.exchange.intake.reports import ResolvedReports
from indicators.exchange.intake.resolve import Resolved
from indicators.exchange.intake.spool import Said
from indicators.exchange.intake.states import State
from indicators.exchange.intake.waiting import take_in
from indicators.exchange.intake.write import compare, write
from indicators.exchange.models import ImportRun
from indicators.exchange.problems import BadFile
from indicators.geography.name_actions import settle_identifiers


def take(
    run: ImportRun, path: Path, *, origin: str, dry_run: bool = False, prepare: work.Prepare | None = None
) -> ImportRun:
    """Fills the unsaved run; saves it unless `dry_run`, or another import is running.

    `prepare` takes what comes with the values, in the same transaction and first; with a problem of its own nothing is
    looked up. Rejected records refuse the whole file unless `run.valid_only`. A preview takes back what it wrote.
    """
    run.started_at = timezone.now()
    try:
        run.sha256, run.size = _sha256(path)
        with work.spooled(path, kind=run.kind, options=run.options) as (folder, said):
            run.kind = said.kind
            if dry_run and prepare is None:
                _look(run, said, work.resolve(folder, said, by=run.by, options=run.options))
            else:
                with locks.one_import(), transaction.atomic():
                    _take(run, folder, said, origin, dry_run, prepare)
    except BadFile as error:
        run.state, run.report = State.REFUSED, work.refused([error.problem], run.kind)
        dry_run = dry_run or error.problem.code == "another_import_running"
    run.finished_at = run.finished_at or timezone.now()
    if dry_run:
        return run
    if run.state == State.REFUSED:
        run.save()
    else:
        settle_identifiers()
        take_in(by=run.by)
        run.refresh_from_db()
    return run


def _look(run: ImportRun, said: Said, resolved: Resolved | ResolvedReports, *, with_effects: bool = True) -> None:
    outcome = compare(resolved, with_effects=with_effects)
    _say(run, work.counts(resolved, outcome), work.report(said, resolved, outcome))
    run.state = State.REFUSED if run.rejected and not run.valid_only else State.PREVIEWED


def _take(run: ImportRun, folder: Path, said: Said, origin: str, dry_run: bool, prepare: work.Prepare | None) -> None:
    if problems := prepare() if prepare else []:
        transaction.set_rollback(True)
        run.state, run.report = State.REFUSED, work.refused(problems, said.kind)
        run.read = run.rejected = said.rows + said.unreadable
        return
    resolved = work.resolve(folder, said, by=run.by, options=run.options)
    if dry_run or (resolved.findings.rejected and not run.valid_only):
        _look(run, said, resolved, with_effects=dry_run)
        transaction.set_rollback(True)
        return
    batch, outcome = write(resolved, origin=origin, label=run.file_name, by=run.by)
    _say(run, work.counts(resolved, outcome), work.report(said, resolved, outcome))
    run.state, run.batch, run.finished_at = State.COMMITTED, batch, timezone.now()
    run.save()
    run.report = committed(run, resolved, batch, outcome)
    run.save(update_fields=["report"])


def _say(run: ImportRun, counts: dict[str, int], report: dict[str, object]) -> None:
    for name, number in counts.items():
        setattr(run, name, number)
    run.report = report


def _sha256(path: Path) -> tuple[str, int]:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest(), path.stat().st_size
    except OSError as error:
        raise BadFile("file_not_found", error.strerror or path.name) from error
