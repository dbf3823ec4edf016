"""What is written when a visit is planned, recorded, edited or cancelled, and what is refused."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.utils import timezone

from indicators.accounts.roles import Role
from indicators.models import DataValue, User
from indicators.periods import Period
from research.coach2pev.measures.actions import publish_measures
from research.coach2pev.models import ChecklistAnswer, SupervisionVisit
from research.coach2pev.visits.actions import cancel_visit, edit_visit, plan_visit, record_visit
from research.coach2pev.visits.history import changes
from research.coach2pev.visits.queries import planned_and_done, recent_visits, visits_for
from research.revisions import Conflict
from tests.builders import a_checklist, a_clerk_of, a_day, a_followed_site, a_user, a_visit, the_process_elements

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER = Period.parse("202509"), Period.parse("202510")
FIRST_FOUR = ["COACH_VISITS_PLANNED", "COACH_VISITS_DONE", "COACH_POINTS", "COACH_POSSIBLE"]


def lead() -> User:
    the_process_elements()
    return a_user(Role.LEAD)


def recorded(by: User, **details: Any) -> SupervisionVisit:
    given: Any = {"done_on": a_day(), **details}
    if "site" not in given:
        given["site"] = a_followed_site().unit
    return record_visit(by=by, client_uuid=uuid4(), **given)


def measures(site: Any, month: Period = SEPTEMBER) -> dict[str | None, float]:
    """The first four of them; all are computed a second time in test_measures.py."""
    rows = DataValue.objects.filter(unit=site, period=month.code, element__code__in=FIRST_FOUR)
    return dict(rows.values_list("element__code", "value"))


def test_a_recorded_visit_is_stored_with_its_answers_and_its_measures() -> None:
    checklist = a_checklist(2, 4, 1)
    first, second, _third = checklist.items.all()
    visit = recorded(lead(), checklist=checklist, answers={first.pk: "yes", second.pk: "partial"}, coachees=3)
    assert (visit.state, visit.coachees, visit.version) == ("done", 3, 1)
    assert measures(visit.site) == {
        "COACH_VISITS_PLANNED": 0, "COACH_VISITS_DONE": 1, "COACH_POINTS": 4, "COACH_POSSIBLE": 6
    }  # fmt: skip
    [shown] = recent_visits(visit.site)
    assert (shown.score.points, shown.score.unanswered) == (4, 1)  # type: ignore[attr-defined]


def test_a_visit_without_any_answer_has_no_checklist_and_no_points() -> None:
    checklist = a_checklist(2)
    visit = recorded(lead(), checklist=checklist, answers={checklist.items.get().pk: ""})
    assert visit.checklist is None
    assert measures(visit.site).keys() == {"COACH_VISITS_PLANNED", "COACH_VISITS_DONE"}


def test_a_plan_counts_as_planned_and_as_zero_done() -> None:
    site = a_followed_site().unit
    plan_visit(by=lead(), client_uuid=uuid4(), site=site, planned_on=a_day())
    assert measures(site) == {"COACH_VISITS_PLANNED": 1, "COACH_VISITS_DONE": 0}
    assert planned_and_done([site], SEPTEMBER, OCTOBER) == {site.pk: (1, 0)}


def test_the_same_form_sent_twice_makes_one_visit() -> None:
    by, uuid = lead(), uuid4()
    details: Any = {"site": a_followed_site().unit, "done_on": a_day(), "agreed": " Relire le registre. "}
    first = record_visit(by=by, client_uuid=uuid, **details)
    assert record_visit(by=by, client_uuid=uuid, **details) == first
    with pytest.raises(Conflict) as conflict:
        record_visit(by=by, client_uuid=uuid, **details | {"agreed": "Autre chose"})
    assert conflict.value.stored == first
    with pytest.raises(Conflict):
        record_visit(by=lead(), client_uuid=uuid, **details)
    assert SupervisionVisit.objects.count() == 1


def test_two_connections_that_send_the_same_form_make_one_visit(monkeypatch: pytest.MonkeyPatch) -> None:
    by, uuid, site = lead(), uuid4(), a_followed_site().unit
    first = record_visit(by=by, client_uuid=uuid, site=site, done_on=a_day())
    found = iter([None, first])

    class Late:
        """Looks before the other connection has saved, and again after the database refused the row."""

        def first(self) -> SupervisionVisit | None:
            return next(found)

    monkeypatch.setattr(SupervisionVisit.objects, "filter", lambda **_asked: Late(), raising=False)
    again = record_visit(by=by, client_uuid=uuid, site=site, done_on=a_day())
    monkeypatch.undo()
    assert again == first
    assert SupervisionVisit.objects.count() == 1


def test_an_edit_moves_the_measures_to_the_other_month_and_is_kept_in_the_history() -> None:
    by, checklist = lead(), a_checklist(2)
    item = checklist.items.get()
    visit = recorded(by, checklist=checklist, answers={item.pk: "no"})
    edited = edit_visit(visit, by=by, version=1, state="done", done_on=a_day("2025-10-02"), answers={item.pk: "yes"})
    assert edited.version == 2
    assert measures(visit.site) == {}
    assert measures(visit.site, OCTOBER)["COACH_POINTS"] == 2
    trail = {(change.what, str(change.before), str(change.after)) for change in changes(edited)}
    assert ("Point 0", "non", "oui") in trail or ("Point 0", "no", "yes") in trail
    assert {change.who for change in changes(edited)} == {by.username}
    assert any(change.after == a_day("2025-10-02") for change in changes(edited))


def test_an_answer_added_or_taken_away_by_an_edit_is_in_the_history() -> None:
    by, checklist = lead(), a_checklist(2, 2)
    first, second = checklist.items.all()
    visit = recorded(by, checklist=checklist, answers={first.pk: "no"})
    assert changes(visit) == []
    edit_visit(visit, by=by, version=1, state="done", answers={second.pk: "yes"})
    trail = {change.what: (change.before, change.after) for change in changes(visit)}
    assert {what: (bool(old), bool(new)) for what, (old, new) in trail.items()} == {
        "Point 0": (True, False), "Point 1": (False, True)
    }  # fmt: skip
    assert ChecklistAnswer.objects.get().item == second


def test_an_edit_of_an_older_version_is_refused_and_one_that_changes_nothing_is_no_edit() -> None:
    by = lead()
    visit = recorded(by)
    assert edit_visit(visit, by=by, version=1, state="done", coachees=None).version == 1
    edit_visit(visit, by=by, version=1, state="done", coachees=4)
    with pytest.raises(Conflict) as conflict:
        edit_visit(visit, by=by, version=1, state="done", coachees=5)
    assert conflict.value.stored.coachees == 4


def test_a_cancelled_visit_still_was_planned_and_counts_no_more_as_done() -> None:
    by = lead()
    visit = recorded(by, planned_on=a_day("2025-09-01"))
    cancelled = cancel_visit(visit, by=by, version=1, reason="Route coupée")
    assert (cancelled.state, cancelled.done_on) == ("cancelled", None)
    assert measures(visit.site) == {"COACH_VISITS_PLANNED": 1, "COACH_VISITS_DONE": 0}


@pytest.mark.parametrize(
    ("field", "details"),
    [
        ("done_on", {"done_on": None}),
        ("done_on", {"done_on": timezone.localdate() + timedelta(days=1)}),
        ("done_on", {"done_on": a_day("0025-09-15")}),
        ("planned_on", {"planned_on": a_day("2999-01-01")}),
        ("coachees", {"coachees": 501}),
        ("minutes", {"minutes": 0}),
        ("minutes", {"minutes": 1441}),
        ("coach_role", {"coach_role": "x" * 121}),
    ],
)
def test_what_cannot_be_is_refused_by_field_and_nothing_is_written(field: str, details: dict[str, Any]) -> None:
    by = lead()
    with pytest.raises(ValidationError) as refused:
        recorded(by, **details)
    assert list(refused.value.message_dict) == [field]
    assert not SupervisionVisit.objects.exists()
    assert not DataValue.objects.exists()


def test_a_blank_reason_an_unknown_answer_and_a_foreign_item_are_refused() -> None:
    by, checklist = lead(), a_checklist(1)
    visit = recorded(by)
    with pytest.raises(ValidationError):
        cancel_visit(visit, by=by, version=1, reason="  ")
    for answers in ({checklist.items.get().pk: "perhaps"}, {a_checklist(1).items.get().pk: "yes"}):
        with pytest.raises(ValidationError):
            edit_visit(visit, by=by, version=1, state="done", checklist=checklist, answers=answers)


def test_who_may_enter_where() -> None:
    the_process_elements()
    site, elsewhere = a_followed_site().unit, a_followed_site().unit
    clerk = a_clerk_of(site)
    recorded(clerk, site=site)
    strangers = [a_user(role) for role in (Role.VIEWER, Role.RESEARCHER, Role.ADMINISTRATOR)]
    for by, at in [(clerk, elsewhere), *((stranger, site) for stranger in strangers)]:
        with pytest.raises(PermissionDenied):
            recorded(by, site=at)
    assert [visit.site for visit in visits_for(clerk)] == [site]


def test_a_visit_cannot_be_moved_out_of_the_own_districts() -> None:
    the_process_elements()
    site, elsewhere = a_followed_site().unit, a_followed_site().unit
    clerk = a_clerk_of(site)
    visit = recorded(clerk, site=site)
    with pytest.raises(PermissionDenied):
        edit_visit(visit, by=clerk, version=1, state="done", site=elsewhere)
    visit.refresh_from_db()
    assert visit.site == site


def test_measures_made_of_a_demonstration_visit_are_marked() -> None:
    the_process_elements()
    visit, real = a_visit(demonstration=True), a_visit()
    publish_measures([(visit.site, SEPTEMBER), (real.site, SEPTEMBER)], by=None)
    marks = DataValue.objects.values_list("unit", "batch__demonstration").distinct()
    assert dict(marks) == {visit.site_id: True, real.site_id: False}
    site = visit.site
    visit.delete()
    publish_measures([(site, SEPTEMBER)], by=None)
    assert measures(site) == {}


def test_measures_need_their_data_elements() -> None:
    with pytest.raises(ImproperlyConfigured, match="COACH_VISITS_DONE"):
        recorded(a_user(Role.LEAD))
    assert not SupervisionVisit.objects.exists()


def test_publishing_many_months_takes_a_constant_number_of_queries(django_assert_max_num_queries: Any) -> None:
    the_process_elements()
    sites = [a_visit().site for _n in range(6)]
    pairs = [(site, month) for site in sites for month in (SEPTEMBER, OCTOBER)]
    with django_assert_max_num_queries(40):
        publish_measures(pairs, by=None)
    assert DataValue.objects.filter(element__code__in=FIRST_FOUR).count() == 12
