"""The pages of a finding: what each person meets there, and what happens when something is in the way."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from research.evidence.link_actions import link
from research.evidence.models import Doubt, Finding
from research.models import Dissemination
from research.revisions import new_uuid
from tests.builders import a_day, a_finding, a_learning_question, an_evaluation, an_observation
from tests.evidence.findings import a_draft, a_whole_draft, somebody

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def as_seen_by(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(client: Client, name: str, *args: Any, **query: Any) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def sent(finding: Finding, **more: Any) -> dict[str, Any]:
    """The edit form as it was opened, with what was typed since."""
    words = {name: getattr(finding, name) for name in ("statement_fr", "statement_en")}
    return {**words, "learning_question": finding.learning_question_id, "version": finding.version} | more


def test_where_it_is_told_is_chosen_on_the_form() -> None:
    author = somebody(Role.RESEARCHER)
    event = Dissemination.objects.create(event_fr="Atelier national", planned_on=a_day())
    client, row = as_seen_by(author), a_draft(author)
    address = reverse("finding-edit", args=[row.pk])
    client.post(address, sent(row, disseminations=[event.pk], client_uuid=str(new_uuid())))
    row.refresh_from_db()
    assert (list(row.disseminations.all()), row.version) == ([event], 2)
    assert "Atelier national" in text(client, "finding-detail", row.pk)


def test_two_who_edit_meet_each_other_s_words() -> None:
    author = somebody(Role.RESEARCHER)
    client, row = as_seen_by(author), a_draft(author)
    address = reverse("finding-edit", args=[row.pk])
    first, second = (sent(row, statement_fr=words, client_uuid=str(new_uuid())) for words in ("Une.", "Deux."))
    assert client.post(address, first).status_code == 302
    conflict = client.post(address, second)
    assert conflict.status_code == 409
    page = conflict.content.decode()
    assert "Une." in page
    assert "Deux." in page
    row.refresh_from_db()
    assert row.statement_fr == "Une."
    again = second | {"version": conflict.context["form"]["version"].value()}
    assert client.post(address, again).status_code == 302


def test_the_new_form_knows_where_one_comes_from() -> None:
    question = a_learning_question()
    evaluation = an_evaluation("medexis", learning_question=question)
    client = as_seen_by(somebody(Role.RESEARCHER))
    for query in ({"question": question.number}, {"evaluation": evaluation.code}):
        form = client.get(reverse("finding-create"), query).context["form"]
        assert form["learning_question"].value() == question.pk
    for query in ({"question": "99999999999"}, {"question": "x"}, {"evaluation": "'"}):
        assert client.get(reverse("finding-create"), query).status_code == 200


def test_what_lacks_is_told_to_those_who_can_mend_it() -> None:
    author, row = somebody(Role.RESEARCHER), a_finding(approved=True)
    draft = a_draft(author)
    assert "Missing before it can be approved" in text(as_seen_by(author), "finding-detail", draft.pk)
    assert "Missing before" not in text(as_seen_by(somebody(Role.VIEWER)), "finding-detail", row.pk)


def test_a_refused_approval_says_what_lacks_and_changes_nothing() -> None:
    row = a_finding(created_by=somebody(Role.RESEARCHER), state="submitted")
    answer = as_seen_by(somebody(Role.LEAD)).post(
        reverse("finding-step", args=[row.pk]), {"step": "approve", "version": row.version}
    )
    assert "evidence that speaks for it" in answer.content.decode()
    row.refresh_from_db()
    assert row.state == "submitted"


def test_an_approval_of_words_that_have_changed_is_not_made() -> None:
    author = somebody(Role.RESEARCHER)
    row = a_whole_draft(author)
    Finding.objects.filter(pk=row.pk).update(state="submitted")
    client = as_seen_by(somebody(Role.LEAD))
    step = {"step": "approve", "version": row.version - 1}
    answer = client.post(reverse("finding-step", args=[row.pk]), step, follow=True)
    assert "has changed meanwhile" in answer.content.decode()
    for wrong in ({"step": "nonsense", "version": "1"}, {"step": "approve", "version": "x"}, {}):
        assert client.post(reverse("finding-step", args=[row.pk]), wrong).status_code == 302
    row.refresh_from_db()
    assert row.state == "submitted"


def test_a_change_after_approval_stands_on_the_page_for_the_team() -> None:
    author, lead = somebody(Role.RESEARCHER), somebody(Role.LEAD)
    row = a_whole_draft(author)
    client, address = as_seen_by(author), reverse("finding-step", args=[row.pk])
    client.post(address, {"step": "submit", "version": row.version})
    as_seen_by(lead).post(address, {"step": "approve", "version": row.version})
    form = client.get(reverse("finding-edit", args=[row.pk])).context["form"]
    typed = {name: value for name in form.fields if (value := form[name].value())}
    typed["statement_en"] = "Coaching may help."
    assert client.post(reverse("finding-edit", args=[row.pk]), typed).status_code == 302
    page = text(as_seen_by(lead), "finding-detail", row.pk)
    assert "Changed since its approval" in page
    assert "Coaching helps." in page
    read = text(as_seen_by(somebody(Role.VIEWER)), "finding-detail", row.pk)
    assert "changed since approval" in read
    assert "Coaching helps." not in read  # the history is the team's


def test_a_doubt_stands_above_until_somebody_settles_it_with_a_reason() -> None:
    lead = somebody(Role.LEAD)
    row = a_finding(approved=True, stale_since=timezone.now())
    Doubt.objects.create(finding=row, reason="newer", after={"observations": 2}, fingerprint="x")
    client, address = as_seen_by(lead), reverse("finding-settle", args=[row.pk])
    assert "2 observations on the same question" in text(client, "finding-detail", row.pk)
    assert client.post(address, {"note": " "}).status_code == 200
    assert row.doubts.get().settled_at is None
    assert client.post(address, {"note": "Lues : rien de neuf."}).status_code == 302
    page = text(client, "finding-detail", row.pk)
    assert "Lues : rien de neuf." in page
    row.refresh_from_db()
    assert row.stale_since is None


def test_a_note_on_what_one_may_not_read_is_not_shown_beside_a_rival_either() -> None:
    author, secret = somebody(Role.RESEARCHER), an_observation(sensitivity="restricted")
    lead = somebody(Role.LEAD)
    lead.districts.add(secret.site.parent)  # type: ignore[arg-type]
    row = a_whole_draft(author)
    Finding.objects.filter(pk=row.pk).update(state="submitted")
    row.refresh_from_db()
    rival = row.rivals.get()
    link(row, by=lead, kind="observation", key=str(secret.pk), side="for", note="Secret du village", rival=rival)
    assert "Secret du village" in text(as_seen_by(lead), "finding-detail", row.pk)
    assert "Secret du village" not in text(as_seen_by(author), "finding-detail", row.pk)


def test_the_list_is_filtered_by_address() -> None:
    lead = somebody(Role.LEAD)
    first = a_finding(approved=True, statement_en="First one.")
    second = a_finding(approved=True, statement_en="Second one.", confidence="low", stale_since=timezone.now())
    third = a_finding(created_by=lead, statement_en="Third one.", state="submitted")
    client = as_seen_by(lead)
    asked: list[tuple[dict[str, Any], set[int]]] = [
        ({}, {first.pk, second.pk, third.pk}),
        ({"question": first.learning_question.number}, {first.pk}),
        ({"confidence": "low"}, {second.pk}),
        ({"stale": "yes"}, {second.pk}),
        ({"state": "submitted"}, {third.pk}),
        ({"review": "me"}, set()),
        ({"question": "x", "page": "'"}, {first.pk, second.pk, third.pk}),
    ]
    for query, found in asked:
        page = client.get(reverse("finding-list"), query).context["page"]
        assert {row.pk for row in page} == found, query


def test_findings_stand_on_the_dashboard_and_on_their_question() -> None:
    lead = somebody(Role.LEAD)
    row = a_finding(approved=True)
    draft = a_finding(created_by=lead, learning_question=row.learning_question, statement_en="Not yet.")
    viewer, writer = as_seen_by(somebody(Role.VIEWER)), as_seen_by(lead)
    number = row.learning_question.number
    for client, seen in ((viewer, False), (writer, True)):
        assert "Coaching helps." in text(client, "home")
        page = text(client, "question-detail", number)
        assert "Coaching helps." in page
        assert (str(draft.statement) in page) is seen
        assert "Not yet." not in text(client, "home")
    assert "Coaching helps." not in Client().get(reverse("home")).content.decode()


def test_a_question_shows_the_first_of_many_and_leads_to_all() -> None:
    question = a_learning_question()
    for number in range(12):
        a_finding(approved=True, learning_question=question, statement_en=f"Statement {number:02d}.")
    page = text(as_seen_by(somebody(Role.VIEWER)), "question-detail", question.number)
    assert page.count("Statement ") == 8
    assert f"{reverse('finding-list')}?question={question.number}" in page


def test_the_dashboard_asks_no_more_for_more_findings() -> None:
    client, counted = as_seen_by(somebody(Role.LEAD)), []
    for _round in range(2):
        for _one in range(2):
            a_finding(approved=True)
        with CaptureQueriesContext(connection) as queries:
            text(client, "home")
        counted.append(len(queries))
    assert counted[0] == counted[1]
