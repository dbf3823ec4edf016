"""What a visit may become, and what it keeps on the way: scores, people, conversation, history."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from indicators.accounts.roles import Role
from indicators.models import DataValue, User
from research.coach2pev.models import ChecklistAnswer, Coach, Coachee, SectionScore, SupervisionVisit
from research.coach2pev.visits import states
from research.coach2pev.visits.actions import (
    begin_visit,
    cancel_visit,
    edit_visit,
    finish_visit,
    plan_visit,
    record_visit,
    save_section,
    schedule_visit,
    start_visit,
)
from research.coach2pev.visits.history import changes
from tests.builders import a_checklist, a_day, a_followed_site, a_user, a_visit, the_process_elements
from tests.coach2pev.visit_scene import a_begun_visit, a_full_checklist

pytestmark = pytest.mark.django_db


def lead() -> User:
    the_process_elements()
    return a_user(Role.LEAD)


def a_coachee(site: Any, code: str = "agent-1") -> Coachee:
    return Coachee.objects.create(code=code, site=site, role="Agent vaccinateur")


def test_a_visit_goes_from_the_plan_to_its_score() -> None:
    by, checklist, site = lead(), a_checklist(2, 2), a_followed_site().unit
    visit = plan_visit(by=by, client_uuid=uuid4(), site=site, planned_on=a_day("2025-09-05"))
    visit = schedule_visit(visit, by=by, version=1, planned_on=a_day("2025-09-08"))
    assert (visit.state, visit.planned_on) == ("scheduled", a_day("2025-09-08"))
    visit = start_visit(visit, by=by, version=2, checklist=checklist, done_on=a_day("2025-09-09"))
    assert (visit.state, visit.done_on) == ("in_progress", a_day("2025-09-09"))
    values = DataValue.objects.filter(unit=site)
    assert values.get(element__code="COACH_VISITS_DONE").value == 0
    saved = save_section(visit, by=by, answers={"i0": "yes", "i1": "no"})
    assert not SectionScore.objects.exists()
    visit = finish_visit(visit, by=by, version=saved.version)
    assert values.get(element__code="COACH_VISITS_DONE").value == 1
    section, total = sorted(visit.scores.all(), key=lambda row: row.section_id is None)
    assert (
        (section.points, section.possible, section.scored) == (total.points, total.possible, total.scored) == (2, 4, 2)
    )


@pytest.mark.parametrize("before", states.ALL)
@pytest.mark.parametrize("after", states.ALL)
def test_what_may_not_follow_is_refused(before: str, after: str) -> None:
    by, day = lead(), a_day()
    fields: dict[str, Any] = {"planned_on": day, "cancelled_reason": "Pluie" if before == "cancelled" else ""}
    if before in ("done", "in_progress"):
        fields["done_on"] = day
    visit = a_visit(state=before, checklist=a_checklist(1), **fields)
    given: Any = {"cancelled_reason": "Pluie", "done_on": day, "planned_on": day}
    if states.may_follow(before, after):
        assert edit_visit(visit, by=by, version=1, state=after, **given).state == after
    else:
        with pytest.raises(ValidationError, match=r"[“«]"):
            edit_visit(visit, by=by, version=1, state=after, **given)
        visit.refresh_from_db()
        assert visit.state == before


def test_a_visit_cannot_begin_without_a_checklist_or_a_day_nor_be_agreed_without_one() -> None:
    by, site = lead(), a_followed_site().unit
    for details, field in [
        ({"done_on": a_day()}, "checklist"),
        ({"checklist": a_checklist(1)}, "done_on"),
    ]:
        with pytest.raises(ValidationError) as refused:
            begin_visit(by=by, client_uuid=uuid4(), site=site, **details)  # type: ignore[arg-type]
        assert list(refused.value.message_dict) == [field]
    visit = plan_visit(by=by, client_uuid=uuid4(), site=site, planned_on=a_day())
    with pytest.raises(ValidationError):
        schedule_visit(visit, by=by, version=1, planned_on=None)


def test_a_visit_with_a_required_item_missing_is_not_finished_and_stays_as_it_is() -> None:
    by, visit = lead(), a_begun_visit()
    saved = save_section(visit, by=by, answers={"fridge": "yes", "days": "40"})
    items = {item.code: item.pk for item in visit.checklist.items.all()}  # type: ignore[union-attr]
    with pytest.raises(ValidationError) as refused:
        finish_visit(visit, by=by, version=saved.version)
    assert refused.value.message_dict.keys() == {f"item-{items['power']}", f"item-{items['days']}"}
    visit.refresh_from_db()
    assert (visit.state, visit.version) == ("in_progress", saved.version)
    assert not DataValue.objects.exists()


def test_finishing_drops_what_no_condition_asks_and_computes_what_is_computed() -> None:
    by, visit = lead(), a_begun_visit()
    typed = {"fridge": "yes", "days": "10", "power": "none", "session": "no", "tools": ["card", "map"]}
    saved = save_section(visit, by=by, answers=typed)
    visit = finish_visit(visit, by=by, version=saved.version)
    answers = {row.item.code: row for row in visit.answers.select_related("item")}
    assert answers.keys() == {"fridge", "days", "power", "tools", "twice"}
    assert answers["twice"].number == 20
    assert answers["tools"].text == "card map"
    total = visit.scores.get(section=None)
    # yes of 2, half of 4, nothing of 2, three quarters of 2; the session was not asked.
    assert (total.points, total.possible, total.scored, total.unanswered) == (2 + 2 + 0 + 1.5, 10, 4, 0)
    assert visit.scores.get(section__code="outreach").possible is None
    gone = ChecklistAnswer.history.filter(item__code="session").order_by("history_date", "history_id").last()
    assert gone.history_type == "-"


def test_an_edited_visit_is_scored_again_and_a_cancelled_one_no_more() -> None:
    by, checklist = lead(), a_checklist(2)
    item = checklist.items.get()
    visit = record_visit(by=by, client_uuid=uuid4(), site=a_followed_site().unit, done_on=a_day(),
                         checklist=checklist, answers={item.pk: "no"})  # fmt: skip
    assert visit.scores.get(section=None).points == 0
    visit = edit_visit(visit, by=by, version=1, state="done", answers={item.pk: "partial"})
    assert visit.scores.get(section=None).points == 1
    visit = cancel_visit(visit, by=by, version=2, reason="Saisie par erreur")
    assert not visit.scores.exists()


def test_who_was_coached_works_at_the_site_and_is_in_the_trail() -> None:
    by, site = lead(), a_followed_site().unit
    mine, stranger = a_coachee(site), a_coachee(a_followed_site().unit, "agent-2")
    uuid, given = uuid4(), {"site": site, "done_on": a_day(), "people": [mine], "goal": " Moins de pertes "}
    visit = record_visit(by=by, client_uuid=uuid, **given)  # type: ignore[arg-type]
    assert (list(visit.people.all()), visit.goal) == ([mine], "Moins de pertes")
    assert record_visit(by=by, client_uuid=uuid, **given) == visit  # type: ignore[arg-type]
    assert edit_visit(visit, by=by, version=1, state="done", people=[mine]).version == 1
    for people, coachees, field in [([stranger], None, "people"), ([mine], 0, "coachees")]:
        with pytest.raises(ValidationError) as refused:
            edit_visit(visit, by=by, version=1, state="done", people=people, coachees=coachees)
        assert list(refused.value.message_dict) == [field]
    edit_visit(visit, by=by, version=1, state="done", people=[], goal="Aucune perte")
    told = {(change.before, change.after) for change in changes(visit)}
    assert ("Moins de pertes", "Aucune perte") in told
    assert (str(mine), "") in told


def test_two_coaches_are_two() -> None:
    by, coach = lead(), Coach.objects.create(code="c1", role="Coach")
    visit = a_visit()
    with pytest.raises(ValidationError) as refused:
        edit_visit(visit, by=by, version=1, state="done", coach=coach, second_coach=coach)
    assert list(refused.value.message_dict) == ["second_coach"]


def test_the_checklist_of_a_visit_in_progress_does_not_change_under_its_answers() -> None:
    by, visit = lead(), a_begun_visit()
    other = a_full_checklist()
    version = edit_visit(visit, by=by, version=1, state="in_progress", checklist=other).version
    saved = save_section(visit, by=by, answers={"fridge": "yes"})
    assert saved.version == version + 1
    with pytest.raises(ValidationError) as refused:
        edit_visit(visit, by=by, version=saved.version, state="in_progress", checklist=a_full_checklist())
    assert list(refused.value.message_dict) == ["checklist"]


def test_an_answered_visit_keeps_its_version_of_the_checklist() -> None:
    by, checklist = lead(), a_checklist(2, key="same")
    item = checklist.items.get()
    visit = record_visit(by=by, client_uuid=uuid4(), site=a_followed_site().unit, done_on=a_day(),
                         checklist=checklist, answers={item.pk: "yes"})  # fmt: skip
    checklist.state = "retired"
    checklist.save()
    newer = a_checklist(5, key="same", version=2)
    edited = edit_visit(visit, by=by, version=1, state="done", answers={item.pk: "no"})
    assert edited.checklist == checklist
    with pytest.raises(ValidationError):
        edit_visit(visit, by=by, version=2, state="done", answers={newer.items.get().pk: "no"})
    assert SupervisionVisit.objects.get().scores.get(section=None).possible == 2
