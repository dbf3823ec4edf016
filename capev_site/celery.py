"""The Celery application. Its options are the CELERY_* names in settings.py, each asserted by a test."""

import os
from pathlib import Path

from celery import Celery

from capev_site import job_lines

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "capev_site.settings")

app = Celery("capev_site")
app.config_from_object("django.conf:settings", namespace="CELERY")
job_lines.connect()


def rooms_with_tasks() -> list[str]:
    """Dotted names of the rooms that hold a tasks.py: Celery by itself only looks into whole Django apps."""
    root = Path(__file__).resolve().parent.parent
    return sorted(
        ".".join(tasks.parent.relative_to(root).parts)
        for floor in ("indicators", "research")
        for tasks in (root / floor).rglob("tasks.py")
    )


app.autodiscover_tasks(rooms_with_tasks)
