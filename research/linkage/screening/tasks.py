"""Thin edges for the worker: each carries at most a screening's id and may run twice without harm."""

from celery import shared_task

from research.linkage.screening import actions

_SOFT, _HARD = 1800, 1830


@shared_task(soft_time_limit=_SOFT, time_limit=_HARD)
def work_screening(run_id: int) -> None:
    actions.work(run_id)


@shared_task(soft_time_limit=_SOFT, time_limit=_HARD)
def sweep_screenings() -> None:
    """Makes what no bell announced, or what a dead worker left."""
    if (run_id := actions.sweep()) is not None:
        actions.work(run_id)
