"""Thin edges for the worker: each carries at most a run's id and may run twice without harm."""

from celery import shared_task

from research.linkage.plans import run

# A plan of many places is computed once for each of them; each step gives a sign of life (`jobs.SILENT_AFTER`).
_SOFT, _HARD = 1800, 1830


@shared_task(soft_time_limit=_SOFT, time_limit=_HARD)
def work_analysis(run_id: int) -> None:
    """Computes the run, and has the next one begun."""
    if run.run(run_id) and (following := run.sweep()) is not None:
        run.ring(following, run.TASK, "analysis")


@shared_task(soft_time_limit=_SOFT, time_limit=_HARD)
def sweep_analyses() -> None:
    """Computes what no bell announced, or what a dead worker left."""
    if (run_id := run.sweep()) is not None:
        run.run(run_id)


@shared_task
def rerun_changed_analyses() -> int:
    """At night, after the indicators: plans whose inputs have changed are run again."""
    return run.rerun_changed()
