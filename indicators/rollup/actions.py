"""Writes numbers and asks for their refresh; runs refreshes. The job's row is the truth, the broker only a doorbell."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from indicators.held import held, is_held
from indicators.periods import Frequency, Period
from indicators.rollup import refresh
from indicators.rollup.doorbell import ring
from indicators.rollup.models import Aggregate, DenominatorTotal, RefreshJob
from indicators.rollup.progress import teller
from indicators.sources.models import Source
from indicators.values.actions import Reported, Written, mark_cells, mark_everything, write_values
from indicators.values.models import Batch, ChangedCell, DataValue

ATTEMPTS = 3
_KIND = "refresh"  # of the lock
Scope, State = RefreshJob.Scope, RefreshJob.State
COMPUTED = (Aggregate, DenominatorTotal, ChangedCell)
"""Rows that follow from others and are made again by a refresh."""


class RefreshRunning(RuntimeError):
    """Another refresh is at work; this one was left queued."""


@transaction.atomic
def record_values(
    records: Sequence[Reported],
    *,
    origin: str,
    label: str,
    by: User | None,
    source: Source | None = None,
    demonstration: bool = False,
) -> Written:
    """Writes numbers as one batch and asks for the refresh of what lies above them, all or nothing.

    Where nothing changes, no batch stays and no refresh is asked for. Raises BadValues.
    """
    return record_batch(records, origin=origin, label=label, by=by, source=source, demonstration=demonstration)[1]


@transaction.atomic
def record_batch(
    records: Sequence[Reported],
    *,
    origin: str,
    label: str,
    by: User | None,
    source: Source | None = None,
    demonstration: bool = False,
) -> tuple[Batch | None, Written]:
    """As `record_values`, and the batch besides: None where nothing changed."""
    batch = Batch.objects.create(origin=origin, label=label, by=by, source=source, demonstration=demonstration)
    written = write_values(records, batch=batch)
    if not (written.created or written.updated or written.deleted):
        batch.delete()
        return None, written
    refresh_soon()
    return batch, written


@transaction.atomic
def refresh_soon(*, scope: str = Scope.CHANGED, by: User | None = None) -> RefreshJob:
    """Asks a worker for a refresh once the caller's transaction is committed; returns the job, perhaps a waiting one.

    Never blocks on a broker that is down and never raises for it: the sweeper finds the job within a minute.
    """
    if scope == Scope.EVERYTHING:
        mark_everything()
    return _queue(RefreshJob(scope=scope, asked_by=by))


def refresh_now(scope: str = Scope.EVERYTHING) -> RefreshJob:
    """Refreshes in this process and returns the finished job: one that waits for the same, else a new one.

    Raises RefreshRunning, or what went wrong.
    """
    same = [Scope.CHANGED, Scope.PART] if scope == Scope.CHANGED else [scope]
    waiting = RefreshJob.objects.filter(state=State.QUEUED, scope__in=same).order_by("asked_at", "pk").first()
    job = waiting or RefreshJob.objects.create(scope=scope)
    if not run(job.pk):
        raise RefreshRunning
    job.refresh_from_db()
    return job


@transaction.atomic
def refresh_part_soon(
    *,
    unit: OrgUnit | None = None,
    first: Period | None = None,
    last: Period | None = None,
    by: User | None = None,
) -> int:
    """Asks for a refresh of a subtree, of a range of months (ends included), or of both; returns how many marks.

    What lies above the part is brought up to it. The job says which part; the marks are the work, and outlive a
    killed worker. A subtree of many units is marked by whole months of an element, which is the shorter way.
    """
    keys = ["element_id", "period"] if unit is None or _is_large(unit) else ["element_id", "period", "unit_id"]
    cells: set[tuple[int, ...]] = set()
    for model in (DataValue, Aggregate):  # what is reported, and what is shown
        rows = model._default_manager.filter(
            period__gte=first.code if first else Period(Frequency.MONTH, 1900).code,
            period__lte=last.code if last else Period(Frequency.MONTH, 2100, 12).code,
        )
        if unit is not None:
            rows = rows.filter(unit__path__startswith=unit.path)
        cells.update(rows.order_by().values_list(*keys).distinct())
    mark_cells(sorted(cells))
    part = {"unit": unit, "first": first.code if first else None, "last": last.code if last else None}
    _queue(RefreshJob(scope=Scope.PART, asked_by=by, **part))
    return len(cells)


@transaction.atomic
def forget_units(units: Sequence[int]) -> None:
    """Deletes what was computed for units that are about to be deleted; ask for a refresh of everything afterwards."""
    for model in COMPUTED:
        model._default_manager.filter(unit__in=units).delete()


def _is_large(unit: OrgUnit) -> bool:
    """Whether the subtree is so large a part of all units that a refresh would work on whole months of it anyway."""
    return OrgUnit.objects.filter(path__startswith=unit.path).count() * 30 > max(OrgUnit.objects.count(), refresh.FEW)


def _queue(wanted: RefreshJob) -> RefreshJob:
    """The queued job that does what is wanted, enlarged or new, with a bell for it after commit.

    Everything takes in all that waits; different parts wait one behind the other; what changed goes with any of them.
    """
    waiting = list(RefreshJob.objects.filter(state=State.QUEUED).order_by("asked_at", "pk"))
    job = _that_takes(wanted, waiting)
    if job is None:
        job = wanted
        job.save()
    elif job.scope != wanted.scope and wanted.scope != Scope.CHANGED and job.scope != Scope.EVERYTHING:
        for field in ("scope", "unit_id", "first", "last"):
            setattr(job, field, getattr(wanted, field))
        job.asked_by = wanted.asked_by or job.asked_by
        job.save(update_fields=["scope", "unit", "first", "last", "asked_by"])
    if wanted.scope == Scope.EVERYTHING:
        RefreshJob.objects.filter(state=State.QUEUED).exclude(pk=job.pk).delete()
    identity = job.pk
    transaction.on_commit(lambda: ring(identity), robust=True)
    return job


def _that_takes(wanted: RefreshJob, waiting: Sequence[RefreshJob]) -> RefreshJob | None:
    if wanted.scope != Scope.PART:
        return waiting[0] if waiting else None

    def takes(job: RefreshJob) -> bool:
        same = (job.unit_id, job.first, job.last) == (wanted.unit_id, wanted.first, wanted.last)
        return job.scope != Scope.PART or same

    return next((job for job in waiting if takes(job)), None)


def ring_for_next() -> None:
    """Tells a worker of the job that waits longest, where one waits."""
    if waiting := RefreshJob.objects.filter(state=State.QUEUED).order_by("asked_at", "pk").first():
        ring(waiting.pk)


def run(job_id: int) -> bool:
    """Claims a queued job and does it; False where somebody else has it or another is running."""
    with held(_KIND, job_id) as mine:
        return mine and _run(job_id)


def _run(job_id: int) -> bool:
    try:
        with transaction.atomic():
            claimed = RefreshJob.objects.filter(pk=job_id, state=State.QUEUED).update(
                state=State.RUNNING, started_at=timezone.now(), attempts=F("attempts") + 1, error=""
            )
    except IntegrityError:  # one running job at a time, said by the database
        return False
    if not claimed:
        return False
    try:
        with transaction.atomic():
            tell = teller(job_id)
            everything = RefreshJob.objects.get(pk=job_id).scope == Scope.EVERYTHING
            cells = refresh.refresh_everything(tell) if everything else refresh.refresh_changed(tell)
    except Exception as error:
        _give_back(job_id, error)
        raise
    RefreshJob.objects.filter(pk=job_id).update(state=State.DONE, finished_at=timezone.now(), cells=cells)
    return True


def _give_back(job_id: int, error: Exception) -> None:
    job = RefreshJob.objects.get(pk=job_id)
    job.state = State.QUEUED if job.attempts < ATTEMPTS else State.FAILED
    job.error = f"{type(error).__name__}: {error}"[:2000]
    job.finished_at = timezone.now() if job.state == State.FAILED else None
    job.save(update_fields=["state", "error", "finished_at"])


def sweep() -> int | None:
    """What the doorbell lost: re-queues dead jobs and returns a job to run now, if any work is waiting."""
    running = RefreshJob.objects.filter(state=State.RUNNING).values_list("pk", flat=True)
    left = RefreshJob.objects.filter(pk__in=[job for job in running if not is_held(_KIND, job)], state=State.RUNNING)
    left.filter(attempts__gte=ATTEMPTS).update(state=State.FAILED, finished_at=timezone.now(), error="abandoned")
    left.update(state=State.QUEUED)
    waiting = RefreshJob.objects.filter(state=State.QUEUED).order_by("asked_at").first()
    if waiting is None and ChangedCell.objects.exists():
        waiting = RefreshJob.objects.create(scope=Scope.CHANGED)
    return waiting.pk if waiting else None
