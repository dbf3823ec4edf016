"""A file of submissions is looked at on a page, then loaded with one yes."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.models import User
from research.coach2pev.models import Checklist, SubmissionFile, SupervisionVisit
from tests.builders import a_checklist, a_clerk_of, a_followed_site, a_user, the_process_elements

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def signed_in(user: User) -> Client:
    user.language = "en"
    user.save()
    client = Client()
    client.force_login(user)
    return client


def a_csv(*rows: list[str], header: str = "site,date,i0,i1,_uuid") -> bytes:
    return "\n".join([header, *(",".join([*row, str(uuid4())]) for row in rows)]).encode()


def send(client: Client, content: bytes, checklist: Checklist) -> Any:
    data = {"checklist": checklist.pk, "file": SimpleUploadedFile("envois.csv", content)}
    return client.post(reverse("submission-list"), data, follow=True)


def answers(page: Any, **more: str) -> dict[str, str]:
    roles = {one["role"]: one["column"] for one in page.context["roles"]}
    return {"fichier": page.context["word"], "grille": str(page.context["checklist"].pk), **roles, **more}


def test_a_file_is_looked_at_then_loaded_once() -> None:
    the_process_elements()
    site, checklist = a_followed_site().unit, a_checklist(1, 2)
    client = signed_in(a_clerk_of(site))
    page = send(client, a_csv([site.name, "2025-09-15", "yes", "no"]), checklist)
    assert page.context["counts"].created == 1
    assert not SupervisionVisit.objects.exists()
    data = answers(page)
    answer = client.post(reverse("submission-check"), data, follow=True)
    assert "Visits stored: 1" in answer.content.decode()
    assert "envois.csv" in answer.content.decode()
    again = client.post(reverse("submission-check"), data, follow=True)
    assert "loaded already" in again.content.decode()
    assert (SupervisionVisit.objects.count(), SubmissionFile.objects.count()) == (1, 1)


def test_refused_rows_hold_the_file_back_until_the_others_are_asked_for() -> None:
    the_process_elements()
    site, checklist = a_followed_site().unit, a_checklist(1, 2)
    client = signed_in(a_user(Role.LEAD))
    content = a_csv([site.name, "2025-09-15", "yes", "no"], ["Nulle part", "2025-09-15", "no", ""])
    page = send(client, content, checklist)
    assert "Row 3" in page.content.decode()
    refused = client.post(reverse("submission-check"), answers(page))
    assert "Nothing was stored" in refused.content.decode()
    assert not SupervisionVisit.objects.exists()
    client.post(reverse("submission-check"), answers(page, valid_only="on"))
    assert SubmissionFile.objects.get().rejected == 1


def test_the_columns_of_site_and_day_can_be_chosen() -> None:
    the_process_elements()
    site, checklist = a_followed_site().unit, a_checklist(1, 2)
    client = signed_in(a_user(Role.LEAD))
    header = "lieu,le,i0,i1,_uuid"
    page = send(client, a_csv([site.name, "2025-09-15", "yes", "no"], header=header), checklist)
    assert "Choose the column that names the site" in page.content.decode()
    chosen = answers(page) | {"site": "lieu", "done_on": "le"}
    page = client.get(reverse("submission-check"), chosen)
    assert page.context["counts"].created == 1
    client.post(reverse("submission-check"), chosen)
    assert SupervisionVisit.objects.get().site == site


def test_files_and_forms_that_make_no_sense_are_sentences() -> None:
    client, checklist = signed_in(a_user(Role.LEAD)), a_checklist(1)
    for content in (b"[1]", b"PK\x03\x04", b"a,b\n", b'{"a":'):
        answer = send(client, content, checklist)
        assert answer.status_code == 200
        assert "Nothing was stored" in answer.content.decode()
    assert client.post(reverse("submission-list"), {}).status_code == 200
    for data in ({}, {"fichier": "x", "grille": "y"}, {"fichier": "0" * 32, "grille": "9" * 30}):
        assert client.get(reverse("submission-check"), data).status_code == 302
        assert client.post(reverse("submission-check"), data).status_code == 302


def test_the_list_costs_the_same_however_long() -> None:
    user, checklist = a_user(Role.LEAD), a_checklist(1)
    client = signed_in(user)

    def files(many: int) -> None:
        for number in range(many):
            SubmissionFile.objects.create(checklist=checklist, name=f"f{number}", sha256="0" * 64, loaded_by=user)

    def counted() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("submission-list")).status_code == 200
        return len(queries)

    files(2)
    counted()
    few = counted()
    files(20)
    assert counted() == few


def test_who_may_load_and_who_sees_which_files() -> None:
    site, checklist = a_followed_site().unit, a_checklist(1)
    clerk, lead = a_clerk_of(site), a_user(Role.LEAD)
    SubmissionFile.objects.create(checklist=checklist, name="of-the-lead.csv", sha256="0" * 64, loaded_by=lead)
    assert "of-the-lead.csv" in signed_in(lead).get(reverse("submission-list")).content.decode()
    assert "of-the-lead.csv" not in signed_in(clerk).get(reverse("submission-list")).content.decode()
    for role in (Role.RESEARCHER, Role.VIEWER):
        client = signed_in(a_user(role))
        for page in ("submission-list", "submission-check"):
            assert client.get(reverse(page)).status_code == 403
