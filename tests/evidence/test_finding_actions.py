"""Findings are written once, by those who may, reviewed by a second person and only when whole."""

import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from research.evidence.actions import edit_finding, edit_part, move, moves, write_finding, write_part
from research.evidence.link_actions import unlink
from research.evidence.models import Finding, FindingAssumption, RivalExplanation
from research.evidence.policies import can_edit
from research.evidence.queries import missing_of, readable_by, to_review
from research.evidence.trail import changes_since, differences
from research.models import Dissemination, SubQuestion
from research.review_states import Move, State
from research.revisions import Conflict
from tests.builders import a_day, a_finding, a_learning_question, an_evaluation, an_evaluation_question
from tests.evidence.findings import RIVAL, a_draft, a_whole_draft, somebody

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def author() -> User:
    return somebody(Role.RESEARCHER)


@pytest.fixture
def lead() -> User:
    return somebody(Role.LEAD)


def an_event() -> Dissemination:
    return Dissemination.objects.create(event_fr="Atelier national", planned_on=a_day())


def test_what_is_sent_twice_is_stored_once(author: User) -> None:
    key, question, event = uuid.uuid4(), a_learning_question(), an_event()
    values = {"learning_question": question, "statement_fr": "Le coaching aide.", "disseminations": [event]}
    first = write_finding(by=author, client_uuid=key, values=values)
    assert write_finding(by=author, client_uuid=key, values=values) == first
    assert list(first.disseminations.all()) == [event]
    assert (first.state, first.version, first.created_by) == ("draft", 1, author)
    others: list[dict[str, Any]] = [{"statement_fr": "Autre chose."}, {"disseminations": []}]
    for other in others:
        with pytest.raises(Conflict):
            write_finding(by=author, client_uuid=key, values=values | other)
    with pytest.raises(Conflict):
        write_finding(by=somebody(Role.RESEARCHER), client_uuid=key, values=values)
    assert Finding.objects.count() == 1


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CLERK, Role.ADMINISTRATOR])
def test_only_researchers_and_leads_write(role: Role, author: User) -> None:
    row, other = a_draft(author), somebody(role)
    with pytest.raises(PermissionDenied):
        a_draft(other)
    with pytest.raises(PermissionDenied):
        edit_finding(row, by=other, version=1, values={"statement_fr": "X"})
    with pytest.raises(PermissionDenied):
        write_part(RivalExplanation, row, by=other, client_uuid=uuid.uuid4(), values=RIVAL)
    assert Finding.objects.count() == 1
    assert not RivalExplanation.objects.exists()


def test_what_cannot_be_is_refused_beside_its_field(author: User) -> None:
    question, other = a_learning_question(), a_learning_question()
    part = SubQuestion.objects.create(question=other, number=1, text_fr="Où ?", text_en="Where?")
    asked = an_evaluation_question()
    evaluation = an_evaluation("medexis", learning_question=question)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"statement_fr": "", "statement_en": ""}, "statement_fr"),
        ({"part": part}, "part"),
        ({"evaluation": evaluation, "evaluation_question": asked}, "evaluation_question"),
        ({"methods": "minor"}, "methods_reason"),
        ({"confidence": "high"}, "confidence_reason"),
    ]
    for values, field in wrong:
        with pytest.raises(ValidationError) as refused:
            a_draft(author, learning_question=question, **values)
        assert list(refused.value.message_dict) == [field]
    assert not Finding.objects.exists()


def test_an_edit_of_an_older_version_overwrites_nothing(author: User) -> None:
    row = a_draft(author)
    edited = edit_finding(row, by=author, version=1, values={"statement_fr": "Deux."})
    assert edited.version == 2
    assert edit_finding(row, by=author, version=2, values={"statement_fr": "Deux."}).version == 2
    with pytest.raises(Conflict):
        edit_finding(row, by=author, version=1, values={"statement_fr": "Trois."})
    row.refresh_from_db()
    assert row.statement_fr == "Deux."


def test_where_it_is_told_belongs_to_it(author: User) -> None:
    row, event = a_draft(author), an_event()
    assert edit_finding(row, by=author, version=1, values={"disseminations": [event]}).version == 2
    assert edit_finding(row, by=author, version=2, values={"statement_fr": row.statement_fr}).version == 2
    assert list(row.disseminations.all()) == [event]
    assert edit_finding(row, by=author, version=2, values={"disseminations": []}).version == 3


def test_it_is_approved_by_somebody_else_and_only_when_whole(author: User, lead: User) -> None:
    row = a_draft(author)
    assert move(row, Move.SUBMIT, by=author, version=1).state == "submitted"
    row.refresh_from_db()
    with pytest.raises(ValidationError, match="evidence that speaks for it"):
        move(row, Move.APPROVE, by=lead, version=1)
    whole = a_whole_draft(author)
    assert missing_of(whole) == []
    move(whole, Move.SUBMIT, by=author, version=whole.version)
    with pytest.raises(PermissionDenied):
        move(whole, Move.APPROVE, by=author, version=whole.version)
    with pytest.raises(PermissionDenied):
        move(whole, Move.APPROVE, by=somebody(Role.RESEARCHER), version=whole.version)
    with pytest.raises(Conflict):
        move(whole, Move.APPROVE, by=lead, version=whole.version - 1)
    approved = move(whole, Move.APPROVE, by=lead, version=whole.version)
    assert (approved.state, approved.reviewed_by, approved.approved_version) == ("approved", lead, whole.version)


