"""A checklist comes in from a workbook on a page, and goes out as one."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from indicators.accounts.roles import Role
from indicators.models import User
from research import sent_files as waiting
from research.coach2pev.models import Checklist
from tests.builders import a_checklist, a_user
from tests.coach2pev.xlsforms import HEADER, YES_NO, a_workbook

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def signed_in(*roles: Role) -> tuple[Client, User]:
    client, user = Client(), a_user(*roles, language="en")
    client.force_login(user)
    return client, user


def send(client: Client, content: bytes, name: str = "froid.xlsx") -> Any:
    return client.post(reverse("checklist-import"), {"file": SimpleUploadedFile(name, content)}, follow=True)


def good() -> bytes:
    return a_workbook([[*HEADER, "appearance"], ["select_one on", "a", "Carnet", "Register", "minimal"]], YES_NO)


def test_a_workbook_is_looked_at_then_stored_once() -> None:
    client, _user = signed_in(Role.LEAD)
    page = send(client, good())
    text = page.content.decode()
    assert "Carnet" in text
    assert "appearance" in text
    assert not Checklist.objects.exists()
    word = page.context["word"]
    for _time in range(2):
        answer = client.post(reverse("checklist-import"), {"word": word})
        assert answer.status_code == 302
    checklist = Checklist.objects.get()
    assert (checklist.key, checklist.state, checklist.items.get().text_en) == ("froid", "draft", "Register")
    assert "says the same" in send(client, good()).content.decode()


def test_a_mistake_is_shown_with_its_place_and_cannot_be_stored() -> None:
    client, _user = signed_in(Role.LEAD)
    page = send(client, a_workbook([[*HEADER, "relevant"], ["text", "a", "A", "A", "${b} = 1"]]))
    text = page.content.decode()
    assert "Sheet “survey”, row 2, column “relevant”" in text
    assert "Store as a draft" not in text
    client.post(reverse("checklist-import"), {"word": page.context["word"]})
    assert not Checklist.objects.exists()


def test_a_file_that_is_no_workbook_is_a_sentence() -> None:
    client, _user = signed_in(Role.LEAD)
    for content in (b"name,type\n1,2\n", b"PK\x03\x04", b"{}"):
        answer = send(client, content)
        assert answer.status_code == 200
        assert "Nothing was stored" in answer.content.decode()
    answer = client.post(reverse("checklist-import"), {})
    assert answer.status_code == 200
    assert answer.context["form"].errors


def test_a_waiting_file_belongs_to_who_sent_it() -> None:
    client, user = signed_in(Role.LEAD)
    word = send(client, good()).context["word"]
    other, stranger = signed_in(Role.LEAD)
    assert waiting.kept(word, by=user)
    assert waiting.kept(word, by=stranger) is None
    for bad in (word, "../../../etc/passwd", "0" * 32):
        answer = other.get(reverse("checklist-import"), {"fichier": bad}, follow=True)
        assert "not kept any more" in answer.content.decode()


@pytest.mark.parametrize("role", [Role.CLERK, Role.RESEARCHER, Role.VIEWER])
def test_only_leads_import(role: Role) -> None:
    client, _user = signed_in(role)
    assert client.get(reverse("checklist-import")).status_code == 403


def test_a_checklist_goes_out_as_a_workbook() -> None:
    client, _user = signed_in(Role.CLERK)
    checklist = a_checklist(2)
    answer = client.get(reverse("checklist-xlsform", args=[checklist.pk]))
    assert f'filename="{checklist.key}-v1.xlsx"' in answer["Content-Disposition"]
    assert load_workbook(io.BytesIO(answer.content)).sheetnames == ["survey", "choices", "settings"]
    draft = a_checklist(1, state="draft")
    assert client.get(reverse("checklist-xlsform", args=[draft.pk])).status_code == 404
    assert signed_in(Role.LEAD)[0].get(reverse("checklist-xlsform", args=[draft.pk])).status_code == 200
    assert signed_in(Role.VIEWER)[0].get(reverse("checklist-xlsform", args=[checklist.pk])).status_code == 403
