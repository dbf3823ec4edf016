"""What is kept for a time goes when it is over, not before, and the journal says so."""

import io
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from capev_site import retention
from indicators.accounts.models import Invitation, SignInAttempt
from indicators.accounts.roles import Role
from indicators.audit import guard
from indicators.audit.check import broken
from indicators.audit.models import AuditEntry, ReadRecord, RemovalRecord
from indicators.audit.seal import rewriting, seal_new
from indicators.exchange.models import ImportRun
from tests.builders import a_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
CANARY = "canary@example.org"


def days_ago(days: float) -> Any:
    return timezone.now() - timedelta(days=days)


def an_import(days: float, state: str = "committed") -> ImportRun:
    run = ImportRun.objects.create(file_name="f.csv", sha256="0" * 64, state=state)
    run.content.save("", ContentFile(b"raw"))
    ImportRun.objects.filter(pk=run.pk).update(at=days_ago(days))
    return run


def a_read(days: float, reason: str = "") -> ReadRecord:
    made = ReadRecord.objects.create(who=1, subject="research.observation", subject_key="1", reason=reason)
    with rewriting("made old for the test"):
        ReadRecord.objects.filter(pk=made.pk).update(at=days_ago(days))
    return made


def said(*words: str) -> str:
    out = io.StringIO()
    call_command("retention", *words, stdout=out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def test_without_apply_it_only_says_what_would_go() -> None:
    run = an_import(800)
    a_read(800)
    told = said()
    assert "files of imports: 1" in told
    assert "restricted reads: 1" in told
    assert "Nothing was changed" in told
    run.refresh_from_db()
    assert Path(run.content.path).read_bytes() == b"raw"
    assert ReadRecord.objects.count() == 1
    assert not RemovalRecord.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_file_goes_after_two_years_and_the_import_stays_with_its_fingerprint() -> None:
    old, young = an_import(732), an_import(730)
    path = Path(old.content.path)
    assert "files of imports: 1" in said("--apply")
    old.refresh_from_db()
    young.refresh_from_db()
    assert (bool(old.content), path.exists(), old.sha256) == (False, False, "0" * 64)
    assert Path(young.content.path).exists()
    told = RemovalRecord.objects.get()
    assert (told.subject, told.subject_key) == ("indicators.importrun", str(old.pk))
    assert "files of imports: 0" in said("--apply")


@pytest.mark.parametrize("state", ["queued", "reading", "previewed", "commit_queued", "committing"])
def test_a_file_that_is_still_needed_stays_however_old(state: str) -> None:
    an_import(2000, state)
    assert "files of imports: 0" in said()


def test_files_stay_a_year_after_the_end_of_the_evaluation(settings: Any) -> None:
    an_import(2000)
    settings.EVALUATION_ENDS = days_ago(200).date().isoformat()
    assert "files of imports: 0" in said()
    settings.EVALUATION_ENDS = days_ago(400).date().isoformat()
    assert "files of imports: 1" in said()


def test_a_day_that_is_none_is_refused_before_anything_goes(settings: Any) -> None:
    settings.EVALUATION_ENDS = "31.12.2025"
    a_read(2000)
    with pytest.raises(ImproperlyConfigured, match="2025-12-31"):
        said("--apply")
    assert ReadRecord.objects.count() == 1


def test_reads_go_after_744_days_and_the_chain_holds() -> None:
    guard.prepare()
    a_read(745, reason=CANARY)
    kept = a_read(743)
    seal_new()
    assert "restricted reads: 1" in said("--apply")
    assert list(ReadRecord.objects.all()) == [kept]
    last = AuditEntry.objects.first()
    assert last
    assert (last.rewritten, last.reason, last.digest) == (True, retention.REASON, "")
    seal_new()
    assert list(broken()) == []


def test_a_removal_that_was_told_cannot_be_untold() -> None:
    guard.prepare()
    SignInAttempt.objects.create(kind="password", account="a", address="b", at=days_ago(3))
    said("--apply")
    with pytest.raises(IntegrityError), transaction.atomic():
        RemovalRecord.objects.all().delete()
    seal_new()
    entry = AuditEntry.objects.get(source="indicators.removalrecord")
    assert (entry.action, entry.subject) == ("removed", "indicators.signinattempt")


def test_addresses_of_people_who_never_came_go_and_who_invited_stays() -> None:
    guard.prepare()
    lead = a_user(Role.LEAD)
    young, old = (Invitation.objects.create(email=CANARY, proposed_by=lead) for _ in range(2))
    Invitation.objects.filter(pk=old.pk).update(created_at=days_ago(91))
    taken = Invitation.objects.create(email=CANARY, proposed_by=lead, account=lead)
    Invitation.objects.filter(pk=taken.pk).update(created_at=days_ago(91))
    seal_new()
    assert "addresses of invitations: 1" in said("--apply")
    old.refresh_from_db()
    assert (old.email, old.proposed_by) == (f"invitation-{old.pk}@invalid", lead)
    assert not Invitation.history.filter(id=old.pk, email=CANARY).exists()
    assert {young.pk, taken.pk} == set(Invitation.objects.filter(email=CANARY).values_list("pk", flat=True))
    seal_new()
    assert list(broken()) == []
    assert "addresses of invitations: 0" in said("--apply")


def test_ended_sessions_and_old_tries_go() -> None:
    for days, key in ((1, "over"), (-1, "open")):
        Session.objects.create(session_key=key, session_data="", expire_date=days_ago(days))
        SignInAttempt.objects.create(kind="password", account="a", address="b", at=days_ago(days + 0.5))
    said("--apply")
    assert [one.session_key for one in Session.objects.all()] == ["open"]
    assert SignInAttempt.objects.count() == 1
    assert set(RemovalRecord.objects.values_list("subject", "rows")) == {
        ("sessions.session", 1), ("indicators.signinattempt", 1)
    }  # fmt: skip


def test_sent_files_that_nobody_confirmed_go_after_a_day(folder: Path) -> None:
    (folder / "waiting").mkdir()
    for name, days in (("1-old", 1.1), ("1-young", 0.9)):
        path = folder / "waiting" / name
        path.write_text(CANARY)
        os.utime(path, (days_ago(days).timestamp(),) * 2)
    assert "sent files that wait: 1" in said("--apply")
    assert [path.name for path in (folder / "waiting").iterdir()] == ["1-young"]
