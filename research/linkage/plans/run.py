"""Runs of analyses: asked for, computed, done again when the data change, voided with a reason (`jobs.py`: how)."""

import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.rollup.doorbell import ring
from research.linkage import jobs
from research.linkage.jobs import ClaimLost
from research.linkage.plans.compute import computed
from research.linkage.plans.facts import measure_of
from research.linkage.plans.inputs import inputs_of
from research.linkage.plans.models import AnalysisRun, PlanVersion
from research.linkage.plans.policies import check_void, check_write
from research.linkage.plans.queries import latest_done

TASK = "research.linkage.plans.tasks.work_analysis"
State, Origin = AnalysisRun.State, AnalysisRun.Origin


@transaction.atomic
def ask(version: PlanVersion, *, by: User | None) -> AnalysisRun:
    """The run that computes this locked version: the one that waits or works already, or a new one, with a bell after
    commit. `by` None: the night's own. Raises PermissionDenied for a draft and for who may not."""
    if by is not None:
        check_write(by)
    stored = PlanVersion.objects.select_for_update().get(pk=version.pk)
    if not stored.locked:
        raise PermissionDenied(_("Lock the plan first: it is written before its result is seen."))
    waiting = stored.runs.filter(state__in=[State.QUEUED, State.RUNNING]).first()
    run = waiting or AnalysisRun.objects.create(
        version=stored, asked_by=by, origin=Origin.PERSON if by else Origin.NIGHT, demonstration=stored.demonstration
    )
    if run.state == State.QUEUED:
        identity = run.pk
        transaction.on_commit(lambda: ring(identity, TASK, "analysis"), robust=True)
    return run


def claim(run_id: int) -> uuid.UUID | None:
    """The claim with which this worker writes; None where the run does not wait (any more)."""
    return jobs.claim(AnalysisRun, run_id)


def beat(run_id: int, mine: uuid.UUID, done: int, total: int) -> None:
    """A sign of life, with how far it is. Raises ClaimLost."""
    jobs.beat(AnalysisRun, run_id, mine, done, total)


def run(run_id: int) -> bool:
    """Claims the run and computes it; False where somebody else has it, or took it meanwhile. May be called twice."""
    with jobs.claimed(AnalysisRun, run_id) as mine:
        return mine is not None and _run(run_id, mine)


def _run(run_id: int, mine: uuid.UUID) -> bool:
    version = PlanVersion.objects.select_related("plan").get(runs=run_id)
    try:
        found = computed(version, lambda done, total: beat(run_id, mine, done, total))
    except ClaimLost:
        return False
    except Exception as error:
        jobs.give_back(AnalysisRun, run_id, mine, error)
        raise
    return jobs.store(
        AnalysisRun, run_id, mine, result=found.result, sensitivity=found.sensitivity, manifest=found.manifest,
        fingerprint=found.fingerprint, demonstration=found.demonstration or version.demonstration,
    )  # fmt: skip


def sweep() -> int | None:
    """Takes runs from workers that are dead; returns the run that waits longest, if one does."""
    return jobs.sweep(AnalysisRun)


def inputs_changed(result: AnalysisRun) -> bool:
    """Whether the numbers that the result was computed from are others by now. As many queries as `inputs_of`.

    A definition that is no longer there changes nothing: the result stays what it was, and cannot be computed anew.
    """
    if not all(measure_of(code) for code in (result.version.outcome, result.version.dose) if code):
        return False
    return inputs_of(result.version).fingerprint != result.fingerprint


def rerun_changed() -> int:
    """Asks for a run of each plan whose latest locked version has a result from other inputs than today's; returns how
    many. A version without a result waits for a person; so does one whose last run failed on the same data."""
    newest = PlanVersion.objects.filter(plan=OuterRef("plan"), locked_at__isnull=False).order_by("-number")
    asked = 0
    for version in PlanVersion.objects.filter(pk=Subquery(newest.values("pk")[:1])).select_related("plan"):
        result = latest_done(version)
        open_run = version.runs.filter(state__in=[State.QUEUED, State.RUNNING])
        if result is None or open_run.exists() or not inputs_changed(result):
            continue
        ask(version, by=None)
        asked += 1
    return asked


@transaction.atomic
def void(result: AnalysisRun, *, by: User, why: str) -> AnalysisRun:
    """Declares a result void, for good; it stays to be read, and that it had been seen stays true.

    Raises ValidationError (`why`) without a reason, PermissionDenied.
    """
    check_void(by)
    stored = AnalysisRun.objects.select_for_update().get(pk=result.pk)
    words = why.strip()
    if not words:
        raise ValidationError({"why": _("Say why it is void.")})
    if stored.state != State.DONE:
        raise ValidationError(_("Only a result that is there can be void."))
    if stored.voided_at is None:
        stored.voided_at, stored.voided_by, stored.voided_why = timezone.now(), by, words[:500]
        stored.save(update_fields=["voided_at", "voided_by", "voided_why"])
    return stored
