"""Heavy work as rows: asked for, claimed by one worker, told step by step, stored whole. The row is the truth, the
broker a doorbell.

A worker may be killed at any moment: nobody holds its work any more, and another one begins anew. What the first one
would still write is not taken, because it does not have the claim.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from indicators.demonstration import Demonstrable
from indicators.held import held, is_held

ATTEMPTS = 3
SILENT_AFTER = timedelta(minutes=2)
"""From then on pages say that nothing was heard of the work."""


class ClaimLost(RuntimeError):
    """Another worker has the work by now; nothing of this one's was stored."""


class Job(Demonstrable):
    """A worker claims it by writing its own `claim`; only who holds the claim writes progress and results."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", pgettext_lazy("analysis", "done")
        FAILED = "failed", _("failed")

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    claim = models.UUIDField(null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    done = models.PositiveIntegerField(_("steps done"), default=0)
    total = models.PositiveIntegerField(_("steps in all"), default=0)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        abstract = True

    @property
    def working(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.RUNNING)


@contextmanager
def claimed(model: type[Job], job_id: int) -> Iterator[uuid.UUID | None]:
    """The claim, and the work held as long as this process lives; None where somebody else has it."""
    with held(model._meta.db_table, job_id) as mine:
        yield claim(model, job_id) if mine else None


def claim(model: type[Job], job_id: int) -> uuid.UUID | None:
    """The claim with which this worker writes; None where the work does not wait (any more)."""
    mine, now = uuid.uuid4(), timezone.now()
    taken = model._default_manager.filter(pk=job_id, state=Job.State.QUEUED).update(
        state=Job.State.RUNNING, claim=mine, started_at=now, heartbeat_at=now, attempts=F("attempts") + 1, done=0,
        total=0, error="",
    )  # fmt: skip
    return mine if taken else None


def beat(model: type[Job], job_id: int, mine: uuid.UUID, done: int, total: int) -> None:
    """A sign of life, with how far it is. Raises ClaimLost."""
    if not _held(model, job_id, mine).update(heartbeat_at=timezone.now(), done=done, total=total):
        raise ClaimLost


def store(model: type[Job], job_id: int, mine: uuid.UUID, **found: Any) -> bool:
    """Writes what was found, and that it is done; False where another worker has it."""
    return bool(
        _held(model, job_id, mine).update(
            state=Job.State.DONE, finished_at=timezone.now(), claim=None, done=F("total"), **found
        )
    )


def give_back(model: type[Job], job_id: int, mine: uuid.UUID, error: Exception) -> None:
    """After an error: it waits again, or has failed for good."""
    held, told = _held(model, job_id, mine), f"{type(error).__name__}: {error}"[:2000]
    if not held.filter(attempts__lt=ATTEMPTS).update(state=Job.State.QUEUED, claim=None, error=told):
        held.update(state=Job.State.FAILED, claim=None, error=told, finished_at=timezone.now())


def sweep(model: type[Job]) -> int | None:
    """Takes work from workers that are dead; returns what waits longest, if anything does."""
    rows = model._default_manager.all()
    running = rows.filter(state=Job.State.RUNNING).values_list("pk", "claim")
    left = [mine for job_id, mine in running if not is_held(model._meta.db_table, job_id)]
    silent = rows.filter(state=Job.State.RUNNING, claim__in=left)
    silent.filter(attempts__gte=ATTEMPTS).update(
        state=Job.State.FAILED, finished_at=timezone.now(), claim=None, error="abandoned"
    )
    silent.update(state=Job.State.QUEUED, claim=None)
    waiting = rows.filter(state=Job.State.QUEUED).order_by("asked_at", "pk").first()
    return waiting.pk if waiting else None


def _held(model: type[Job], job_id: int, mine: uuid.UUID) -> QuerySet[Any]:
    return model._default_manager.filter(pk=job_id, claim=mine, state=Job.State.RUNNING)
