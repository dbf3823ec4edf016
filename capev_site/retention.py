"""What is kept for a time only, and goes when it is over: files that came in, who read what, traces of accounts.

What people entered, its history and the chain of the journal stay for the life of the study. Each removal is told in
the journal, in its own transaction.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.accounts.invitations.actions import VALID
from indicators.accounts.models import Invitation, SignInAttempt
from indicators.accounts.sign_in.limits import LONGEST
from indicators.audit.models import ReadRecord, RemovalRecord
from indicators.audit.seal import reseal, rewriting, unseal
from indicators.exchange.models import ImportRun
from research import sent_files

REASON = "Kept no longer than promised (retention)"
AT_ONCE = 500
_ENDED = (ImportRun.State.COMMITTED, ImportRun.State.UNDONE, ImportRun.State.REFUSED, ImportRun.State.FAILED)


class Kind(NamedTuple):
    """One kind of what is kept for a time: how many are over now, and what takes them away. Both take the present."""

    key: str
    name: Any
    count: Callable[[datetime], int]
    remove: Callable[[datetime], int]


def kinds() -> list[Kind]:
    return [
        Kind("import-files", _("files of imports"), lambda now: len(_files(now)), _remove_files),
        Kind("reads", _("restricted reads"), lambda now: _reads(now).count(), _remove_reads),
        Kind("invitations", _("addresses of invitations"), lambda now: _invitations(now).count(), _scrub_invitations),
        Kind("sessions", _("ended sessions"), lambda now: _sessions(now).count(), _remove_all(_sessions)),
        Kind("attempts", _("tries to sign in"), lambda now: _attempts(now).count(), _remove_all(_attempts)),
        Kind("sent-files", _("sent files that wait"), lambda _now: len(sent_files.waiting_too_long()), _remove_sent),
    ]


def _files(now: datetime) -> list[ImportRun]:
    """Of imports that are over; one that waits for a person is dropped with its file after 30 days by itself."""
    if (ends := evaluation_ends()) and now.date() <= ends + timedelta(days=366):
        return []
    before = now - timedelta(days=settings.RETENTION_IMPORT_FILES)
    return list(ImportRun.objects.filter(state__in=_ENDED, at__lt=before).exclude(content="").order_by("pk"))


def evaluation_ends() -> date | None:
    if not settings.EVALUATION_ENDS:
        return None
    try:
        return date.fromisoformat(settings.EVALUATION_ENDS)
    except ValueError as error:
        raise ImproperlyConfigured("EVALUATION_ENDS is a day, like 2025-12-31.") from error


def _remove_files(now: datetime) -> int:
    """The row stays, with its fingerprint and counts. It forgets the file first: a file whose row is rolled back would
    be missing, one that is left over is in nobody's way."""
    runs = _files(now)
    for run in runs:
        storage, name = run.content.storage, str(run.content.name)
        with transaction.atomic():
            ImportRun.objects.filter(pk=run.pk).update(content="")
            _tell(ImportRun, str(run.pk))
            transaction.on_commit(partial(storage.delete, name))
    return len(runs)


def _reads(now: datetime) -> QuerySet[ReadRecord]:
    return ReadRecord.objects.filter(at__lt=now - timedelta(days=settings.RETENTION_READS)).order_by("pk")


def _remove_reads(now: datetime) -> int:
    """Why somebody read goes; the chain keeps that the account of that number did."""
    count = 0
    for keys in _portions(_reads(now)):
        rows = ReadRecord.objects.filter(pk__in=keys)
        with rewriting(REASON):
            unseal(rows, reason=REASON)
            count += rows.delete()[0]
    return count


def _invitations(now: datetime) -> QuerySet[Invitation]:
    """Those that nobody took up and nobody can any more. An account's own stays with it (`take_out_person`)."""
    before = now - timedelta(days=settings.RETENTION_INVITATIONS)
    over = Q(withdrawn_at__lt=before) | Q(sent_at__lt=before - VALID) | Q(sent_at=None, created_at__lt=before)
    return Invitation.objects.filter(over, account=None).exclude(email__endswith="@invalid").order_by("pk")


def _scrub_invitations(now: datetime) -> int:
    """Nobody's address is left, in its history either; who invited, and when, stays."""
    invitations = list(_invitations(now))
    for invitation in invitations:
        with rewriting(REASON):
            invitation.email, invitation.digest = f"invitation-{invitation.pk}@invalid", ""
            invitation.withdrawn_at = invitation.withdrawn_at or now
            invitation._change_reason = REASON  # type: ignore[attr-defined]
            invitation.save()
            past = Invitation.history.filter(id=invitation.pk)
            past.update(email=invitation.email)
            reseal(past.all(), reason=REASON)
    return len(invitations)


def _sessions(now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lt=now)


def _attempts(now: datetime) -> QuerySet[SignInAttempt]:
    return SignInAttempt.objects.filter(at__lt=now - LONGEST)


def _remove_all(which: Callable[[datetime], QuerySet[Any]]) -> Callable[[datetime], int]:
    @transaction.atomic
    def remove(now: datetime) -> int:
        rows = which(now)
        count = rows.delete()[0]
        if count:
            _tell(rows.model, "", count)
        return count

    return remove


def _remove_sent(_now: datetime) -> int:
    """Files on disk that nobody said yes to within a day. They were never rows: the journal does not know them."""
    paths = sent_files.waiting_too_long()
    for path in paths:
        with suppress(FileNotFoundError):
            path.unlink()
    return len(paths)


def _portions(rows: QuerySet[Any]) -> Iterator[list[int]]:
    while keys := list(rows.values_list("pk", flat=True)[:AT_ONCE]):
        yield keys


def _tell(model: type[Model], key: str, rows: int = 1) -> None:
    RemovalRecord.objects.create(subject=model._meta.label_lower, subject_key=key, rows=rows, reason=REASON)


def over(now: datetime | None = None) -> list[tuple[Kind, int]]:
    """What would go now, by kind."""
    moment = now or timezone.now()
    return [(kind, kind.count(moment)) for kind in kinds()]


def remove(now: datetime | None = None) -> list[tuple[Kind, int]]:
    """Takes it away, and says how much by kind. May be broken off and run again."""
    moment = now or timezone.now()
    return [(kind, kind.remove(moment)) for kind in kinds()]
