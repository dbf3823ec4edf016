"""A task known to the tests' worker only: proves that worker, broker and database are the real ones."""

import os

from celery import shared_task
from django.contrib.auth.models import Group


@shared_task
def sign_in(name: str) -> None:
    """Leaves a group named after the caller's word and the process that did the work."""
    Group.objects.create(name=f"{name} {os.getpid()}")