def test_a_lead_does_not_approve_their_own(lead: User) -> None:
    row = a_whole_draft(lead)
    move(row, Move.SUBMIT, by=lead, version=row.version)
    row.refresh_from_db()
    assert moves(row, lead) == [Move.WITHDRAW]
    with pytest.raises(PermissionDenied):
        move(row, Move.APPROVE, by=lead, version=row.version)
    assert set(moves(row, somebody(Role.LEAD))) == {Move.APPROVE, Move.RETURN, Move.WITHDRAW}


def test_it_goes_back_with_a_reason_and_comes_again(author: User, lead: User) -> None:
    row = a_whole_draft(author)
    move(row, Move.SUBMIT, by=author, version=row.version)
    with pytest.raises(ValidationError):
        move(row, Move.RETURN, by=lead, version=row.version, reason=" ")
    returned = move(row, Move.RETURN, by=lead, version=row.version, reason="Quels sites ?")
    assert (returned.state, returned.state_reason) == ("returned", "Quels sites ?")
    assert move(returned, Move.SUBMIT, by=author, version=row.version).state == "submitted"


def approved(author: User, lead: User) -> Finding:
    row = a_whole_draft(author)
    move(row, Move.SUBMIT, by=author, version=row.version)
    return move(row, Move.APPROVE, by=lead, version=row.version)


def test_what_was_approved_stays_whole_and_tells_what_changed_since(author: User, lead: User) -> None:
    row = approved(author, lead)
    with pytest.raises(ValidationError, match="English"):
        edit_finding(row, by=author, version=row.version, values={"statement_en": ""})
    edited = edit_finding(row, by=author, version=row.version, values={"statement_en": "Coaching seems to help."})
    assert edited.changed_since_approval
    since = changes_since(edited, differences(edited))
    assert [(one.before, one.after) for one in since] == [("Coaching helps.", "Coaching seems to help.")]
    assert list(to_review(lead)) == [edited]
    assert list(to_review(author)) == []
    again = move(edited, Move.APPROVE, by=lead, version=edited.version)
    assert not again.changed_since_approval
    assert changes_since(again, differences(again)) == []


def test_a_rival_named_later_and_evidence_taken_off_are_changes_of_it(author: User, lead: User) -> None:
    row = approved(author, lead)
    late = {"text_fr": "Un autre projet y travaille."}
    rival = write_part(RivalExplanation, row, by=author, client_uuid=uuid.uuid4(), values=late)
    row.refresh_from_db()
    assert row.changed_since_approval
    edit_part(rival, by=author, version=1, values=late | {"verdict": "possible", "reason": "Même district."})
    unlink(row.links.get(), by=author)
    row.refresh_from_db()
    assert row.version == row.approved_version + 3  # type: ignore[operator]
    since = [(one.what, one.before, one.after) for one in changes_since(row, differences(row))]
    assert ("evidence: side", "speaks for it", None) in since
    assert ("rival explanation: verdict", "not examined yet", "possible beside it") in since
    assert ("rival explanation: rival explanation (French)", None, "Un autre projet y travaille.") in since


def test_a_verdict_and_a_standing_say_why(author: User) -> None:
    row = a_draft(author)
    wrong: list[tuple[Any, dict[str, Any], str]] = [
        (RivalExplanation, {"text_fr": "La saison."} | {"verdict": "unlikely"}, "reason"),
        (RivalExplanation, {"text_fr": ""}, "text_fr"),
        (FindingAssumption, {"text_fr": "Les registres sont tenus.", "standing": "holds"}, "reason"),
    ]
    for model, values, field in wrong:
        with pytest.raises(ValidationError) as refused:
            write_part(model, row, by=author, client_uuid=uuid.uuid4(), values=values)
        assert list(refused.value.message_dict) == [field]
    row.refresh_from_db()
    assert row.version == 1


def test_a_part_sent_twice_is_stored_once(author: User) -> None:
    row, key = a_draft(author), uuid.uuid4()
    for _time in range(2):
        write_part(FindingAssumption, row, by=author, client_uuid=key, values={"text_fr": "Les registres sont tenus."})
    row.refresh_from_db()
    assert (row.assumptions.count(), row.version) == (1, 2)


READ = {  # who reads a finding of somebody else's in each state
    State.DRAFT: set(),
    State.SUBMITTED: {Role.RESEARCHER, Role.LEAD},
    State.RETURNED: {Role.RESEARCHER, Role.LEAD},
    State.APPROVED: set(Role),
    State.WITHDRAWN: {Role.RESEARCHER, Role.LEAD},
}


@pytest.mark.parametrize("state", State)
def test_who_reads_and_edits_which(state: State, author: User) -> None:
    reason = {"state_reason": "Voilà."} if state in {State.RETURNED, State.WITHDRAWN} else {}
    row = a_finding(approved=True, created_by=author, **{"state": state, **reason})
    for role in Role:
        user = somebody(role)
        assert readable_by(user).exists() == (role in READ[state]), role
        edits = role is Role.LEAD and state not in {State.DRAFT, State.WITHDRAWN}
        assert can_edit(user, row) == edits, role
    assert readable_by(author).get() == row
    assert can_edit(author, row) == (state is not State.WITHDRAWN)
