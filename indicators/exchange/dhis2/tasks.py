"""Thin edges for the worker: each carries at most a pull's id and may run twice without harm."""

from celery import shared_task

from indicators.exchange.dhis2 import pull_actions
from indicators.rollup.doorbell import ring


@shared_task
def pull(pull_id: int) -> None:
    """Works on the pull for a while; where more is to come, queues behind whatever else waits."""
    worked = pull_actions.run_pull(pull_id)
    if worked and pull_actions.goes_on(pull_id):
        ring(pull_id, pull_actions.TASK, "pull")


@shared_task
def sweep_pulls() -> None:
    """The sweeper: starts what is due and goes on with what was left behind."""
    for pull_id in pull_actions.sweep():
        ring(pull_id, pull_actions.TASK, "pull")
