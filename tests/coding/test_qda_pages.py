"""The pages by which codes and coded texts come and go: sent, looked at, asked, brought in, told."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from research.coding.models import Codebook, CodedPassage
from research.coding.qda import codebook_xml
from research.exports.models import ExportRecord
from research.models import Observation
from tests.builders import a_code, a_codebook, a_study_site, a_user, an_evaluation_question, an_observation
from tests.coding.qda_files import of_nvivo, of_qualcoder, of_taguette, uid

pytestmark = pytest.mark.django_db
TEXT = "Le frigo 🧊 marche.\nIl est au frais.\nOn note tout."


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def signed_in(client: Client, *roles: Role) -> User:
    user = a_user(*roles, language="en")
    client.force_login(user)
    return user


def sent(client: Client, content: bytes, name: str = "a.qdpx") -> tuple[str, Any]:
    """The word under which the file waits, and the page on which it is looked at."""
    answer = client.post(reverse("qda-import"), {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302
    return answer["Location"].partition("fichier=")[2], client.get(answer["Location"])


def test_a_codebook_is_looked_at_and_becomes_a_draft(client: Client) -> None:
    signed_in(client, Role.RESEARCHER)
    word, page = sent(client, of_taguette("froid", "panne"), "a.qdc")
    assert "None of these codes is known here" in page.content.decode()
    assert not Codebook.objects.exists()
    said = {"fichier": word, "key": "taguette", "name": "De Taguette", "language": ""}
    refused = client.post(reverse("qda-check"), said)
    assert refused.context["form"].errors.keys() == {"language"}
    answer = client.post(reverse("qda-check"), said | {"language": "fr"})
    codebook = Codebook.objects.get()
    assert answer["Location"] == reverse("codebook-detail", args=[codebook.pk])
    assert codebook.codes.count() == 2
    assert client.post(reverse("qda-check"), said)["Location"] == reverse("qda-import")


def test_a_codebook_leaves_and_is_known_when_it_comes_back(client: Client) -> None:
    signed_in(client, Role.RESEARCHER)
    codebook = a_codebook("un", "deux")
    answer = client.get(reverse("codebook-file", args=[codebook.pk]))
    assert answer["Content-Disposition"] == f'attachment; filename="{codebook.key}-v1.qdc"'
    assert len(codebook_xml.read(answer.content).codes) == 2
    _word, page = sent(client, answer.content, "a.qdc")
    assert "Nothing differs" in page.content.decode()


def test_a_draft_is_not_handed_to_who_does_not_code(client: Client) -> None:
    signed_in(client, Role.VIEWER)
    draft = a_codebook(state="draft")
    assert client.get(reverse("codebook-file", args=[draft.pk])).status_code == 404
    assert client.get(reverse("codebook-file", args=[a_codebook().pk])).status_code == 200
    assert client.get(reverse("qda-import")).status_code == 403


def test_a_project_is_looked_at_asked_about_and_brought_in(client: Client) -> None:
    user = signed_in(client, Role.LEAD)
    site, question = a_study_site().unit, an_evaluation_question()
    word, page = sent(client, of_nvivo(TEXT, (0, 8)))
    shown = page.content.decode()
    assert "Rapport" in shown
    assert "Nœud" in shown
    assert "PDFSource/PDFSelection" in shown
    said = {"fichier": word, "key": "nvivo", "name": "De NVivo", "language": "fr", "coder-0": str(user.pk)}
    about = {
        "text-0-site": site.pk,
        "text-0-day": "2025-09-15",
        "text-0-question": question.pk,
        "text-0-language": "fr",
    }
    incomplete = client.post(reverse("qda-check"), said | about | {"text-0-site": ""})
    assert incomplete.context["form"].errors.keys() == {"text-0-site"}
    assert not Observation.objects.exists()
    report = client.post(reverse("qda-check"), said | about)
    assert report.templates[0].name == "research/coding/qda_report.html"
    row = Observation.objects.get()
    assert (row.site, row.client_uuid, row.state) == (site, uid("pdf"), "draft")
    assert reverse("observation-detail", args=[row.pk]) in report.content.decode()
    assert CodedPassage.objects.get().coder == user


def test_a_day_that_has_not_come_is_refused_and_a_text_left_out_asks_nothing(client: Client) -> None:
    user = signed_in(client, Role.LEAD)
    a_code("nvivo", guid=uid("node"))
    a_code("parent", guid=uid("parent"))
    word, _page = sent(client, of_nvivo(TEXT, (0, 8)))
    said = {"fichier": word, "coder-0": str(user.pk), "text-0-day": "2999-01-01"}
    assert "text-0-day" in client.post(reverse("qda-check"), said).context["form"].errors
    report = client.post(reverse("qda-check"), said | {"text-0-leave_out": "on", "text-0-day": "no day"})
    assert report.context["report"].left_out["chosen", "Rapport"] == 2
    assert not Observation.objects.exists()


def test_a_researcher_takes_the_codes_alone_until_a_lead_puts_them_in_use(client: Client) -> None:
    user = signed_in(client, Role.RESEARCHER)
    an_observation(seen=TEXT)
    word, page = sent(client, of_qualcoder(TEXT, (0, 8)))
    assert "key" not in page.context["form"].fields
    assert "An evaluation lead puts codes in use" in page.content.decode()
    alone = client.get(reverse("qda-check"), {"fichier": word, "guide": "1"})
    assert alone.context["only_codes"]
    said = {"fichier": word, "guide": "1", "key": "qc", "name": "QC", "language": "fr"}
    client.post(reverse("qda-check"), said)
    assert Codebook.objects.get().state == "draft"
    Codebook.objects.update(state="published")
    word, page = sent(client, of_qualcoder(TEXT, (0, 8)))
    coders = page.context["form"].fields["coder-0"].choices
    assert [key for key, _name in coders] == ["", str(user.pk), "-"]
    client.post(reverse("qda-check"), {"fichier": word, "coder-0": str(user.pk), "memo_kind": "method"})
    assert CodedPassage.objects.get().coder == user


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04 cut", "damaged"),
        (b"%PDF-1.7", "cannot be read"),
        (b"<html/>", "neither a codebook"),
        (b'<!DOCTYPE x [<!ENTITY a "a">]><CodeBook/>', "document type"),
    ],
)
def test_what_is_no_file_of_the_format_is_refused_with_a_sentence(
    client: Client, content: bytes, sentence: str
) -> None:
    signed_in(client, Role.RESEARCHER)
    _word, page = sent(client, content)
    assert page.status_code == 200
    assert sentence in page.content.decode()


def test_a_file_is_found_by_its_sender_only(client: Client) -> None:
    signed_in(client, Role.RESEARCHER)
    word, _page = sent(client, of_taguette("a"))
    signed_in(client, Role.RESEARCHER)
    assert client.get(reverse("qda-check"), {"fichier": word}).status_code == 302


def test_coded_texts_are_taken_out_and_kept_in_the_list(client: Client) -> None:
    signed_in(client, Role.LEAD)
    codebook = a_codebook()
    address = reverse("coded-texts-export")
    page = client.get(address, {"guide": codebook.pk}).content.decode()
    assert f'value="{codebook.pk}" selected' in page
    refused = client.post(address, {"whole": "on", "reason": ""})
    assert "reason" in refused.context["form"].errors
    answer = client.post(address, {"whole": "on", "reason": "Codage ailleurs"})
    assert answer["Content-Disposition"].endswith('.qdpx"')
    assert ExportRecord.objects.get().kind == "full"
    assert "REFI-QDA" in client.get(reverse("export-list")).content.decode()
    signed_in(client, Role.CLERK)
    assert client.get(address).status_code == 403
