"""What a worker does with a run: preview it, or take it in. Both may run twice without harm."""

from pathlib import Path
from typing import Any

from django.db import transaction

from indicators.exchange import locks
from indicators.exchange.intake import states, work
from indicators.exchange.intake.reports import ResolvedReports
from indicators.exchange.intake.resolve import Resolved
from indicators.exchange.intake.states import State
from indicators.exchange.intake.waiting import add_batch, keep, take_in
from indicators.exchange.intake.write import Outcome, compare, write
from indicators.exchange.models import ImportRun
from indicators.exchange.problems import BadFile
from indicators.geography.name_actions import settle_identifiers
from indicators.held import held
from indicators.values.models import Batch


def preview(run_id: int) -> bool:
    """Reads the file in a child process and says what it would do. Writes nothing but the run's row: PREVIEWED with
    counts and report, or REFUSED with the reason first in report["problems"]. False where the run did not wait for it.
    """
    with held("import", run_id) as mine:
        run = states.claim(run_id, State.QUEUED, State.READING) if mine else None
        if run is None:
            return False
        try:
            _preview(run)
        except BadFile as error:
            states.refuse(run, [error.problem])
        except Exception as error:
            states.give_back(run, error)
            raise
    return True


def _preview(run: ImportRun) -> None:
    phases = work.Phases.of(run)
    with work.spooled(Path(run.content.path), kind=run.kind, options=run.options, phases=phases) as (folder, said):
        resolved = work.resolve(folder, said, by=run.by, options=run.options, phases=phases)
        outcome = compare(resolved)
        report = work.report(said, resolved, outcome)
        states.end(run, State.PREVIEWED, kind=said.kind, report=report, **work.counts(resolved, outcome))


def commit(run_id: int) -> bool:
    """Everything in one transaction. Where the counts are no longer the preview's, nothing is written and the run is
    PREVIEWED again with the new counts and report["outdated"]. False where the run did not wait for it, or another
    import is being taken in.
    """
    if locks.is_importing():
        return False
    with held("import", run_id) as mine:
        run = states.claim(run_id, State.COMMIT_QUEUED, State.COMMITTING) if mine else None
        if run is None:
            return False
        try:
            _commit(run)
        except BadFile as error:
            if error.problem.code == "another_import_running":
                states.later(run)
                return False
            states.refuse(run, [error.problem])
        except Exception as error:
            states.give_back(run, error)
            raise
    return True


def _commit(run: ImportRun) -> None:
    phases = work.Phases.of(run)
    with (
        work.spooled(Path(run.content.path), kind=run.kind, options=run.options, phases=phases) as (folder, said),
        locks.one_import(),
    ):
        with transaction.atomic():
            resolved = work.resolve(folder, said, by=run.by, options=run.options, phases=phases)
            batch, outcome = write(resolved, origin=Batch.Origin.IMPORT, label=run.file_name, by=run.by)
            counts = work.counts(resolved, outcome)
            if as_previewed := all(getattr(run, name) == number for name, number in counts.items()):
                fields = committed(run, resolved, batch, outcome)
                states.end(run, State.COMMITTED, batch=batch, report=fields)
            else:
                transaction.set_rollback(True)
        if not as_previewed:
            report = work.report(said, resolved, compare(resolved)) | {"outdated": True}
            states.end(run, State.PREVIEWED, report=report, **counts)
    if as_previewed:
        settle_identifiers()
        take_in(by=run.by)


def committed(
    run: ImportRun, resolved: Resolved | ResolvedReports, batch: Batch | None, outcome: Outcome
) -> dict[str, Any]:
    """Keeps what waits, and returns the report with what an undo needs. Within the transaction of the values."""
    if batch is not None:
        add_batch(run, batch, outcome, resolved.blocks)
    run.report["comments"] = outcome.comments
    keep(run, resolved.waiting)
    return run.report
