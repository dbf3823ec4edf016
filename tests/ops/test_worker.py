"""The worker of the tests is a process of its own, on real Redis, in the test's database."""

import os
import subprocess

import pytest
from django.contrib.auth.models import Group
from django.db import transaction

from tests.conftest import wait_until
from tests.ops.tasks import sign_in


def signatures(name: str) -> list[int]:
    """Process ids that signed in under the name."""
    groups = Group.objects.filter(name__startswith=f"{name} ")
    return [int(group.name.split()[-1]) for group in groups]


@pytest.mark.slow
def test_a_task_runs_in_another_process(celery_worker_process: subprocess.Popen[bytes]) -> None:
    sign_in.delay("kita")
    (process,) = wait_until(lambda: signatures("kita"))
    assert process != os.getpid()


@pytest.mark.slow
def test_a_task_rung_on_commit_sees_the_committed_rows(celery_worker_process: subprocess.Popen[bytes]) -> None:
    with transaction.atomic():
        Group.objects.create(name="not yet a number")
        transaction.on_commit(lambda: sign_in.delay("segou"), robust=True)
        assert signatures("segou") == []
    wait_until(lambda: signatures("segou"))


@pytest.mark.django_db(transaction=True)
def test_without_a_worker_nothing_happens_by_itself() -> None:
    """Fails when someone turns on eager mode, which would hide every fault of the queue."""
    sign_in.delay("yorosso")
    assert signatures("yorosso") == []
