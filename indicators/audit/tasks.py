import logging

from celery import shared_task

from indicators.audit.check import broken
from indicators.audit.seal import seal_new

log = logging.getLogger(__name__)


@shared_task
def seal_journal() -> None:
    """Each minute: chains what was written since."""
    seal_new()


@shared_task
def check_journal() -> None:
    """At night: says in the log, as loudly as it can, where the journal does not hold."""
    for one in broken():
        log.critical("The journal does not hold at entry %s (%s): %s %s", one.number, one.what, one.source, one.row)
        return
