"""The pages of editions: strangers read what is published, nothing typed is lost, files are downloads."""

from typing import Any

import pytest
from django.urls import reverse

from indicators.accounts.roles import Role
from research.editions.actions import move, publish
from research.editions.files import actions as files
from research.editions.models import Edition, EditionFile
from research.review_states import Move
from tests.builders import a_user, the_hub
from tests.editions.given import S1, a_lead, an_author, an_edition, frozen, submitted, the_numbers
from tests.evaluations.given import given_values, refreshed, visitor

pytestmark = pytest.mark.django_db


def test_a_draft_is_made_from_a_form_and_shows_its_numbers() -> None:
    the_numbers()
    client = visitor(an_author())
    page = client.get(reverse("edition-create")).content.decode()
    uuid = page.split('name="client_uuid" value="')[1][:36]
    sent = {"client_uuid": uuid, "hub": the_hub().pk, "first": S1, "last": S1, "title_fr": "Un", "title_en": "One"}
    answer = client.post(reverse("edition-create"), sent, follow=True)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "<h1" in text
    assert "Hub districts" in text
    assert "<svg" in text
    assert 'role="img"' in text
    assert Edition.objects.count() == 1
    client.post(reverse("edition-create"), sent)
    assert Edition.objects.count() == 1
    wrong = client.post(reverse("edition-create"), {**sent, "title_en": ""})
    assert b"Nothing was saved yet" in wrong.content


def test_words_in_conflict_are_kept_on_the_page() -> None:
    the_numbers()
    author = an_author()
    edition = an_edition(author)
    address = reverse("edition-section-edit", args=[edition.pk, "trends"])
    client = visitor(author)
    sent = {"client_uuid": "00000000-0000-4000-8000-000000000001", "version": 1}
    assert client.post(address, {**sent, "words_fr": "Un.", "words_en": "One."}).status_code == 302
    answer = client.post(address, {**sent, "words_fr": "Deux.", "words_en": "Two."})
    assert answer.status_code == 409
    assert b"Two." in answer.content
    assert b"One." in answer.content


@pytest.mark.parametrize(
    ("role", "draft", "kept", "published"),
    [(None, 404, 404, 200), (Role.CLERK, 404, 200, 200), (Role.VIEWER, 404, 200, 200),
     (Role.RESEARCHER, 200, 200, 200), (Role.LEAD, 200, 200, 200)],
)  # fmt: skip
def test_who_reads_what(role: Role | None, draft: int, kept: int, published: int) -> None:
    the_numbers()
    edition = submitted(an_author())
    client = visitor(a_user(role) if role else None)
    address = reverse("edition-detail", args=[edition.pk])
    assert client.get(address).status_code == draft
    move(edition, Move.APPROVE, by=a_lead(), version=edition.version)
    assert client.get(address).status_code == kept
    publish(edition, by=a_lead(), published=True)
    answer = client.get(address)
    assert answer.status_code == published
    assert b"First half-year edition" in answer.content
    assert (b"Publish" in answer.content or b"Close it" in answer.content) == (role is Role.LEAD)
    assert client.get(reverse("edition-list")).status_code == 200


def test_the_review_is_done_on_the_page() -> None:
    the_numbers()
    edition = submitted(an_author())
    lead = visitor(a_lead())
    step = reverse("edition-step", args=[edition.pk])
    assert b"Say why" in lead.post(step, {"step": "return", "version": edition.version}).content
    lead.post(step, {"step": "approve", "version": edition.version - 1})
    assert not Edition.objects.get().frozen
    lead.post(step, {"step": "approve", "version": edition.version})
    edition.refresh_from_db()
    assert edition.frozen
    page = lead.get(reverse("edition-detail", args=[edition.pk])).content.decode()
    assert edition.sha256 in page
    assert "fits its fingerprint" in page
    content = lead.get(reverse("edition-content", args=[edition.pk])).content.decode()
    assert content == edition.content


def test_files_are_downloads_for_whoever_may_read(tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    the_numbers()
    edition = frozen()
    row = EditionFile.objects.get(edition=edition, format="pdf", language="en")
    address = reverse("edition-file", args=[row.pk])
    assert visitor(a_lead()).get(address).status_code == 404  # not made yet
    files.work(row.pk)
    assert visitor().get(address).status_code == 404
    publish(edition, by=a_lead(), published=True)
    answer = visitor().get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert "attachment" in answer["Content-Disposition"]
    assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]


def test_restatements_have_a_page_and_files_are_named_to_people_with_an_account_only() -> None:
    places = the_numbers()
    edition = publish(frozen(), by=a_lead(), published=True)
    address = reverse("edition-restatements", args=[edition.pk])
    assert b"Nothing is known otherwise" in visitor().get(address).content
    given_values("DTP1", {(places["site"], "202502"): 45}, label="janvier.json")
    refreshed()
    page = visitor().get(address).content.decode()
    assert '<td class="number">90</td><td class="number">105</td>' in page
    assert "janvier.json" not in page
    assert "janvier.json" in visitor(an_author()).get(address).content.decode()


def test_a_page_in_french_is_in_french() -> None:
    the_numbers()
    edition = frozen()
    page = (
        visitor(a_user(Role.VIEWER), language="fr").get(reverse("edition-detail", args=[edition.pk])).content.decode()
    )
    assert "Édition du premier semestre" in page
    assert "Les mots du hub." in page
    assert "The hub’s words." not in page
