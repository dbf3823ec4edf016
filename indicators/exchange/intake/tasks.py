"""Thin edges for the worker: each carries at most a run's id and may run twice without harm."""

from celery import shared_task

from indicators.exchange.intake import bodies, states, waiting

# Longer than other tasks: a file of millions of values. Whoever is handed the run a second time finds it taken.
_SOFT, _HARD = 1800, 1830


def _work(run_id: int) -> bool:
    return bodies.preview(run_id) or bodies.commit(run_id)


@shared_task(soft_time_limit=_SOFT, time_limit=_HARD)
def work_run(run_id: int) -> None:
    """Does what the run waits for, and has the next one begun."""
    if _work(run_id):
        for following in states.waiting()[:1]:
            states.ring(following)


@shared_task(soft_time_limit=_SOFT, time_limit=_HARD)
def sweep_imports() -> None:
    """Does what no bell announced: runs that wait, those that a dead worker left, records whose name is known now."""
    for run_id in states.sweep():
        _work(run_id)
    waiting.take_in(by=None)
