"""Tells a worker that a job waits. May fail: the job's row is the truth, and the sweeper finds it within a minute."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)
TASK = "indicators.rollup.tasks.refresh_job"
# One try, no second one: the person who just saved a visit must not wait for a broker that is down.
_ONE_TRY = {"max_retries": 0, "interval_start": 0, "socket_connect_timeout": 0.5, "socket_timeout": 1}


def ring(job_id: int, task: str = TASK, called: str = "refresh") -> None:
    """Sends the job's number to the broker; a broker that is down costs half a second at most and leaves a warning."""
    options = {**current_app.conf.broker_transport_options, **_ONE_TRY}
    try:
        with current_app.connection_for_write(transport_options=options, connect_timeout=0.5) as connection:
            current_app.send_task(task, (job_id,), connection=connection, retry=False, ignore_result=True)
    except (OperationalError, OSError) as error:
        log.warning("The broker did not take %s %s (%s); the sweeper will find it.", called, job_id, error)
