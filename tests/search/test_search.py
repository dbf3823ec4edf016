"""The search: the same on both engines, and never more than the record's own page shows."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from research.models import ImprovementAction, Observation, Quote, SearchEntry, SupervisionVisit
from research.search.engine import matching
from research.search.index import rebuild
from research.search.queries import findable
from research.search.questions import read
from tests.builders import a_day, a_learning_question, a_study_site, a_user, an_observation

pytestmark = pytest.mark.django_db
PAGE = reverse("search")


def found(user: User, words: str) -> list[tuple[str, str]]:
    records = findable(user).exclude(kind="indicator")  # files that are always there
    return [(entry.kind, entry.title_fr) for entry in matching(records, read(words))]


def signed_in(user: User, language: str = "en") -> Client:
    user.language = language
    user.save()
    client = Client()
    client.force_login(user)
    return client


def noted(seen: str, **fields: Any) -> Observation:
    return an_observation(**{"seen": seen, "state": "submitted"} | fields)


def test_words_of_notes_quotes_and_translations_are_found() -> None:
    lead = a_user(Role.LEAD)
    row = noted("La séance avancée a été annulée.")
    Quote.objects.create(
        observation=row, text="Sira ka jan", language="bm", translation_fr="La route est longue", translation_en="Far"
    )
    noted("Le frigo marche.")
    rebuild()
    for words in ("séances", "SEANCE annulees", "sira", "route longue", '"séance avancée"', "annul*", "route -frigo"):
        assert len(found(lead, words)) == 1, words
    for words in ("frigo route", '"avancée séance"', "route -longue", "marchand*", "camion"):
        assert found(lead, words) == [], words


def test_a_title_counts_more_than_a_text() -> None:
    lead, question = a_user(Role.LEAD), a_learning_question(short_fr="Ruptures de stock", short_en="Stock-outs")
    other = a_learning_question(short_fr="Autre", short_en="Other", text_fr="Une rupture de plus", text_en="x")
    rebuild()
    asked = findable(lead).filter(kind="question")
    assert [entry.question_id for entry in matching(asked, read("rupture"))] == [question.pk, other.pk]


@pytest.mark.parametrize(
    ("role", "normal", "restricted", "visit"),
    [
        (Role.VIEWER, False, False, False),
        (Role.ADMINISTRATOR, False, False, False),
        (Role.CLERK, False, False, True),
        (Role.RESEARCHER, True, True, True),
        (Role.LEAD, True, True, True),
    ],
)
def test_each_role_finds_what_it_reads(role: Role, normal: bool, restricted: bool, visit: bool) -> None:
    site, far = a_study_site().unit, a_study_site().unit
    district = site.parent
    assert district
    user, stranger = a_user(role, districts=[district]), a_user(role, districts=[far])
    noted("mot normal", site=site)
    noted("mot restreint", site=site, sensitivity="restricted")
    SupervisionVisit.objects.create(site=site, state="done", done_on=a_day(), agreed="mot convenu")
    rebuild()
    expected = sorted(["observation"] * (normal + restricted) + ["visit"] * visit)
    assert sorted(kind for kind, _ in found(user, "mot")) == expected
    elsewhere = sorted(["observation"] * normal + ["visit"] * (visit and role != Role.CLERK))
    assert sorted(kind for kind, _ in found(stranger, "mot")) == elsewhere


def test_a_draft_is_found_by_its_author_and_a_withdrawn_one_by_leads() -> None:
    author, lead, colleague = a_user(Role.RESEARCHER), a_user(Role.LEAD), a_user(Role.RESEARCHER)
    noted("brouillon", state="draft", created_by=author)
    noted("retiré", state="withdrawn", state_reason="consentement repris", created_by=author)
    noted("retiré", state="withdrawn", state_reason="consentement repris", sensitivity="restricted")
    rebuild()
    assert [len(found(one, "brouillon")) for one in (author, lead, colleague)] == [1, 0, 0]
    assert [len(found(one, "retiré")) for one in (author, lead, colleague)] == [1, 1, 0]


def test_the_page_tells_nothing_of_what_is_hidden() -> None:
    noted("Traoré a parlé", sensitivity="restricted")
    rebuild()
    answer = signed_in(a_user(Role.RESEARCHER)).get(PAGE, {"q": "Traoré"})
    assert answer.context["total"] == 0
    assert "Nothing found" in answer.content.decode()


def test_an_entry_follows_its_record(django_capture_on_commit_callbacks: Any) -> None:
    lead = a_user(Role.LEAD)
    with django_capture_on_commit_callbacks(execute=True):
        row = noted("Le congélateur est neuf.")
    assert len(found(lead, "congélateur")) == 1
    with django_capture_on_commit_callbacks(execute=True):
        Quote.objects.create(observation=row, text="Il chauffe", language="fr")
        row.seen = "Le réfrigérateur est neuf."
        row.save()
    assert (len(found(lead, "congélateur")), len(found(lead, "réfrigérateur chauffe"))) == (0, 1)
    with django_capture_on_commit_callbacks(execute=True):
        row.quotes.get().delete()
    assert found(lead, "chauffe") == []
    with django_capture_on_commit_callbacks(execute=True):
        row.delete()
    assert not SearchEntry.objects.filter(kind="observation").exists()


def test_a_rebuild_forgets_what_is_gone_and_leaves_alone_what_has_not_changed() -> None:
    row, kept = noted("un"), noted("deux")
    rebuild()
    before = SearchEntry.objects.get(kind="observation", key=str(kept.pk)).pk
    Observation.objects.filter(pk=row.pk).delete()
    count = rebuild()
    assert count == SearchEntry.objects.count()
    assert SearchEntry.objects.get(kind="observation").pk == before


def test_an_action_is_found_by_what_was_said_of_it() -> None:
    site = a_study_site().unit
    action = ImprovementAction.objects.create(site=site, text="Réparer le thermomètre", client_uuid=uuid.uuid4())
    action.comments.create(text="La pièce est commandée")
    rebuild()
    assert found(a_user(Role.LEAD), "pièces commandées") == [("action", site.name)]


def test_the_page_marks_counts_narrows_and_asks_the_same_number_of_queries() -> None:
    client, site = signed_in(a_user(Role.LEAD)), a_study_site().unit
    counted = []
    for number in range(2):
        for _ in range(1 + 3 * number):
            noted("Rupture <b>longue</b>", site=site)
        noted("Rupture ailleurs")
        rebuild()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(PAGE, {"q": "ruptures", "kind": "observation", "site": str(site.pk)})
        counted.append(len(queries))
    page = answer.content.decode()
    assert counted[0] == counted[1]
    assert "<mark>Rupture</mark> &lt;b&gt;" in page
    assert answer.context["total"] == 5
    assert len(answer.context["answers"]) == 5


@pytest.mark.parametrize(
    "words", ["'", '"', "a OR b", "NEAR(", "f*", "w*", ":*", "!!", "((", "\x00", "%", "a & | b", "é" * 500, "-- x"]
)
def test_no_question_breaks_an_engine(words: str) -> None:
    noted("Le frigo marche.")
    rebuild()
    client = signed_in(a_user(Role.LEAD))
    assert client.get(PAGE, {"q": words}).status_code == 200
    assert client.get(PAGE, {"q": f"frigo {words}"}).status_code == 200
