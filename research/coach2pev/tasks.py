"""Thin edges for the worker."""

from celery import shared_task

from research.coach2pev.measures.actions import publish_passing_time


@shared_task
def publish_coaching_measures() -> None:
    """Each night: a month of the plan has begun, or an action's due date has passed."""
    publish_passing_time()
