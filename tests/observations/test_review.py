"""Who may take which step with an observation in which state; nobody reviews their own."""

import uuid
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from research.models import Observation, Quote
from research.observations.actions import Said, edit_observation, log_observation, move, moves, said_in
from research.observations.queries import counted, evidence_counts, readable_by, to_review
from research.observations.trail import differences
from research.review_states import Move, State
from research.revisions import Conflict
from tests.builders import a_day, a_quote, a_study_site, a_user, an_evaluation_question, an_observation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]

# State → what its author may do, what another lead may do. Researchers who did not write it, and all others: nothing.
ALLOWED: dict[State, tuple[set[Move], set[Move]]] = {
    State.DRAFT: ({Move.SUBMIT}, set()),
    State.SUBMITTED: ({Move.WITHDRAW}, {Move.APPROVE, Move.RETURN, Move.WITHDRAW}),
    State.RETURNED: ({Move.SUBMIT, Move.WITHDRAW}, {Move.WITHDRAW}),
    State.APPROVED: ({Move.WITHDRAW}, {Move.RETURN, Move.WITHDRAW}),
    State.WITHDRAWN: ({Move.REOPEN}, set()),
}
REASON = {State.RETURNED: "Où ?", State.WITHDRAWN: "Consentement repris"}


def in_state(state: State, **fields: Any) -> Observation:
    return an_observation(state=state.value, state_reason=REASON.get(state, ""), **fields)


@pytest.mark.parametrize(
    ("state", "role", "own"), list(product(State, [*Role, None], [True, False])), ids=lambda value: str(value)
)
def test_every_state_and_role(state: State, role: Role | None, own: bool) -> None:
    person = a_user(*([role] if role else []))
    row = in_state(state, created_by=person if own else a_user(Role.RESEARCHER))
    by_author, by_lead = ALLOWED[state]
    expected: set[Move] = set()
    if own and role in {Role.RESEARCHER, Role.LEAD}:
        expected = by_author
    elif role == Role.LEAD:
        expected = by_lead
    assert set(moves(row, person)) == expected
    for step in set(Move) - expected:
        with pytest.raises(PermissionDenied):
            move(row, step, by=person, version=1, reason="x")
    row.refresh_from_db()
    assert row.state == state


def test_an_approved_one_that_changed_is_approved_again() -> None:
    author, lead = a_user(Role.RESEARCHER), a_user(Role.LEAD)
    row = in_state(State.SUBMITTED, created_by=author)
    row = move(row, Move.APPROVE, by=lead, version=1)
    assert (row.approved_version, row.reviewed_by, row.changed_since_approval) == (1, lead, False)
    row = edit_observation(row, by=author, version=1, seen="Le frigo ne marche plus.")
    assert (row.state, row.changed_since_approval) == ("approved", True)
    assert list(to_review(lead)) == [row]
    assert not to_review(author).exists()
    assert Move.APPROVE in moves(row, lead)
    assert move(row, Move.APPROVE, by=lead, version=2).changed_since_approval is False


def test_nobody_approves_a_text_that_they_have_not_seen() -> None:
    author, lead = a_user(Role.RESEARCHER), a_user(Role.LEAD)
    row = in_state(State.SUBMITTED, created_by=author)
    edit_observation(row, by=author, version=1, seen="Autre chose.")
    with pytest.raises(Conflict):
        move(row, Move.APPROVE, by=lead, version=1)


@pytest.mark.parametrize("step", [Move.RETURN, Move.WITHDRAW])
@pytest.mark.parametrize("reason", ["", "   ", "x" * 1001])
def test_what_goes_back_says_why(step: Move, reason: str) -> None:
    row = in_state(State.SUBMITTED, created_by=a_user(Role.RESEARCHER))
    with pytest.raises(ValidationError):
        move(row, step, by=a_user(Role.LEAD), version=1, reason=reason)
    row.refresh_from_db()
    assert row.state == "submitted"


