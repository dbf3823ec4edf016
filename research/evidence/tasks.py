from celery import shared_task

from research.evidence.examine import examine_all


@shared_task
def examine_evidence() -> int:
    """Every few minutes: numbers that moved, stock-outs counted anew, data that came since a finding was written."""
    return examine_all()
