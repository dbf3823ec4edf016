"""Improvement plans: proposed by failures, agreed, claimed, verified by another person, opened anew by a failure."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from indicators.accounts.roles import Role
from research.coach2pev.improvement import actions, queries, states
from research.coach2pev.improvement.actions import NotNow, follow_visit
from research.coach2pev.models import ImprovementAction
from research.revisions import Conflict
from tests.builders import a_checklist, a_clerk_of, a_followed_site, a_user, a_visit, the_process_elements

pytestmark = pytest.mark.django_db
State = ImprovementAction.State


@pytest.fixture
def site(db: None) -> Any:
    the_process_elements()
    return a_followed_site().unit


@pytest.fixture
def checklist(site: Any) -> Any:
    made = a_checklist(1, 2)
    made.items.filter(code="i0").update(action_fr="Réparer le frigo", action_en="Mend the fridge")
    return made


def failed_on(site: Any, checklist: Any, day: date, *codes: str) -> Any:
    visit = a_visit(site=site, checklist=checklist, done_on=day)
    follow_visit(visit, list(checklist.items.filter(code__in=codes)), by=None)
    return visit


def agreed(action: Any, by: Any, **more: Any) -> Any:
    told = {"text": "Réparer", "owner": None, "owner_role": "Infirmier chef", "due_on": timezone.localdate()} | more
    return actions.agree(action, by=by, version=action.version, **told)


def only() -> ImprovementAction:
    return ImprovementAction.objects.get()


def closed(action: Any, by: Any, other: Any) -> Any:
    action = actions.claim(agreed(action, by), by=by, version=action.version + 1)
    return actions.verify(action, by=other, version=action.version, note="Vu sur place")


def test_each_failed_item_proposes_an_action_once(site: Any, checklist: Any) -> None:
    visit = failed_on(site, checklist, date(2025, 9, 1), "i0", "i1")
    texts = list(ImprovementAction.objects.order_by("item__code").values_list("text", "state"))
    assert texts == [("Réparer le frigo", "proposed"), ("Point 1", "proposed")]
    follow_visit(visit, list(checklist.items.all()), by=None)
    assert ImprovementAction.objects.count() == 2
    follow_visit(visit, list(checklist.items.filter(code="i0")), by=None)
    assert only().text == "Réparer le frigo"


def test_a_corrected_answer_leaves_what_people_took_up(site: Any, checklist: Any) -> None:
    visit = failed_on(site, checklist, date(2025, 9, 1), "i0")
    agreed(only(), a_clerk_of(site))
    follow_visit(visit, [], by=None)
    assert only().state == State.OPEN


def test_the_way_of_an_action_needs_two_people(site: Any, checklist: Any) -> None:
    failed_on(site, checklist, date(2025, 9, 1), "i0")
    clerk, lead = a_clerk_of(site), a_user(Role.LEAD)
    action = agreed(only(), clerk, owner=lead)
    with pytest.raises(NotNow):
        actions.verify(action, by=lead, version=action.version, note="x")
    action = actions.claim(action, by=clerk, version=action.version)
    for person in (clerk, lead):  # who said so, and the owner
        with pytest.raises(PermissionDenied):
            actions.verify(action, by=person, version=action.version, note="Vu")
    third = a_clerk_of(site)
    with pytest.raises(ValidationError):
        actions.verify(action, by=third, version=action.version, note="  ")
    action = actions.verify(action, by=third, version=action.version, note="Vu sur place")
    assert (action.state, action.closed_by, action.closed_on) == (State.CLOSED, third, timezone.localdate())
    assert [change.what for change in queries.changes(action)]


def test_the_database_lets_nobody_close_their_own(site: Any) -> None:
    user = a_user(Role.LEAD)
    action = ImprovementAction.objects.create(site=site, text="x", owner=user, due_on=date(2025, 9, 1))
    today = {"closed_by": user, "closed_on": date(2025, 9, 1), "state": "closed"}
    with pytest.raises(IntegrityError), transaction.atomic():
        ImprovementAction.objects.filter(pk=action.pk).update(**today)


def test_sent_back_it_is_open_and_says_why(site: Any, checklist: Any) -> None:
    failed_on(site, checklist, date(2025, 9, 1), "i0")
    clerk, lead = a_clerk_of(site), a_user(Role.LEAD)
    action = actions.claim(agreed(only(), clerk), by=clerk, version=2)
    action = actions.send_back(action, by=lead, version=action.version, reason="Le joint fuit encore")
    assert (action.state, action.claimed_by) == (State.OPEN, None)
    assert [one.text for one in queries.comments_of(action)] == ["Le joint fuit encore"]


def test_the_next_failure_opens_a_closed_action_anew(site: Any, checklist: Any) -> None:
    failed_on(site, checklist, date(2025, 9, 1), "i0")
    closed(only(), a_clerk_of(site), a_user(Role.LEAD))
    failed_on(site, checklist, date(2025, 10, 1), "i1")
    assert ImprovementAction.objects.get(item__code="i0").state == State.CLOSED  # another item failed
    again = failed_on(site, checklist, date(2025, 11, 1), "i0")
    action = ImprovementAction.objects.get(item__code="i0")
    assert (action.state, action.failed_again, action.reopened_by) == (State.PROPOSED, 1, again)
    follow_visit(again, list(checklist.items.filter(code="i0")), by=None)
    action.refresh_from_db()
    assert action.failed_again == 1


def test_a_corrected_failure_is_not_counted_and_closes_nothing(site: Any, checklist: Any) -> None:
    failed_on(site, checklist, date(2025, 9, 1), "i0")
    closed(only(), a_clerk_of(site), a_user(Role.LEAD))
    october = failed_on(site, checklist, date(2025, 10, 1), "i0")
    november = failed_on(site, checklist, date(2025, 11, 1), "i0")
    assert (only().failed_again, only().reopened_by) == (2, november)
    for _time in range(2):
        follow_visit(november, [], by=None)
        assert (only().failed_again, only().reopened_by) == (1, october)
    follow_visit(october, [], by=None)
    assert (only().failed_again, only().reopened_by, only().state) == (0, None, State.PROPOSED)


@pytest.mark.parametrize(
    ("state", "due_in", "late"),
    [("open", -3, 3), ("open", 0, 0), ("open", 5, 0), ("claimed", -3, 0), ("closed", -3, 0)],
)
def test_only_what_is_still_to_be_done_is_late(state: str, due_in: int, late: int) -> None:
    today = date(2025, 9, 10)
    assert states.days_late(state, today + timedelta(days=due_in), today) == late
    assert states.days_late(state, None, today) == 0


def test_an_open_action_is_not_doubled_and_an_earlier_visit_opens_nothing(site: Any, checklist: Any) -> None:
    failed_on(site, checklist, date(2025, 9, 1), "i0")
    agreed(only(), a_clerk_of(site))
    failed_on(site, checklist, date(2025, 10, 1), "i0")
    assert (only().state, only().failed_again) == (State.OPEN, 1)
    failed_on(site, checklist, date(2025, 8, 1), "i0")  # typed in late
    assert (only().state, only().failed_again) == (State.OPEN, 1)


def test_a_new_version_of_the_checklist_asks_the_same_item(site: Any, checklist: Any) -> None:
    failed_on(site, checklist, date(2025, 9, 1), "i0")
    checklist.state = "retired"
    checklist.save()
    newer = a_checklist(1, 2, key=checklist.key, version=2)
    failed_on(site, newer, date(2025, 10, 1), "i0")
    assert only().failed_again == 1


def test_a_proposal_is_read_in_both_languages_until_somebody_rewrites_it(site: Any, checklist: Any) -> None:
    failed_on(site, checklist, date(2025, 9, 1), "i0")
    with translation.override("en"):
        assert only().words == str(only()) == "Mend the fridge"
    agreed(only(), a_user(Role.LEAD), text="Réparer, puis relever la température")
    with translation.override("en"):
        assert only().words == "Réparer, puis relever la température"


def test_nothing_closes_itself(site: Any, checklist: Any) -> None:
    """Neither a visit without failure, nor the time that passes, nor the nightly work."""
    from research.coach2pev.tasks import publish_coaching_measures

    failed_on(site, checklist, date(2025, 9, 1), "i0")
    agreed(only(), a_clerk_of(site))
    failed_on(site, checklist, date(2025, 10, 1))
    ImprovementAction.objects.update(due_on=date(2025, 9, 2))
    publish_coaching_measures()
    assert only().state == State.OPEN


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"text": " "}, "text"),
        ({"owner_role": " "}, "owner_role"),
        ({"due_on": None}, "due_on"),
        ({"due_on": date(2020, 1, 1)}, "due_on"),
        ({"due_on": date(2099, 1, 1)}, "due_on"),
    ],
)
def test_an_agreement_needs_what_who_and_when(site: Any, checklist: Any, told: Any, field: str) -> None:
    failed_on(site, checklist, date(2025, 9, 1), "i0")
    with pytest.raises(ValidationError) as refused:
        agreed(only(), a_clerk_of(site), **told)
    assert set(refused.value.message_dict) == {field}
    assert only().state == State.PROPOSED


def test_an_old_page_and_another_district_change_nothing(site: Any, checklist: Any) -> None:
    failed_on(site, checklist, date(2025, 9, 1), "i0")
    clerk = a_clerk_of(site)
    agreed(only(), clerk)
    with pytest.raises(Conflict):
        actions.drop(only(), by=clerk, version=1, reason="x")
    stranger = a_clerk_of(a_followed_site().unit)
    with pytest.raises(PermissionDenied):
        actions.drop(only(), by=stranger, version=2, reason="x")
    with pytest.raises(ValidationError):
        actions.drop(only(), by=clerk, version=2, reason=" ")


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("step", list(states.STEPS))
def test_every_step_in_every_state(site: Any, step: str, state: str) -> None:
    """What a step does where it may, and that it does nothing where it may not."""
    clerk, other, lead = a_clerk_of(site), a_clerk_of(site), a_user(Role.LEAD)
    fields: dict[str, Any] = {"owner_role": "Chef", "due_on": date(2025, 9, 1), "dropped_reason": "x"}
    fields |= {"claimed_by": clerk, "claimed_on": date(2025, 9, 1)} if state in ("claimed", "closed") else {}
    fields |= {"closed_by": lead, "closed_on": date(2025, 9, 2)} if state == "closed" else {}
    action = ImprovementAction.objects.create(site=site, text="x", state=state, **fields)
    word = {"note": "vu"} if step == "verify" else {} if step == "claim" else {"reason": "parce que"}

    def act() -> Any:
        if step == "agree":
            return agreed(action, other)
        return getattr(actions, step)(action, by=other, version=1, **word)

    if states.may(step, state):
        assert act().state == states.STEPS[step][1]
    else:
        with pytest.raises(NotNow):
            act()
        assert only().state == state


def test_a_clerk_does_it_all_on_the_pages(client: Client, site: Any, checklist: Any) -> None:
    failed_on(site, checklist, date(2025, 9, 1), "i0")
    action, clerk, second = only(), a_clerk_of(site), a_clerk_of(site)
    page = reverse("action-detail", args=[action.pk])
    client.force_login(clerk)
    told = {"client_uuid": uuid4(), "text": "Réparer", "owner_role": "", "due_on": "", "version": 1}
    refused = client.post(reverse("action-agree", args=[action.pk]), told)
    assert b"R\xc3\xa9parer" in refused.content  # what was typed stays
    told |= {"owner_role": "Chef", "due_on": (timezone.localdate() + timedelta(days=30)).isoformat()}
    assert client.post(reverse("action-agree", args=[action.pk]), told).url == page  # type: ignore[attr-defined]
    step = {"client_uuid": uuid4(), "version": 2, "do": "claim"}
    assert client.post(reverse("action-step", args=[action.pk]), step).url == page  # type: ignore[attr-defined]
    comment = {"client_uuid": uuid4(), "text": "Le joint est commandé"}
    for _time in range(2):
        client.post(reverse("action-comment", args=[action.pk]), comment)
    assert action.comments.count() == 1
    assert client.post(reverse("action-step", args=[action.pk]), step | {"version": 1}).status_code == 409
    verify = {"client_uuid": uuid4(), "version": 3, "do": "verify", "said": "Vu"}
    assert client.post(reverse("action-step", args=[action.pk]), verify).status_code == 403
    client.force_login(second)
    client.post(reverse("action-step", args=[action.pk]), verify)
    assert only().state == State.CLOSED
    assert "Vu" in client.get(page).content.decode()
    made = {"client_uuid": uuid4(), "site": site.pk, "text": "Former les relais"}
    for _time in range(2):
        client.post(reverse("action-create"), made)
    assert ImprovementAction.objects.filter(text="Former les relais").count() == 1


def test_the_board_shows_the_overdue_first_with_as_many_queries_for_many(
    client: Client, site: Any, django_assert_num_queries: Any
) -> None:
    client.force_login(a_user(Role.LEAD))
    today = timezone.localdate()

    def make(count: int) -> None:
        for number in range(count):
            due = today + timedelta(days=number - 5)
            ImprovementAction.objects.create(site=site, text=f"A{number}", state="open", owner_role="x", due_on=due)

    make(8)
    page = client.get(reverse("action-list"))
    assert page.context["counts"].overdue == 5
    assert [action.text for action in page.context["page"]][:5] == ["A0", "A1", "A2", "A3", "A4"]
    with django_assert_num_queries(11, exact=False) as few:
        client.get(reverse("action-list"))
    make(200)
    with django_assert_num_queries(len(few), exact=False):
        client.get(reverse("action-list"))
    assert "5 jours" in page.content.decode() or "5 days" in page.content.decode()
    late = client.get(reverse("action-list"), {"retard": "on"})
    assert late.context["page"].paginator.count == 10
    assert client.get(reverse("action-list"), {"site": "x", "page": "99"}).status_code == 200
