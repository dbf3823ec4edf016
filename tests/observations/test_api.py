"""Observations sent by programs: safe to send again, never over what somebody else saved, refused field by field."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from indicators.accounts.token_actions import make
from research.models import Observation, Quote
from research.observations.actions import edit_observation
from tests.builders import a_study_site, a_user, an_evaluation_question, an_observation

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/observations"


@pytest.fixture(autouse=True)
def no_limits() -> None:
    cache.clear()


class Phone:
    """A program that speaks for a person, with a token or with their session."""

    def __init__(self, user: User, *, may_write: bool = True, session: bool = False) -> None:
        user.language = "en"
        user.save()
        self.client = Client(enforce_csrf_checks=True)
        self.headers: dict[str, str] = {}
        if session:
            self.client.force_login(user)
        else:
            self.headers["Authorization"] = f"Bearer {make(by=user, name='x', days=1, may_write=may_write).secret}"

    def post(self, record: Any, **headers: str) -> Any:
        return self.client.post(ADDRESS, record, content_type="application/json", headers=self.headers | headers)

    def put(self, record: dict[str, Any], **headers: str) -> Any:
        address = f"{ADDRESS}/{record['client_uuid']}"
        return self.client.put(address, record, content_type="application/json", headers=self.headers | headers)

    def get(self, record: dict[str, Any]) -> Any:
        return self.client.get(f"{ADDRESS}/{record['client_uuid']}", headers=self.headers)


@pytest.fixture
def author() -> User:
    return a_user(Role.RESEARCHER)


def a_record(**fields: Any) -> dict[str, Any]:
    question = an_evaluation_question()
    record = {
        "client_uuid": str(uuid.uuid4()),
        "site": a_study_site().unit.uid,
        "observed_on": "2025-09-15",
        "kind": "interview",
        "evaluation_question": f"{question.evaluation.code}/{question.number}",
        "seen": "La séance est annulée.",
        "consent": "oral",
        "consent_terms": "quote",
        "informants": 1,
        "quotes": [a_quote()],
        "submit": True,
    }
    return record | fields


def a_quote(**fields: Any) -> dict[str, Any]:
    words = {
        "text": "Sira ka jan",
        "language": "bm",
        "informant_role": "relais",
        "translation_fr": "La route est longue",
    }
    return words | fields


def test_it_is_stored_whole_and_answered(author: User) -> None:
    record = a_record()
    answer = Phone(author).post(record)
    assert answer.status_code == 201, answer.content
    row, said = Observation.objects.get(), answer.json()
    assert (row.created_by, row.state, row.informants, row.site.uid) == (author, "submitted", 1, record["site"])
    assert (said["id"], said["version"], said["state"], said["quotable"]) == (row.pk, 1, "submitted", True)
    assert said["page"] == f"/observations/{row.pk}/"
    assert said["quotes"] == [a_quote(key=row.quotes.get().pk, translation_en="")]
    same = record.keys() - {"submit", "quotes"}
    assert {name: said[name] for name in same} == {name: record[name] for name in same}
    assert Phone(author).get(record).json() == said


def test_sent_again_it_is_the_same_record(author: User) -> None:
    phone, record = Phone(author), a_record(submit=False)
    first, again = phone.post(record), phone.post(record)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert (Observation.objects.count(), Quote.objects.count(), again.json()["state"]) == (1, 1, "draft")


def test_another_text_under_its_number_is_a_conflict_that_shows_the_stored_one(author: User) -> None:
    phone, record = Phone(author), a_record()
    stored = phone.post(record).json()
    others: list[dict[str, Any]] = [{"seen": "Autre chose."}, {"quotes": []}, {"quotes": [a_quote(text="Sira")]}]
    for other in others:
        answer = phone.post(record | other)
        assert (answer.status_code, answer.json()["code"], answer.json()["stored"]) == (409, "conflict", stored)
    stranger = Phone(a_user(Role.RESEARCHER)).post(record)
    assert stranger.status_code == 409
    Observation.objects.update(sensitivity="restricted")
    assert Phone(a_user(Role.RESEARCHER)).post(record).json()["stored"] is None


def test_a_change_names_the_version_that_was_read(author: User) -> None:
    phone, record = Phone(author), a_record(submit=False)
    key = phone.post(record).json()["quotes"][0]["key"]
    changed = record | {"seen": "Reportée.", "quotes": [a_quote(key=key, text="Sira ka jan kosɛbɛ")], "submit": True}
    refused = phone.put(changed)
    assert (refused.status_code, refused.json()["field"]) == (428, "version")
    first, again = phone.put(changed | {"version": 1}), phone.put(changed | {"version": 1})
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert (first.json()["version"], first.json()["state"], first.json()["quotes"][0]["key"]) == (2, "submitted", key)
    stale = phone.put(changed | {"version": 1, "seen": "Autre."})
    assert (stale.status_code, stale.json()["stored"]["seen"]) == (409, "Reportée.")


def test_quotes_without_keys_keep_their_rows(author: User) -> None:
    phone, record = Phone(author), a_record(quotes=[a_quote(), a_quote(text="An tɛ se ka na")])
    keys = [quote["key"] for quote in phone.post(record).json()["quotes"]]
    answer = phone.put(record | {"version": 1, "seen": "Reportée."}).json()
    assert [quote["key"] for quote in answer["quotes"]] == keys
    fewer = phone.put(record | {"version": 2, "seen": "Reportée.", "quotes": [a_quote(text="An tɛ se ka na")]}).json()
    assert [quote["key"] for quote in fewer["quotes"]] == keys[1:]


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"site": "nowhere0000"}, "site", "valid choice"),
        ({"evaluation_question": "coach2pev"}, "evaluation_question", "valid choice"),
        ({"learning_question": 99}, "learning_question", "valid choice"),
        ({"kind": "dream"}, "kind", "not a valid choice"),
        ({"observed_on": "2999-01-01"}, "observed_on", "not come yet"),
        ({"observed_on": "15.9.2025"}, "observed_on", "format"),
        ({"seen": ""}, "seen", "blank"),
        ({"seen": "a\x07b"}, "seen", "U+0007"),
        ({"seen": "x" * 20_001}, "seen", "20000"),
        ({"seen": ["x"]}, "seen", "string"),
        ({"seen": "Appeler le 76 12 34 56."}, "seen", "76 12 34 56"),
        ({"consent_terms": ""}, "consent_terms", "allow"),
        ({"consent": "not_needed", "consent_terms": ""}, "consent", "quoted"),
        ({"informants": -1}, "informants", "greater than or equal to 0"),
        ({"quotes": [a_quote(), a_quote(language="xx")]}, "quotes.1.language", "valid choice"),
        ({"quotes": [a_quote(text="Tél. 76 12 34 56")]}, "quotes.0.text", "personal data"),
        ({"quotes": [a_quote()] * 21}, "quotes", "At most 20"),
        ({"quotes": "none"}, "quotes", "list"),
        ({"colour": "red"}, "colour", "no such field"),
        ({"client_uuid": "1"}, "client_uuid", "UUID"),
    ],
)
def test_what_is_wrong_is_told_by_field(author: User, fields: dict[str, Any], field: str, words: str) -> None:
    answer = Phone(author).post(a_record(**fields))
    assert answer.status_code == 400, answer.content
    said = answer.json()
    problems = said.get("errors", [said])
    assert [one for one in problems if one["field"] == field and words in one["message"]], problems
    assert not Observation.objects.exists()


def test_in_the_readers_language(author: User) -> None:
    phone = Phone(author)
    User.objects.update(language="fr")
    assert phone.post(a_record(observed_on="2999-01-01")).json()["message"] == "Ce jour n’est pas encore arrivé."


@pytest.mark.parametrize("body", ["[]", "{", '"x"', "{}", "null"])
def test_what_is_no_record_is_refused(author: User, body: str) -> None:
    assert Phone(author).post(body).status_code == 400


def test_personal_data_may_stand_where_it_was_looked_at(author: User) -> None:
    assert Phone(author).post(a_record(seen="Appeler le 76 12 34 56.", confirmed=True)).status_code == 201


@pytest.mark.parametrize("role", [*Role, None], ids=str)
def test_who_may_write(role: Role | None) -> None:
    person = a_user(*([role] if role else []))
    writes = role in {Role.RESEARCHER, Role.LEAD}
    phone = Phone(person, may_write=role not in {Role.VIEWER, None})
    assert phone.post(a_record()).status_code == (201 if writes else 403)
    assert Observation.objects.exists() is writes


def test_a_reading_token_writes_nothing_and_a_stranger_neither(author: User) -> None:
    record = a_record()
    assert Phone(author, may_write=False).post(record).status_code == 403
    assert Client().post(ADDRESS, record, content_type="application/json").status_code == 401
    assert Client().post(ADDRESS, record, content_type="text/plain").status_code == 401
    assert not Observation.objects.exists()


def test_a_session_needs_the_forms_own_secret(author: User) -> None:
    phone, record = Phone(author, session=True), a_record()
    assert phone.post(record).status_code == 403
    page = phone.client.get("/observations/nouvelle/")
    secret = page.context["csrf_token"]
    assert phone.post(record, **{"X-CSRFToken": str(secret)}).status_code == 201


def test_what_may_not_be_read_is_not_there_and_what_may_not_be_edited_is_refused(author: User) -> None:
    hidden = an_observation(sensitivity="restricted")
    normal, draft = an_observation(created_by=author), an_observation(state="draft", created_by=author)
    colleague = Phone(a_user(Role.RESEARCHER))
    for row, read, change in ((hidden, 404, 404), (draft, 404, 404), (normal, 200, 403)):
        record = a_record(client_uuid=str(row.client_uuid), version=1)
        assert colleague.get(record).status_code == read
        assert colleague.put(record).status_code == change
    assert Phone(author).put(a_record(client_uuid=str(uuid.uuid4()), version=1)).status_code == 404


def test_a_lead_edits_and_the_author_is_told(author: User) -> None:
    phone, record = Phone(author), a_record()
    phone.post(record)
    edit_observation(Observation.objects.get(), by=a_user(Role.LEAD), version=1, seen="Corrigé.")
    answer = phone.put(record | {"version": 1, "seen": "Reportée."})
    assert (answer.status_code, answer.json()["stored"]["version"]) == (409, 2)
    assert Observation.objects.get().seen == "Corrigé."


@pytest.mark.django_db(transaction=True)
def test_sent_from_many_sides_at_once_it_is_one_record(author: User) -> None:
    record = a_record()
    phones = [Phone(author) for _number in range(6)]

    def send(phone: Phone) -> int:
        try:
            return int(phone.post(record).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=6) as pool:
        codes = sorted(pool.map(send, phones))
    assert codes == [200] * 5 + [201]
    assert (Observation.objects.count(), Quote.objects.count()) == (1, 1)
