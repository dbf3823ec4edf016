"""Findings on their pages: written, reviewed by a second person, whole before they are approved, used."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from research.evidence.actions import edit_finding, move, write_finding, write_part
from research.evidence.link_actions import link
from research.evidence.models import COMPONENTS, EvidenceLink, Finding, RivalExplanation
from research.evidence.queries import evidence_of, findings_by_question, missing_of, readable_by
from research.review_states import Move
from research.revisions import Conflict, new_uuid
from tests.builders import a_finding, a_learning_question, a_user, an_observation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def signed_in(user: User) -> Client:
    user.language = "en"
    user.save()
    client = Client()
    client.force_login(user)
    return client


def whole(question: Any = None, **fields: Any) -> dict[str, Any]:
    words = dict.fromkeys(COMPONENTS, "minor") | {"confidence": "low"}
    reasons = {f"{name}_reason": "Deux sites." for name in words}
    question = question or a_learning_question()
    both = {"statement_fr": "Le coaching aide.", "statement_en": "Coaching helps."}
    return {"learning_question": question, **both, **words, **reasons} | fields


def test_a_finding_is_approved_by_somebody_else_once_it_is_whole() -> None:
    author, lead = a_user(Role.LEAD), a_user(Role.LEAD)
    finding = write_finding(by=author, client_uuid=new_uuid(), values=whole(statement_en=""))
    finding = move(finding, Move.SUBMIT, by=author, version=1)
    assert missing_of(finding) == [
        "the statement in English", "evidence that speaks for it", "a rival explanation, or that none was found",
    ]  # fmt: skip
    with pytest.raises(ValidationError, match="not whole"):
        move(finding, Move.APPROVE, by=lead, version=1)
    edit_finding(finding, by=author, version=1, values={"statement_en": "Coaching helps."})
    link(finding, by=author, kind="observation", key=str(an_observation().pk), side="for")
    rival = {"text_fr": "La saison des pluies", "verdict": "unlikely", "reason": "Aussi en saison sèche."}
    write_part(RivalExplanation, finding, by=author, client_uuid=new_uuid(), values=rival)
    finding.refresh_from_db()
    with pytest.raises(PermissionDenied):
        move(finding, Move.APPROVE, by=author, version=finding.version)
    with pytest.raises(Conflict):
        move(finding, Move.APPROVE, by=lead, version=1)
    approved = move(finding, Move.APPROVE, by=lead, version=finding.version)
    assert (approved.state, approved.reviewed_by) == ("approved", lead)
    with pytest.raises(ValidationError, match="stays whole"):
        edit_finding(approved, by=author, version=approved.version, values={"statement_en": ""})


def test_the_database_holds_the_same_rules() -> None:
    finding = a_finding(approved=True)
    for broken in ({"statement_en": ""}, {"adequacy": ""}, {"confidence_reason": ""}, {"reviewed_at": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Finding.objects.filter(pk=finding.pk).update(**broken)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"statement_fr": "", "statement_en": ""}, "statement_fr"),
        ({"methods": "serious", "methods_reason": ""}, "methods_reason"),
        ({"confidence": "high", "confidence_reason": ""}, "confidence_reason"),
    ],
)
def test_what_convinces_nobody_is_refused(values: dict[str, str], field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        write_finding(by=a_user(Role.RESEARCHER), client_uuid=new_uuid(), values=whole(**values))
    assert field in refused.value.message_dict
    assert not Finding.objects.exists()


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.VIEWER, {"approved"}),
        (Role.CLERK, {"approved"}),
        (Role.ADMINISTRATOR, {"approved"}),
        (Role.RESEARCHER, {"approved", "submitted", "returned", "withdrawn"}),
        (Role.LEAD, {"approved", "submitted", "returned", "withdrawn"}),
    ],
)
def test_each_role_reads_what_it_may(role: Role, seen: set[str]) -> None:
    author = a_user(Role.RESEARCHER)
    a_finding(approved=True)
    for state in ("draft", "submitted", "returned", "withdrawn"):
        a_finding(state=state, state_reason="x", created_by=author)
    user = a_user(role)
    assert {row.state for row in readable_by(user)} == seen
    client = signed_in(user)
    for row in Finding.objects.all():
        assert client.get(reverse("finding-detail", args=[row.pk])).status_code == (200 if row.state in seen else 404)
    assert client.get(reverse("finding-create")).status_code == (200 if role in {Role.RESEARCHER, Role.LEAD} else 403)
    assert {row.state for row in readable_by(author)} >= {"draft"}


def test_what_a_person_may_not_read_is_counted_and_not_shown() -> None:
    finding, secret = a_finding(approved=True), an_observation(seen="parole secrète", sensitivity="restricted")
    lead = a_user(Role.LEAD, districts=[secret.site.parent])  # type: ignore[list-item]
    link(finding, by=lead, kind="observation", key=str(secret.pk), side="for", note="vu")
    for role in (Role.VIEWER, Role.RESEARCHER):
        stranger = a_user(role)
        assert evidence_of(finding, stranger).hidden == 1
        page = signed_in(stranger).get(reverse("finding-detail", args=[finding.pk])).content.decode()
        assert "1 more piece of evidence is not yours to read" in page
        assert "secrète" not in page
        assert secret.site.name not in page
    assert evidence_of(finding, lead).hidden == 0


def test_on_the_pages_from_the_first_word_to_the_use() -> None:
    author, lead, question = a_user(Role.RESEARCHER), a_user(Role.LEAD), a_learning_question()
    writer, chief, row = signed_in(author), signed_in(lead), an_observation(seen="Sept mères sont reparties.")
    sent = {name: value for name, value in whole(question).items() if name != "learning_question"}
    posted = sent | {"client_uuid": str(new_uuid()), "learning_question": question.pk}
    page = writer.post(reverse("finding-create"), posted, follow=True)
    assert page.redirect_chain, page.context["form"].errors
    finding = Finding.objects.get()
    look = writer.get(reverse("finding-link-create", args=[finding.pk]), {"kind": "observation", "words": "mères"})
    assert [item.key for item in look.context["found"]] == [str(row.pk)]
    chosen = {"kind": "observation", "key": row.pk, "side": "for", "note": "Comptées sur place."}
    writer.post(reverse("finding-link-create", args=[finding.pk]), chosen)
    rival = {"client_uuid": str(new_uuid()), "text_fr": "Aucune trouvée", "verdict": "open"}
    assert writer.post(reverse("finding-part-create", args=[finding.pk, "rivales"]), rival).status_code == 302
    assumed = rival | {"client_uuid": str(new_uuid()), "standing": "untested"}
    assert writer.post(reverse("finding-part-create", args=[finding.pk, "hypotheses"]), assumed).status_code == 302
    finding.refresh_from_db()
    step = reverse("finding-step", args=[finding.pk])
    writer.post(step, {"step": "submit", "version": finding.version})
    assert "1 waits for your review" in chief.get(reverse("finding-list")).content.decode()
    chief.post(step, {"step": "approve", "version": finding.version})
    use = {"client_uuid": str(new_uuid()), "used_by": "DGSHP", "used_on": "2026-01-15", "decision_fr": "Étendre"}
    assert writer.post(reverse("finding-use-create", args=[finding.pk]), use).status_code == 302
    read = signed_in(a_user(Role.VIEWER)).get(reverse("finding-detail", args=[finding.pk])).content.decode()
    assert "Étendre" in read
    assert "Sept mères" not in read
    assert "DGSHP" in signed_in(a_user(Role.VIEWER)).get(reverse("finding-use-list"), {"q": "dgshp"}).content.decode()
    link_row = EvidenceLink.objects.get()
    assert chief.post(reverse("finding-link-remove", args=[link_row.pk])).status_code == 302
    finding.refresh_from_db()
    assert finding.changed_since_approval


def test_lists_and_pages_cost_the_same_with_more_rows() -> None:
    lead = a_user(Role.LEAD)
    client, counted = signed_in(lead), []
    for _ in range(2):
        for _ in range(3):
            finding = a_finding(approved=True)
            for _ in range(3):
                link(finding, by=lead, kind="observation", key=str(an_observation().pk), side="for")
        row = []
        for address in (reverse("finding-list"), reverse("finding-detail", args=[finding.pk])):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            row.append(len(queries))
        counted.append(row)
    assert counted[0] == counted[1]


def test_counts_by_question_leave_out_what_was_withdrawn() -> None:
    question = a_learning_question()
    a_finding(learning_question=question)
    a_finding(learning_question=question, approved=True, stale_since=timezone.now())
    a_finding(learning_question=question, state="withdrawn", state_reason="x")
    assert findings_by_question()[question.pk] == (1, 1, 1)
