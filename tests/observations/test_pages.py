"""The pages that a researcher meets, over HTTP."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from research.models import Observation
from tests.builders import (
    a_day,
    a_study_site,
    a_user,
    an_evaluation,
    an_evaluation_question,
    an_observation,
)

pytestmark = pytest.mark.django_db
NEW = reverse("observation-create")


def signed_in(person: User, language: str = "fr") -> Any:
    """A client of that person; typed as Any because redirects have a `url` that responses in general have not."""
    client = Client()
    client.force_login(person)
    client.cookies["django_language"] = language
    return client


def typed(**fields: Any) -> dict[str, Any]:
    """What the browser sends for a whole new note; a field of None is left out. `quote`, `quote_language`,
    `informant_role`, `translation_fr`: those of the one quote on the form."""
    quote = {name: fields.pop(name, "") for name in ("quote", "quote_language", "informant_role", "translation_fr")}
    site = fields.pop("site", None) or a_study_site().unit
    question = fields.pop("question", None) or an_evaluation_question()
    sent = {
        "client_uuid": str(uuid.uuid4()),
        "site": site.pk,
        "observed_on": "2025-09-15",
        "evaluation_question": question.pk,
        "seen": "La séance a été annulée.\r\nLe frigo marche.",
        "kind": "interview",
        "language": "fr",
        "consent": "not_recorded",
        "quotes-TOTAL_FORMS": 1,
        "quotes-INITIAL_FORMS": 0,
        "quotes-0-text": quote["quote"],
        "quotes-0-language": quote["quote_language"],
        "quotes-0-informant_role": quote["informant_role"],
        "quotes-0-translation_fr": quote["translation_fr"],
    }
    return {name: value for name, value in {**sent, **fields}.items() if value is not None}


@pytest.fixture
def researcher() -> User:
    return a_user(Role.RESEARCHER)


def test_the_form_opens_with_today_the_last_site_and_a_number(researcher: User) -> None:
    site = a_study_site().unit
    an_observation(site=site, created_by=researcher)
    form = signed_in(researcher).get(NEW).context["form"]
    assert form["site"].value() == site.pk
    assert form["observed_on"].value() == timezone.localdate()
    assert form["client_uuid"].value()
    assert form["sensitivity"].value() == ""


def test_the_page_one_comes_from_fills_in_site_and_question(researcher: User) -> None:
    site, question = a_study_site().unit, an_evaluation_question()
    page = signed_in(researcher).get(NEW, {"site": site.pk, "question": question.pk})
    chosen = re.findall(r'<option value="(\d+)" selected', page.content.decode())
    assert chosen == [str(site.pk), str(question.pk)]
    assert signed_in(researcher).get(NEW, {"site": "x'", "question": "9" * 40}).status_code == 200


def test_saved_it_is_confirmed_and_stands_in_the_list(researcher: User) -> None:
    client, sent = signed_in(researcher), typed(quote="Sɛgu ŋɛ ɔ", quote_language="bm", informant_role="mère")
    answer = client.post(NEW, sent)
    row = Observation.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("observation-detail", args=[row.pk]) + "?saved")
    said = row.quotes.get()
    assert (row.seen, said.text) == ("La séance a été annulée.\nLe frigo marche.", "Sɛgu ŋɛ ɔ")
    assert (row.state, said.language, said.informant_role) == ("submitted", "bm", "mère")
    page = client.get(answer.url).content.decode()
    assert reverse("evaluation-detail", args=[row.evaluation_question.evaluation.code]) in page
    assert 'lang="bm"' in page
    assert row.seen.split("\n")[0] in client.get(reverse("observation-list")).content.decode()


def test_a_double_tap_makes_one_record(researcher: User) -> None:
    client, sent = signed_in(researcher), typed()
    first, second = client.post(NEW, sent), client.post(NEW, sent)
    assert (first.status_code, first.url) == (302, second.url)
    assert Observation.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("site", {"site": type("Unit", (), {"pk": 987654})}),
        ("observed_on", {"observed_on": str(timezone.localdate() + timedelta(days=1))}),
        ("observed_on", {"observed_on": "0225-09-15"}),
        ("observed_on", {"observed_on": "hier"}),
        ("observed_on", {"observed_on": None}),
        ("seen", {"seen": "   "}),
        ("seen", {"seen": "x" * 20_001}),
        ("seen", {"seen": "bip \x07"}),
        ("seen", {"seen": "nul \x00"}),
        ("seen", {"seen": "appeler le 76 12 34 56"}),
        ("sensitivity", {"sensitivity": "normal"}),  # a researcher may not ask for it
        ("kind", {"kind": ""}),
        ("kind", {"kind": "séance"}),
        ("language", {"language": "xx"}),
        ("consent_terms", {"consent": "oral"}),
        ("consent", {"consent_terms": "quote"}),
        ("consent", {"consent": "not_needed", "quote": "oui", "quote_language": "fr", "informant_role": "mère"}),
        ("informants", {"informants": "-1"}),
        ("__all__", {"quotes-TOTAL_FORMS": None}),
        ("__all__", {"client_uuid": ""}),
        ("__all__", {"client_uuid": "1; drop table"}),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nothing_typed_is_lost(
    researcher: User, field: str, fields: dict[str, Any]
) -> None:
    sent = {"seen": "Un texte long à garder <b>"} | fields
    page = signed_in(researcher).post(NEW, typed(**sent))
    assert page.status_code == 200
    assert page.context["form"].errors.keys() - {"client_uuid"} == {field}
    assert not Observation.objects.exists()
    if sent["seen"] == "Un texte long à garder <b>":
        assert "Un texte long à garder &lt;b&gt;" in page.content.decode()


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("language", {"quote": "Aw ni ce", "informant_role": "mère"}),
        ("informant_role", {"quote": "Aw ni ce", "quote_language": "bm"}),
        ("text", {"informant_role": "mère"}),
        ("text", {"translation_fr": "Bonjour"}),
        ("text", {"quote": "x" * 5_001, "quote_language": "bm", "informant_role": "mère"}),
        ("informant_role", {"quote": "oui", "quote_language": "fr", "informant_role": "Mme Coulibaly"}),
    ],
)
def test_a_mistake_in_a_quote_is_told_at_its_field(researcher: User, field: str, fields: dict[str, Any]) -> None:
    page = signed_in(researcher).post(NEW, typed(**fields))
    assert page.status_code == 200
    assert set(page.context["form"].quotes.forms[0].errors) == {field}
    assert f'href="#id_quotes-0-{field}"' in page.content.decode()
    assert not Observation.objects.exists()


def test_a_text_of_the_full_length_is_kept_whole(researcher: User) -> None:
    text = "ɔ\r\n" * 9_999 + "ŋ"
    signed_in(researcher).post(NEW, typed(seen=text))
    assert Observation.objects.get().seen == text.replace("\r\n", "\n")


def test_possible_personal_data_is_kept_once_confirmed(researcher: User) -> None:
    client, sent = signed_in(researcher), typed(seen="lot 76 12 34 56")
    asked = client.post(NEW, sent).content.decode()
    assert "76 12 34 56" in asked
    assert 'name="confirmed"' in asked
    assert client.post(NEW, sent | {"confirmed": "on"}).status_code == 302
    row = Observation.objects.get()
    edit = client.get(reverse("observation-edit", args=[row.pk])).content.decode()
    assert 'name="confirmed"' not in edit
    again = {**sent, "version": 1, "seen": "lot 76 12 34 56, ouvert", "sensitivity": row.sensitivity}
    assert client.post(reverse("observation-edit", args=[row.pk]), again).status_code == 302


def test_markup_is_text_everywhere(researcher: User) -> None:
    client, bad = signed_in(researcher), "<script>alert(1)</script><img src=x onerror=alert(2)>"
    client.post(NEW, typed(seen=bad, quote=bad, quote_language="other", informant_role="mère"))
    row = Observation.objects.get()
    for url in ("observation-list", "observation-detail", "observation-edit"):
        page = client.get(reverse(url, args=[row.pk] if url != "observation-list" else [])).content.decode()
        assert "&lt;script&gt;" in page, url
        assert bad not in page, url


def test_a_stale_edit_shows_both_texts_and_can_then_be_saved(researcher: User) -> None:
    row = an_observation(created_by=researcher, seen="premier")
    address = reverse("observation-edit", args=[row.pk])
    sent = typed(site=row.site, question=row.evaluation_question, version=1, sensitivity="normal")
    lead = signed_in(a_user(Role.LEAD))
    assert lead.post(address, sent | {"seen": "texte de la responsable"}).status_code == 302
    client = signed_in(researcher)
    conflict = client.post(address, sent | {"seen": "texte de l'autrice"})
    page = conflict.content.decode()
    assert conflict.status_code == 409
    assert "texte de la responsable" in page
    assert "texte de l&#x27;autrice" in page
    assert 'name="version" value="2"' in page
    assert client.post(address, sent | {"seen": "les deux", "version": 2}).status_code == 302
    row.refresh_from_db()
    assert (row.seen, row.version) == ("les deux", 3)
    changes = signed_in(researcher, "en").get(reverse("observation-detail", args=[row.pk])).context["changes"]
    assert [change.after for change in changes if change.who == researcher.username] == ["les deux"]


def test_back_and_saved_again_with_another_text_is_a_conflict_too(researcher: User) -> None:
    client, sent = signed_in(researcher), typed()
    client.post(NEW, sent)
    conflict = client.post(NEW, sent | {"seen": "complété"})
    row = Observation.objects.get()
    assert conflict.status_code == 409
    assert f'action="{reverse("observation-edit", args=[row.pk])}"' in conflict.content.decode()
    assert "complété" in conflict.content.decode()
    assert row.seen != "complété"


def test_the_number_of_somebody_elses_record_is_replaced(researcher: User) -> None:
    sent = typed()
    signed_in(a_user(Role.RESEARCHER)).post(NEW, sent)
    answer = signed_in(researcher).post(NEW, sent)
    assert answer.status_code == 409
    number = answer.context["form"]["client_uuid"].value()
    assert number != sent["client_uuid"]
    assert signed_in(researcher).post(NEW, sent | {"client_uuid": number}).status_code == 302
    assert Observation.objects.count() == 2


@pytest.mark.parametrize(
    ("roles", "list_", "restricted", "edit"),
    [
        ([Role.RESEARCHER], 200, 404, 404),
        ([Role.LEAD], 200, 404, 404),
        ([Role.VIEWER], 403, 404, 404),
        ([Role.CLERK], 403, 404, 404),
        ([Role.ADMINISTRATOR], 403, 404, 404),
        ([], 403, 404, 404),
    ],
)
def test_who_opens_what(roles: list[Role], list_: int, restricted: int, edit: int) -> None:
    site = a_study_site(conflict=True).unit
    row = an_observation(site=site, sensitivity="restricted")
    client = signed_in(a_user(*roles))
    assert client.get(reverse("observation-list")).status_code == list_
    assert client.get(NEW).status_code == list_
    assert client.post(NEW, typed()).status_code == (302 if list_ == 200 else 403)
    assert client.get(reverse("observation-detail", args=[row.pk])).status_code == restricted
    assert client.post(reverse("observation-edit", args=[row.pk])).status_code == edit


def test_a_colleague_reads_a_normal_note_and_may_not_edit_it(researcher: User) -> None:
    row, client = an_observation(), signed_in(researcher)
    assert client.get(reverse("observation-detail", args=[row.pk])).status_code == 200
    assert client.get(reverse("observation-edit", args=[row.pk])).status_code == 403


def test_strangers_are_sent_to_the_login() -> None:
    row = an_observation()
    for url in (reverse("observation-list"), NEW, reverse("observation-detail", args=[row.pk])):
        assert Client().get(url)["Location"].startswith(reverse("login"))


def test_filters_stand_in_the_address_and_are_kept_by_the_pages(researcher: User) -> None:
    site, question = a_study_site().unit, an_evaluation_question()
    other = an_evaluation_question(an_evaluation("medexis"))
    mine = an_observation(
        site=site, evaluation_question=question, created_by=researcher, observed_on=a_day("2025-08-01")
    )
    theirs = an_observation(evaluation_question=other, seen="rupture de BCG", observed_on=a_day("2025-10-01"))
    client = signed_in(researcher)

    def found(**state: Any) -> list[Observation]:
        return list(client.get(reverse("observation-list"), state).context["page"])

    assert found() == [theirs, mine]
    assert found(site=site.pk) == found(evaluation="coach2pev") == found(author="me") == [mine]
    assert found(evaluation_question=question.pk) == found(before="2025-09-01") == [mine]
    assert found(learning_question=other.evaluation.learning_question.number) == found(q="Bcg") == [theirs]
    assert found(after="2025-09-01", author="me") == []
    assert found(site="x", after="hier", page="999999999999") == [theirs, mine]  # an unreadable filter filters nothing
    for _ in range(20):
        an_observation(site=site, evaluation_question=question)
    page = client.get(reverse("observation-list"), {"site": site.pk}).content.decode()
    assert f"?site={site.pk}&amp;page=2" in page


def test_the_list_costs_the_same_with_more_rows(researcher: User, django_assert_max_num_queries: Any) -> None:
    client = signed_in(researcher)
    for _ in range(18):
        an_observation()
    with django_assert_max_num_queries(16):
        page = client.get(reverse("observation-list"))
    assert len(page.content) < 100_000


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_form_is_light_and_asks_no_other_host(researcher: User, language: str) -> None:
    for _ in range(8):
        a_study_site()
    page = signed_in(researcher, language).get(NEW).content.decode()
    assert len(page) < 100_000
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page)
    assert " style=" not in page