def test_the_database_holds_that_nobody_reviews_their_own() -> None:
    author = a_user(Role.LEAD)
    row = in_state(State.APPROVED, created_by=author)
    for broken in ({"reviewed_by": author}, {"approved_version": None}, {"state": "returned", "state_reason": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Observation.objects.filter(pk=row.pk).update(**broken)


def test_a_lead_of_another_district_neither_reads_nor_reviews_a_restricted_one() -> None:
    row = in_state(State.SUBMITTED, sensitivity="restricted", created_by=a_user(Role.RESEARCHER))
    lead = a_user(Role.LEAD)
    assert not readable_by(lead).exists()
    with pytest.raises(PermissionDenied):
        move(row, Move.APPROVE, by=lead, version=1)


def test_what_counts_as_evidence() -> None:
    for state in State:
        in_state(state, quote="Ça va.")
    assert {row.state for row in counted()} == {"submitted", "approved"}
    assert evidence_counts()[:2] == (2, 2)


def test_a_draft_is_its_authors_alone_and_a_withdrawn_one_is_left_to_leads() -> None:
    author, colleague, lead = a_user(Role.RESEARCHER), a_user(Role.RESEARCHER), a_user(Role.LEAD)
    draft, gone = in_state(State.DRAFT, created_by=author), in_state(State.WITHDRAWN, created_by=author)
    assert set(readable_by(author)) == {draft, gone}
    assert set(readable_by(lead)) == {gone}
    assert not readable_by(colleague).exists()


def test_quotes_keep_their_rows_and_what_is_coded_is_not_taken_out() -> None:
    author = a_user(Role.RESEARCHER)
    row = in_state(State.SUBMITTED, created_by=author)
    first, second = a_quote(row, text="un"), a_quote(row, text="deux")
    said = said_in(row)
    edit_observation(row, by=author, version=1, quotes=[said[0]._replace(text="Un"), Said("trois", "bm", "mère")])
    assert [(one.pk == first.pk, one.text, one.order) for one in row.quotes.all()] == [
        (True, "Un", 1),
        (False, "trois", 3),
    ]
    assert not Quote.objects.filter(pk=second.pk).exists()
    assert {record.text for record in Quote.history.filter(id=second.pk)} == {"deux"}


def test_the_same_form_again_is_one_record_with_its_quotes() -> None:
    author, key = a_user(Role.RESEARCHER), uuid.uuid4()
    note: dict[str, Any] = {
        "site": a_study_site().unit, "observed_on": a_day(), "evaluation_question": an_evaluation_question(),
        "seen": "Vu.", "quotes": [Said("Sira ka jan", "bm", "relais", "La route est longue")],
    }  # fmt: skip
    first = log_observation(by=author, client_uuid=key, **note)
    assert log_observation(by=author, client_uuid=key, **note) == first
    assert Quote.objects.count() == 1
    with pytest.raises(Conflict):
        log_observation(by=author, client_uuid=key, **note | {"quotes": [Said("Sira", "bm", "relais")]})


def signed_in(user: User) -> Client:
    user.language = "en"
    user.save()
    client = Client()
    client.force_login(user)
    return client


def test_on_the_page_it_is_returned_read_mended_and_approved() -> None:
    author, lead = a_user(Role.RESEARCHER), a_user(Role.LEAD)
    row = in_state(State.SUBMITTED, created_by=author)
    page, step = reverse("observation-detail", args=[row.pk]), reverse("observation-step", args=[row.pk])
    chief, writer = signed_in(lead), signed_in(author)
    assert "1 waits for your review" in chief.get(reverse("observation-list")).content.decode()
    refused = chief.post(step, {"step": "return", "version": 1, "reason": " "}).content.decode()
    assert "Say why" in refused
    chief.post(step, {"step": "return", "version": 1, "reason": "Which fridge?"})
    assert "Which fridge?" in writer.get(page).content.decode()
    assert "Which fridge?" in writer.get(reverse("observation-list")).content.decode()
    writer.post(step, {"step": "submit", "version": 1})
    assert writer.post(step, {"step": "approve", "version": 1}).status_code == 403
    chief.post(step, {"step": "approve", "version": 1})
    row.refresh_from_db()
    assert row.state == "approved"
    edit_observation(row, by=author, version=1, seen="Le second frigo marche.")
    assert "Changed since its approval" in chief.get(page).content.decode()
    assert chief.post(step, {"step": "explode", "version": "x"}).status_code == 302


def test_on_the_form_a_draft_is_kept_and_then_submitted() -> None:
    author = a_user(Role.RESEARCHER)
    client, site, question = signed_in(author), a_study_site().unit, an_evaluation_question()
    sent: dict[str, Any] = {
        "client_uuid": uuid.uuid4(), "site": site.pk, "observed_on": "2025-09-15", "evaluation_question": question.pk,
        "seen": "Vu.", "kind": "interview", "language": "fr", "consent": "oral", "consent_terms": "quote",
        "quotes-TOTAL_FORMS": 2, "quotes-INITIAL_FORMS": 0, "quotes-1-text": "Oui", "quotes-1-language": "fr",
        "quotes-1-informant_role": "mère", "then": "draft",
    }  # fmt: skip
    assert "Only you see it" in client.post(reverse("observation-create"), sent, follow=True).content.decode()
    row = Observation.objects.get()
    assert (row.state, row.quotes.count(), row.quotable) == ("draft", 1, True)
    again = sent | {"version": 1, "then": "submit", "sensitivity": "normal", "quotes-INITIAL_FORMS": 1,
                    "quotes-0-key": row.quotes.get().pk, "quotes-0-text": ""}  # fmt: skip
    client.post(reverse("observation-edit", args=[row.pk]), again)
    row.refresh_from_db()
    assert row.state == "submitted"


def test_the_history_tells_what_changed_since_it_was_first_submitted() -> None:
    author = a_user(Role.RESEARCHER)
    row = log_observation(
        by=author,
        client_uuid=uuid.uuid4(),
        submit=False,
        site=a_study_site().unit,
        observed_on=a_day(),
        evaluation_question=an_evaluation_question(),
        seen="V",
        quotes=[Said("Sira", "bm", "relais")],
    )
    row = edit_observation(row, by=author, version=1, seen="Vu", quotes=[said_in(row)[0]._replace(text="Sira ka")])
    assert differences(row) == []
    row = edit_observation(row, by=author, version=2, seen="Vu.", submit=True)
    assert differences(row) == []
    key = said_in(row)[0]
    edit_observation(row, by=author, version=3, seen="Vu là.", quotes=[key._replace(text="Sira ka jan")])
    told = {(change.before, change.after, change.who) for change in differences(row)}
    assert told == {("Vu.", "Vu là.", author.username), ("Sira ka", "Sira ka jan", author.username)}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("own", [True, False])
def test_only_a_draft_that_nobody_else_read_is_deleted(state: State, own: bool) -> None:
    author, lead = a_user(Role.RESEARCHER), a_user(Role.LEAD)
    row = in_state(state, created_by=author, quote="Ça va.")
    page = reverse("observation-discard", args=[row.pk])
    gone = own and state == State.DRAFT
    answer = signed_in(author if own else lead).post(page)
    assert answer.status_code == (302 if gone else 404 if state == State.DRAFT else 403)
    assert Observation.objects.exists() is not gone


def test_a_draft_that_was_submitted_once_is_not_deleted() -> None:
    author = a_user(Role.RESEARCHER)
    row = in_state(State.DRAFT, created_by=author, submitted_at=timezone.now())
    client = signed_in(author)
    assert client.post(reverse("observation-discard", args=[row.pk])).status_code == 403
    assert "Delete the draft" not in client.get(reverse("observation-detail", args=[row.pk])).content.decode()
