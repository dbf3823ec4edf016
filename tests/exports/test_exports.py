"""Research data taken out: nobody is recognised by it unless a lead says why, and every file is on record."""

import csv
import hashlib
import io
import zipfile
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from research.exports.actions import take_out
from research.exports.deidentified import how_many, when, where
from research.models import ExportRecord, Observation, SupervisionVisit
from tests.builders import a_day, a_finding, a_quote, a_study_site, a_user, an_observation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
SECRETS = ("Fatoumata", "76 12 34 56", "vaccinatrice de nuit", "2025-09-17", "phrase du carnet")


def tables(content: bytes) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {
            name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))
            for name in archive.namelist()
            if name.endswith(".csv")
        }


def a_telling_observation(**fields: Any) -> Observation:
    author = a_user(Role.RESEARCHER, username=f"fatoumata{Observation.objects.count()}")
    agreed = {"consent": "oral", "consent_terms": "quote", "state": "approved", "created_by": author}
    row = an_observation(
        **{"seen": "phrase du carnet, 76 12 34 56", "observed_on": a_day("2025-09-17"), "informants": 1}
        | agreed
        | fields
    )
    a_quote(row, text="Parole accordée", informant_role="vaccinatrice de nuit")
    a_quote(row, text="Appelez Fatoumata au 76 12 34 56", informant_role="mère")
    return row


def test_a_deidentified_export_tells_nobody_who_it_was() -> None:
    conflict = a_study_site("Boura", conflict=True).unit
    a_telling_observation()
    a_telling_observation(site=conflict)
    a_telling_observation(sensitivity="restricted")
    SupervisionVisit.objects.create(site=conflict, state="done", done_on=a_day("2025-09-17"), agreed="phrase du carnet")
    taken = take_out(by=a_user(Role.RESEARCHER), whole=False, with_quotes=True)
    content = taken.file.read()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        whole = "\n".join(archive.read(name).decode("utf-8-sig") for name in archive.namelist())
    for secret in (*SECRETS, "fatoumata0", "Boura"):
        assert secret not in whole, secret
    found = tables(content)
    assert sorted(row["when"] for row in found["observations"]) == ["2025-09", "2025-09", "2025-H2"]
    assert {row["informants"] for row in found["observations"]} == {"1-2"}
    assert [row["text"] for row in found["quotes"]] == ["Parole accordée"] * 2
    assert taken.record.left_out == {"quotes: possible personal data": 2, "quotes: restricted": 2}
    assert taken.record.rows["observations"] == 3
    assert taken.record.sha256 == hashlib.sha256(content).hexdigest()
    assert "not publish" in whole


def test_quotes_come_only_where_asked_for_and_where_the_speaker_agreed() -> None:
    a_telling_observation(consent_terms="paraphrase")
    a_telling_observation(state="submitted")
    lead = a_user(Role.LEAD)
    assert tables(take_out(by=lead, whole=False).file.read())["quotes"] == []
    taken = take_out(by=lead, whole=False, with_quotes=True)
    assert tables(taken.file.read())["quotes"] == []
    assert taken.record.left_out == {"quotes: no consent to be quoted": 2, "quotes: not approved as they are": 2}


def test_a_whole_export_needs_a_lead_and_a_reason_and_holds_what_they_read() -> None:
    site = a_study_site("Boura", conflict=True).unit
    a_telling_observation()
    a_telling_observation(site=site, sensitivity="restricted")
    an_observation(state="draft", created_by=a_user(Role.RESEARCHER))
    lead = a_user(Role.LEAD)
    with pytest.raises(PermissionDenied):
        take_out(by=a_user(Role.RESEARCHER), whole=True, reason="Analyse secondaire du mémoire")
    for reason in ("", "  ", "court"):
        with pytest.raises(ValidationError):
            take_out(by=lead, whole=True, reason=reason)
    assert not ExportRecord.objects.exists()
    found = tables(take_out(by=lead, whole=True, reason="Analyse secondaire convenue").file.read())
    assert [row["text"] for row in found["observations"]] == ["phrase du carnet, 76 12 34 56"]
    assert {row["role"] for row in found["quotes"]} == {"vaccinatrice de nuit", "mère"}
    assert (found["observations"][0]["when"], found["observations"][0]["author"]) == ("2025-09-17", "fatoumata0")


def test_no_cell_is_a_formula() -> None:
    a_finding(approved=True, statement_fr="=1+1", statement_en="@SUM(A1)")
    row = tables(take_out(by=a_user(Role.LEAD), whole=False).file.read())["findings"][0]
    assert (row["statement_fr"], row["statement_en"]) == ("'=1+1", "'@SUM(A1)")


def test_the_database_keeps_no_whole_export_without_a_reason() -> None:
    take_out(by=a_user(Role.LEAD), whole=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExportRecord.objects.update(kind="full")


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.VIEWER, 403), (Role.CLERK, 403), (Role.ADMINISTRATOR, 403), (Role.RESEARCHER, 200), (Role.LEAD, 200)],
)
def test_who_opens_the_page_and_sees_which_exports(role: Role, status: int) -> None:
    take_out(by=a_user(Role.LEAD), whole=True, reason="Analyse secondaire convenue")
    client = signed_in(a_user(role))
    answer = client.get(reverse("export-list"))
    assert answer.status_code == status
    if status == 200:
        assert ("Analyse secondaire" in answer.content.decode()) == (role == Role.LEAD)
        assert ("whole" in answer.context["form"].fields) == (role == Role.LEAD)
    sent = client.post(reverse("export-list"), {"whole": "on", "reason": "parce que je le veux"})
    assert sent.status_code == status
    if role == Role.RESEARCHER:  # the box is not theirs to tick
        assert ExportRecord.objects.first().kind == "deidentified"  # type: ignore[union-attr]


def test_a_file_comes_as_a_download() -> None:
    answer = signed_in(a_user(Role.LEAD)).post(reverse("export-list"), {})
    assert answer.headers["Content-Disposition"].startswith("attachment")
    sent: Any = answer
    assert set(tables(b"".join(sent.streaming_content))) >= {"observations", "codes", "visits"}


def signed_in(user: User) -> Client:
    user.language = "en"
    user.save()
    client = Client()
    client.force_login(user)
    return client


def test_what_is_taken_from_a_row() -> None:
    day = a_day("2025-06-30")
    assert (when(day, restricted=False), when(day, restricted=True)) == ("2025-06", "2025-H1")
    assert where("Boura", "Conflit", conflict=True, restricted=False) == "Conflit"
    assert where("Boura", "", conflict=False, restricted=True) == "?"
    assert where("Boura", "Rural", conflict=False, restricted=False) == "Boura"
    assert [how_many(one) for one in (None, 0, 1, 2, 3)] == ["", "0", "1-2", "1-2", "3"]
