"""Thin edges for the worker: each carries at most a job's id and may run twice without harm."""

from celery import shared_task

from indicators.rollup import actions
from indicators.rollup.models import RefreshJob


@shared_task
def refresh_job(job_id: int) -> None:
    """Does the job, and has the next one begun; where it was done already, does whatever changed since."""
    if actions.run(job_id):
        actions.ring_for_next()
    else:
        refresh_changed()


@shared_task
def refresh_changed() -> None:
    """The sweeper: does what no bell announced."""
    if (job_id := actions.sweep()) is not None and actions.run(job_id):
        actions.ring_for_next()


@shared_task
def refresh_everything() -> None:
    """At night: computes everything anew."""
    actions.run(RefreshJob.objects.create(scope=RefreshJob.Scope.EVERYTHING).pk)
