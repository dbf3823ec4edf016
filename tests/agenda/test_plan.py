"""The plan of a question: written by leads, read by everyone with an account, never with a typed status."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from research.agenda.models import Dissemination, LearningActivity, LearningResource, SubQuestion, UseCase
from research.agenda.plan.actions import plan, replan
from research.agenda.plan.queries import plans_of
from research.agenda.standing import Standing
from research.evidence.models import Finding, FindingUse
from research.revisions import Conflict
from tests.builders import a_learning_question, a_pdf, a_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def lead() -> User:
    user = a_user(Role.LEAD)
    user.language = "en"
    user.save()
    return user


def an_activity(by: User, **values: Any) -> LearningActivity:
    question = values.pop("question", None) or a_learning_question()
    whole = {"question": question, "title_fr": "Entretiens", "method": "interviews"} | values
    return plan(LearningActivity, by=by, client_uuid=uuid.uuid4(), values=whole)


def test_what_is_written_is_stored_once() -> None:
    by, key, question = lead(), uuid.uuid4(), a_learning_question()
    values = {"question": question, "decision_fr": "Étendre Coach2PEV", "decided_by": "DGSHP"}
    first = plan(UseCase, by=by, client_uuid=key, values=values)
    assert plan(UseCase, by=by, client_uuid=key, values=values) == first
    with pytest.raises(Conflict):
        plan(UseCase, by=by, client_uuid=key, values=values | {"decided_by": "CNI"})
    assert UseCase.objects.get().history.get().history_user == by


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CLERK, Role.RESEARCHER, Role.ADMINISTRATOR])
def test_only_a_lead_writes_the_plan(role: Role) -> None:
    with pytest.raises(PermissionDenied):
        an_activity(a_user(role))
    assert not LearningActivity.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title_fr": ""}, "title_fr"),
        ({"done_on": "today"}, "began_on"),
        ({"began_on": "today", "done_on": "yesterday"}, "done_on"),
        ({"began_on": "tomorrow"}, "began_on"),
        ({"starts_on": "today", "ends_on": "yesterday"}, "ends_on"),
        ({"cancelled_on": "today"}, "cancelled_reason"),
        ({"cancelled_reason": "no fuel"}, "cancelled_on"),
        ({"began_on": "today", "done_on": "today", "cancelled_on": "today", "cancelled_reason": "x"}, "cancelled_on"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(values: dict[str, Any], field: str) -> None:
    today = timezone.localdate()
    days = {"today": today, "yesterday": today - timedelta(days=1), "tomorrow": today + timedelta(days=1)}
    with pytest.raises(ValidationError) as refused:
        an_activity(lead(), **{name: days.get(value, value) for name, value in values.items()})
    assert field in refused.value.message_dict
    assert not LearningActivity.objects.exists()


def test_a_part_of_another_question_is_refused() -> None:
    part = SubQuestion.objects.create(question=a_learning_question(), number=1, text_fr="a", text_en="a")
    with pytest.raises(ValidationError) as refused:
        an_activity(lead(), part=part)
    assert "part" in refused.value.message_dict


def test_the_database_refuses_what_the_rules_refuse() -> None:
    activity = an_activity(lead())
    for broken in ({"title_fr": ""}, {"cancelled_on": timezone.localdate()}, {"done_on": timezone.localdate()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            LearningActivity.objects.filter(pk=activity.pk).update(**broken)


def test_an_edit_of_an_older_version_is_refused_and_an_equal_one_changes_nothing() -> None:
    by = lead()
    activity = an_activity(by)
    same = {"question": activity.question, "title_fr": "Entretiens", "method": "interviews"}
    assert replan(activity, by=by, version=1, values=same).version == 1
    assert replan(activity, by=by, version=1, values=same | {"method": "survey"}).version == 2
    with pytest.raises(Conflict):
        replan(activity, by=by, version=1, values=same)


def test_a_document_is_kept_checked_and_downloaded_by_whoever_works_on_the_study() -> None:
    by = lead()
    values = {"question": a_learning_question(), "kind": "document", "title_fr": "Rapport"}
    sent = SimpleUploadedFile("rapport.exe.pdf", a_pdf())
    row = plan(LearningResource, by=by, client_uuid=uuid.uuid4(), values=values | {"file": sent})
    assert row.file_name.endswith(".pdf")
    address = reverse("plan-file", args=[row.pk])
    assert _client(a_user(Role.VIEWER)).get(address).headers["X-Content-Type-Options"] == "nosniff"
    assert _client(a_user(Role.ADMINISTRATOR)).get(address).status_code == 403
    with pytest.raises(ValidationError) as refused:
        plan(
            LearningResource, by=by, client_uuid=uuid.uuid4(),
            values=values | {"file": SimpleUploadedFile("rapport.pdf", b"<html>")},
        )  # fmt: skip
    assert "file" in refused.value.message_dict


@pytest.mark.parametrize(("kind", "field"), [("link", "url"), ("budget", "amount"), ("document", "reference")])
def test_a_resource_has_what_its_kind_needs(kind: str, field: str) -> None:
    values = {"question": a_learning_question(), "kind": kind, "title_fr": "x", "currency": "XOF"}
    with pytest.raises(ValidationError) as refused:
        plan(LearningResource, by=lead(), client_uuid=uuid.uuid4(), values=values)
    assert field in refused.value.message_dict


def test_an_address_that_is_no_web_address_is_refused_on_the_form() -> None:
    client, question = _client(lead()), a_learning_question()
    for bad in ("javascript:alert(1)", "file:///etc/passwd", "pas une adresse"):
        answer = client.post(
            reverse("plan-create", args=["ressources"]),
            {"client_uuid": uuid.uuid4(), "kind": "link", "question": question.pk, "title_fr": "x", "url": bad},
        )
        assert answer.status_code == 200
        assert "url" in answer.context["form"].errors
    assert not LearningResource.objects.exists()


def test_plans_are_read_with_the_same_queries_however_many_there_are() -> None:
    by = lead()
    first, second = a_learning_question(), a_learning_question()
    counted = []
    for _ in range(2):
        an_activity(by, question=first, starts_on=timezone.localdate() - timedelta(days=3))
        plan(
            Dissemination, by=by, client_uuid=uuid.uuid4(),
            values={"questions": [first, second], "event_fr": "Atelier", "product": "workshop",
                    "planned_on": timezone.localdate()},
        )  # fmt: skip
        with CaptureQueriesContext(
            connection,
        ) as queries:
            plans = plans_of([first, second])
        counted.append(len(queries))
    assert counted[0] == counted[1]
    assert [one.standing for one in plans[first.pk].activities] == [Standing.LATE] * 2
    assert len(plans[second.pk].disseminations) == 2
    assert (plans[first.pk].late, plans[first.pk].begun, plans[second.pk].alive) == (2, 0, 0)


@pytest.mark.parametrize("kind", ["activites", "decisions", "ressources", "diffusions"])
def test_a_row_is_made_read_and_edited_on_its_pages(kind: str) -> None:
    client, question = _client(lead()), a_learning_question()
    typed: dict[str, Any] = {
        "client_uuid": uuid.uuid4(), "question": question.pk, "questions": [question.pk], "title_fr": "Titre",
        "event_fr": "Titre", "decision_fr": "Titre", "decided_by": "CNI", "method": "survey", "kind": "budget",
        "amount": "1500000", "currency": "xof", "product": "brief", "planned_on": "2026-03-01",
    }  # fmt: skip
    answer = client.post(reverse("plan-create", args=[kind]), typed, follow=True)
    assert answer.redirect_chain, answer.context["form"].errors
    row = answer.context["row"]
    assert "Titre" in answer.content.decode()
    edited = client.post(reverse("plan-edit", args=[kind, row.pk]), typed | {"version": 1, "title_en": "Title",
        "event_en": "Title", "decision_en": "Title"}, follow=True)  # fmt: skip
    assert edited.redirect_chain, edited.context["form"].errors
    assert len(edited.context["changes"]) == 1
    late = client.post(reverse("plan-edit", args=[kind, row.pk]), typed | {"version": 1})
    assert late.status_code == 409
    assert "Title" in late.content.decode()
    assert client.get(reverse("plan-list", args=[kind]), {"question": question.number}).context["rows"]
    assert not client.get(reverse("plan-list", args=[kind]), {"question": a_learning_question().number}).context["rows"]


def test_the_list_is_filtered_by_standing() -> None:
    by = lead()
    an_activity(by, starts_on=timezone.localdate() - timedelta(days=3))
    an_activity(by, starts_on=timezone.localdate() + timedelta(days=3))
    client, address = _client(a_user(Role.VIEWER)), reverse("plan-list", args=["activites"])
    assert len(client.get(address).context["rows"]) == 2
    assert [one.standing for one in client.get(address, {"standing": "late"}).context["rows"]] == [Standing.LATE]
    assert client.get(address, {"standing": "typed"}).status_code == 200
    assert client.get(reverse("plan-list", args=["autre"])).status_code == 404


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_standing_of_a_question_is_read_from_its_findings() -> None:
    """Draft, approved, stale, used: whatever the newest record says, and the number of queries stays the same."""
    question = a_learning_question()
    client, address = _client(lead()), reverse("question-detail", args=[question.number])

    def answer() -> str:
        return str(client.get(address).context["overview"].answer)

    assert answer() == "not_begun"
    an_activity(lead_of(client), question=question)
    assert answer() == "planned"
    finding = Finding.objects.create(learning_question=question, statement_fr="Le coaching aide.")
    assert answer() == "drafted"
    words = dict.fromkeys(("methods", "coherence", "adequacy", "relevance"), "none")
    reasons = {f"{name}_reason": "x" for name in (*words, "confidence")}
    whole = {
        "statement_en": "Coaching helps.",
        "confidence": "low",
        "approved_version": 1,
        "reviewed_at": timezone.now(),
    }
    Finding.objects.filter(pk=finding.pk).update(state="approved", **words, **reasons, **whole)
    assert answer() == "answered"
    FindingUse.objects.create(
        finding=finding, used_by="DGSHP", used_on=timezone.localdate(), decision_fr="Étendre", finding_version=1
    )
    assert answer() == "used"
    Finding.objects.update(stale_since=timezone.now())
    assert answer() == "revisit"
    counted = []
    for _ in range(2):
        an_activity(lead_of(client), question=a_learning_question())
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("question-list"))
        counted.append(len(queries))
    assert counted[0] == counted[1]


def lead_of(client: Client) -> User:
    return User.objects.get(pk=client.session["_auth_user_id"])
