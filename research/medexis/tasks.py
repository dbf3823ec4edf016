"""Thin edges for the worker."""

from celery import shared_task

from research.medexis.measures import later
from research.medexis.measures.actions import publish_passing_time
from research.medexis.stock_outs.actions import publish_ongoing


@shared_task
def count_ongoing_stock_outs() -> None:
    """Each night: a stock-out that goes on has one more day, and a month without a report may have ended."""
    publish_ongoing()
    publish_passing_time()


@shared_task
def publish_asked(_asked: int | None = None) -> None:
    """The bell, and the sweeper: measures of many sites that were to be made anew after a request."""
    later.publish_asked()
