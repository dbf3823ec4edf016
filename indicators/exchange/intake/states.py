"""Which state a run may leave, and who works on it. The row is the truth, the broker only a doorbell."""

import logging
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.exchange.intake import work
from indicators.exchange.models import COUNTS, ImportRun
from indicators.exchange.problems import Problem
from indicators.held import held
from indicators.rollup import doorbell

log = logging.getLogger(__name__)
TASK = "indicators.exchange.intake.tasks.work_run"
ATTEMPTS = 3
KEPT = timedelta(days=30)
"""So long a preview that nobody commits is kept, with its file."""
_SPOOL_KEPT = 24 * 3600
State = ImportRun.State
WAITS = {State.READING: State.QUEUED, State.COMMITTING: State.COMMIT_QUEUED}
"""What a run goes back to that was begun and not ended."""


class NotNow(Exception):
    """The run is in another state than the action needs. `str()` is a sentence for the person."""


class Superseded(Exception):
    """Another worker has the run by now; what this one did is taken back."""


def ring(run_id: int) -> None:
    doorbell.ring(run_id, TASK, "import")


def claim(run_id: int, waits: str, works: str) -> ImportRun | None:
    """The run where it waited and nobody else is at work; None otherwise."""
    try:
        with transaction.atomic():
            claimed = ImportRun.objects.filter(pk=run_id, state=waits).update(
                state=works, started_at=timezone.now(), attempts=F("attempts") + 1, error=""
            )
    except IntegrityError:  # one import is taken in at a time, said by the database
        return None
    return ImportRun.objects.select_related("by", "mapping").get(pk=run_id) if claimed else None


def end(run: ImportRun, state: str, **fields: Any) -> None:
    """Leaves the state that `claim` gave; raises Superseded where another worker has claimed the run since."""
    fields |= {"state": state, "finished_at": timezone.now()}
    mine = ImportRun.objects.filter(pk=run.pk, state=run.state, attempts=run.attempts)
    if not mine.update(**fields):
        raise Superseded


def refuse(run: ImportRun, problems: list[Problem], kind: str = "") -> None:
    report = work.refused(problems, kind or run.kind)
    end(run, State.REFUSED, report=report, **dict.fromkeys(("read", *COUNTS), 0))


def give_back(run: ImportRun, error: BaseException | None = None) -> None:
    """After a fault of ours: for another attempt, or FAILED with a sentence. What a commit wrote is rolled back."""
    fields: dict[str, Any] = {"error": f"{type(error).__name__}: {error}"[:2000] if error else "abandoned"}
    state = WAITS[State(run.state)]
    if run.attempts >= ATTEMPTS:
        state = State.FAILED
        fields["report"] = run.report | work.refused([Problem("import_failed", None, None, "")], run.kind)
        fields |= {"finished_at": timezone.now()}
    ImportRun.objects.filter(pk=run.pk, state=run.state, attempts=run.attempts).update(state=state, **fields)


def later(run: ImportRun) -> None:
    """Nothing went wrong, but another import is being taken in; this was no attempt."""
    ImportRun.objects.filter(pk=run.pk, state=run.state, attempts=run.attempts).update(
        state=WAITS[State(run.state)], attempts=F("attempts") - 1
    )


def asked_again(run: ImportRun, allowed: set[str], state: str, **fields: Any) -> ImportRun:
    """A person moves the run on; a worker is told after the transaction. Raises NotNow."""
    fields |= {"state": state, "attempts": 0}
    if not ImportRun.objects.filter(pk=run.pk, state__in=allowed).update(**fields):
        raise NotNow(_("The import has gone on meanwhile. Load the page again."))
    run.refresh_from_db()
    if state in WAITS.values():
        transaction.on_commit(lambda: ring(run.pk), robust=True)
    return run


def sweep() -> list[int]:
    """What the doorbell lost: gives runs of dead workers another attempt, and returns those that wait, oldest first."""
    for run in ImportRun.objects.filter(state__in=WAITS).order_by("pk"):
        with held("import", run.pk) as free:
            if free:
                log.warning("Import %s was left by its worker at attempt %s.", run.pk, run.attempts)
                give_back(run)
    for run in ImportRun.objects.filter(state=State.PREVIEWED, finished_at__lt=timezone.now() - KEPT):
        forget(run, {State.PREVIEWED})
    _clear_spools()
    return list(waiting())


def waiting() -> Any:
    rows = ImportRun.objects.filter(state__in=list(WAITS.values())).order_by("at", "pk")
    return rows.values_list("pk", flat=True)


def forget(run: ImportRun, allowed: set[str]) -> None:
    """Drops the run and deletes its file. Raises NotNow."""
    asked_again(run, allowed, State.DROPPED, finished_at=timezone.now())
    if run.content:
        run.content.delete(save=True)


def _clear_spools() -> None:
    """Those of readers whose worker was killed."""
    folder = Path(settings.IMPORT_SPOOL)
    oldest = timezone.now().timestamp() - _SPOOL_KEPT
    for left in folder.iterdir() if folder.exists() else ():
        if left.is_dir() and left.stat().st_mtime < oldest:
            shutil.rmtree(left, ignore_errors=True)
