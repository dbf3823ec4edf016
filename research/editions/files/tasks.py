"""Thin edges for the worker: each carries at most a file's id and may run twice without harm."""

from celery import shared_task

from research.editions.files import actions

_SOFT, _HARD = 300, 330


@shared_task(soft_time_limit=_SOFT, time_limit=_HARD)
def work_edition_file(file_id: int) -> None:
    actions.work(file_id)


@shared_task(soft_time_limit=_SOFT, time_limit=_HARD)
def sweep_edition_files() -> None:
    """Makes what no bell announced, or what a dead worker left: all of it, one after the other."""
    while (file_id := actions.sweep()) is not None:
        if not actions.work(file_id):
            break
