from celery import shared_task

from research.search.index import rebuild


@shared_task
def rebuild_search() -> int:
    """Each night: what was loaded in bulk, or could not be indexed when it was saved, is found in the morning."""
    return rebuild()
