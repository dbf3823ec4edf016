"""Many visits at once: loaded, scored, published, and the same again changes nothing."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from indicators.accounts.roles import Role
from indicators.models import DataValue
from research.coach2pev.models import ChecklistAnswer, Coachee, SectionScore, SupervisionVisit
from research.coach2pev.visits.actions import load_visits, record_visit
from research.coach2pev.visits.answers import Given
from research.coach2pev.visits.loaded import LoadedVisit
from tests.builders import a_checklist, a_clerk_of, a_day, a_followed_site, a_user, the_process_elements
from tests.coach2pev.visit_scene import a_full_checklist

pytestmark = pytest.mark.django_db
ANSWERS = {
    "fridge": Given("yes"), "days": Given("given", Decimal(10)), "power": Given("given", text="grid"),
    "tools": Given("given", text="card map"), "session": Given("no"),
}  # fmt: skip


def a_loaded_visit(**fields: Any) -> LoadedVisit:
    if "site" not in fields:
        fields["site"] = a_followed_site().unit.pk
    if "checklist" not in fields:
        fields |= {"checklist": a_full_checklist().pk, "answers": ANSWERS}
    defaults: dict[str, Any] = {"client_uuid": uuid4(), "done_on": a_day()}
    return LoadedVisit(**defaults | fields)


def test_a_loaded_visit_is_what_a_recorded_one_is() -> None:
    the_process_elements()
    by, checklist, site = a_user(Role.LEAD), a_full_checklist(), a_followed_site().unit
    person = Coachee.objects.create(code="agent-1", site=site, role="Agent")
    details: Any = {"coachees": 2, "minutes": 60, "goal": "Moins de pertes", "agreed": "Relire"}
    one = a_loaded_visit(site=site.pk, checklist=checklist.pk, answers=ANSWERS, people=(person.pk,), **details)
    assert load_visits([one], by=by) == type(load_visits([], by=by))(created=1)
    pks = {item.code: item.pk for item in checklist.items.all()}
    typed = {pks[code]: given for code, given in ANSWERS.items()}
    record_visit(by=by, client_uuid=uuid4(), site=site, done_on=a_day(), checklist=checklist, answers=typed,
                 people=[person], **details)  # fmt: skip

    def told(visit: SupervisionVisit) -> Any:
        scores = visit.scores.order_by("section").values_list("section", "points", "possible", "scored", "unanswered")
        rows = visit.answers.order_by("item").values_list("item__code", "answer", "number", "text", "assessor")
        same = ("state", "done_on", "coachees", "minutes", "goal", "agreed", "checklist_id", "version", "created_by_id")
        return list(scores), list(rows), [getattr(visit, name) for name in same], list(visit.people.all())

    loaded, recorded = SupervisionVisit.objects.order_by("pk")
    assert told(loaded) == told(recorded)
    assert (loaded.client_uuid, loaded.history.count()) == (one.client_uuid, 1)
    assert ChecklistAnswer.history.filter(visit=loaded).count() == loaded.answers.count() == 6
    assert DataValue.objects.get(unit=site, element__code="COACH_VISITS_DONE").value == 2


def test_the_same_again_is_unchanged_and_other_content_is_told() -> None:
    the_process_elements()
    by, one = a_user(Role.LEAD), a_loaded_visit()
    two = a_loaded_visit(site=one.site, checklist=one.checklist, answers={"fridge": Given("no")})
    load_visits([one], by=by)
    again = load_visits([one, two, one], by=by)
    assert (again.created, again.unchanged, again.conflicts) == (1, 2, ())
    for other in (
        replace(one, minutes=5), replace(one, answers={**ANSWERS, "fridge": Given("partial")}),
        replace(one, done_on=a_day("2025-09-16")), replace(one, second_answers={"fridge": Given("no")}),
    ):  # fmt: skip
        told = load_visits([other], by=by)
        assert (told.created, told.unchanged, told.conflicts) == (0, 0, (one.client_uuid,))
    assert SupervisionVisit.objects.count() == 2
    assert SupervisionVisit.objects.get(client_uuid=one.client_uuid).minutes is None


def test_two_coaches_are_loaded_and_the_first_is_scored() -> None:
    the_process_elements()
    checklist = a_checklist(2)
    one = a_loaded_visit(checklist=checklist.pk, answers={"i0": Given("yes")}, second_answers={"i0": Given("no")})
    load_visits([one], by=a_user(Role.LEAD))
    visit = SupervisionVisit.objects.get()
    assert dict(visit.answers.values_list("assessor", "answer")) == {1: "yes", 2: "no"}
    assert visit.scores.get(section=None).points == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"answers": {"nothing": Given("yes")}}, {"checklist": None, "answers": {"fridge": Given("yes")}},
        {"done_on": timezone.localdate() + timedelta(days=1)}, {"coach": 1, "second_coach": 1},
        {"minutes": 0}, {"coachees": 501}, {"coach_role": "x" * 121}, {"selection": "by chance"}, {"people": (10**6,)},
    ],
)  # fmt: skip
def test_one_wrong_visit_and_nothing_is_stored(wrong: dict[str, Any]) -> None:
    the_process_elements()
    good = a_loaded_visit()
    with pytest.raises(ValidationError):
        load_visits([good, replace(good, client_uuid=uuid4(), **wrong)], by=a_user(Role.LEAD))
    assert not SupervisionVisit.objects.exists()


def test_nobody_loads_visits_of_other_districts() -> None:
    the_process_elements()
    own, other = a_followed_site().unit, a_followed_site().unit
    clerk = a_clerk_of(own)
    checklist = a_checklist(1).pk
    rows = [a_loaded_visit(site=site.pk, checklist=checklist, answers={"i0": Given("yes")}) for site in (own, other)]
    with pytest.raises(PermissionDenied):
        load_visits(rows, by=clerk)
    assert not SupervisionVisit.objects.exists()
    assert load_visits(rows[:1], by=clerk).created == 1


def test_many_visits_are_loaded_in_few_queries_and_the_pages_do_not_notice() -> None:
    the_process_elements()
    lead, site = a_user(Role.LEAD), a_followed_site().unit
    checklist = a_checklist(*[1] * 30)
    answers = {f"i{n}": Given("yes" if n % 3 else "partial") for n in range(30)}

    def load(number: int) -> int:
        rows = [a_loaded_visit(site=site.pk, checklist=checklist.pk, answers=answers) for _n in range(number)]
        with CaptureQueriesContext(connection) as queries:
            assert load_visits(rows, by=lead).created == number
        return len(queries)

    def pages() -> list[int]:
        client, counts = Client(), []
        client.force_login(lead)
        last = SupervisionVisit.objects.latest("pk").pk
        for url in (reverse("visit-list"), reverse("visit-detail", args=[last]), reverse("visit-report", args=[last])):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            counts.append(len(queries))
        return counts

    load(100)  # the list shows 25: more of them changes nothing
    before = pages()
    assert load(200) <= 200  # 6,000 answers are inserted as many at a time as the database takes
    assert pages() == before
    assert SectionScore.objects.filter(section=None).count() == 300
    assert set(SectionScore.objects.filter(section=None).values_list("points", "possible")) == {(25, 30)}
