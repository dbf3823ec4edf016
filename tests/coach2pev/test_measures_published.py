"""Measures as data values: written when records change, when plans change, when days pass; summed up the tree."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from indicators.accounts.roles import Role
from indicators.models import DataValue, OrgUnit
from indicators.periods import Period
from indicators.rollup.readings import readings
from research.coach2pev.measures.actions import publish_measures, publish_passing_time, publish_plans
from research.coach2pev.models import (
    Checklist,
    ChecklistAnswer,
    CompetencyLevel,
    SectionScore,
    StaffCount,
    SupervisionVisit,
)
from research.coach2pev.tasks import publish_coaching_measures
from research.coach2pev.visits.actions import record_visit
from tests.builders import (
    a_checklist,
    a_day,
    a_followed_site,
    a_study_district,
    a_study_site,
    a_user,
    a_visit,
    the_process_elements,
)
from tests.evaluations.given import district_of, refreshed

pytestmark = pytest.mark.django_db
AUGUST, SEPTEMBER, OCTOBER = (Period.parse(month) for month in ("202508", "202509", "202510"))


def stored(site: OrgUnit, code: str) -> dict[str, float]:
    rows = DataValue.objects.filter(unit=site, element__code=code).order_by("period")
    return {Period.from_code(period).id: value for period, value in rows.values_list("period", "value")}


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the day that it is."""

    def set_to(text: str) -> None:
        monkeypatch.setattr("django.utils.timezone.localdate", lambda *_a: date.fromisoformat(text))

    return set_to


def a_visit_with(site: OrgUnit, day: str, **answers: str) -> SupervisionVisit:
    """A visit as rows, its checklist (key «same») answered so."""
    checklist = Checklist.objects.filter(key="same").first() or a_checklist(1, 1, key="same")
    visit = a_visit(site=site, done_on=a_day(day), checklist=checklist)
    for item in checklist.items.all():
        if item.code in answers:
            ChecklistAnswer.objects.create(visit=visit, item=item, answer=answers[item.code])
    points = float(sum(answer == "yes" for answer in answers.values()))
    SectionScore.objects.create(
        visit=visit, points=points, possible=len(answers), scored=len(answers), not_applicable=0, unanswered=0
    )
    return visit


def test_a_change_reaches_the_later_months_that_look_back() -> None:
    the_process_elements()
    site = a_followed_site().unit
    first = a_visit_with(site, "2025-08-05", i0="no", i1="yes")
    a_visit_with(site, "2025-10-05", i0="no", i1="yes")
    publish_measures([(site, AUGUST)], by=None)
    assert stored(site, "COACH_ITEMS_FAILED_AGAIN") == {"202510": 1}
    first.answers.update(answer="yes")
    publish_measures([(site, AUGUST)], by=None)
    assert stored(site, "COACH_ITEMS_FAILED_AGAIN") == {}
    assert stored(site, "COACH_VISITS_DONE") == {"202508": 1, "202510": 1}


def test_a_plan_publishes_its_months_and_takes_back_those_it_loses(today: Any) -> None:
    the_process_elements()
    today("2025-10-15")
    site = a_followed_site(expected_from=a_day("2025-08-01"))
    publish_plans([site], by=None)
    assert stored(site.unit, "COACH_SITES_EXPECTED") == {"202508": 1, "202509": 1, "202510": 1}
    assert stored(site.unit, "COACH_SITES_USING") == {"202508": 0, "202509": 0, "202510": 0}
    site.expected_to = a_day("2025-08-31")
    site.save()
    publish_plans([site], by=None)
    assert stored(site.unit, "COACH_SITES_EXPECTED") == {"202508": 1}


def test_plans_of_other_evaluations_publish_nothing() -> None:
    publish_plans([a_followed_site("medexis", expected_from=a_day("2025-08-01"))], by=None)
    publish_plans([], by=None)
    publish_passing_time()
    assert not DataValue.objects.exists()


def test_time_passes_and_the_new_month_is_expected(today: Any) -> None:
    the_process_elements()
    site = a_followed_site(expected_from=a_day("2025-06-01"))
    today("2025-10-31")
    publish_coaching_measures()
    assert list(stored(site.unit, "COACH_SITES_EXPECTED")) == ["202506", "202507", "202508", "202509", "202510"]
    today("2025-11-01")
    publish_coaching_measures()
    assert stored(site.unit, "COACH_SITES_VISITED")["202511"] == 0


def test_ratios_up_the_tree_are_sums_over_sums() -> None:
    the_process_elements()
    district = a_study_district()
    busy, quiet = (
        a_followed_site(unit=a_study_site(district=district).unit, expected_from=a_day("2025-09-01")).unit for _ in "ab"
    )
    StaffCount.objects.create(site=busy, counted_on=a_day("2025-09-01"), staff=2, evidence="x")
    StaffCount.objects.create(site=quiet, counted_on=a_day("2025-09-01"), staff=8, evidence="x")
    lead = a_user(Role.LEAD)
    for minutes in (60, 90):
        record_visit(
            by=lead, client_uuid=uuid4(), site=busy, done_on=a_day(), planned_on=a_day(), minutes=minutes, coachees=2
        )
    publish_measures([(quiet, SEPTEMBER)], by=None)
    refreshed()
    above = {
        code: readings(code, [district.unit], [SEPTEMBER])[district.unit_id, SEPTEMBER].value
        for code in ("sites_visited", "staff_reached", "visits_done_ratio", "minutes_per_visit", "fidelity", "adoption")
    }
    assert above == {
        "sites_visited": 50, "staff_reached": 20, "visits_done_ratio": 100, "minutes_per_visit": 75, "fidelity": 0,
        "adoption": 0,
    }  # fmt: skip
    assert district_of(busy) == district.unit
    nothing = readings("competency_gain", [district.unit], [SEPTEMBER])[district.unit_id, SEPTEMBER]
    assert (nothing.value, CompetencyLevel.objects.count()) == (None, 0)


def test_made_up_values_of_a_real_month_go_into_a_batch_of_their_own() -> None:
    the_process_elements()
    site = a_followed_site(expected_from=a_day("2025-09-01"), demonstration=True)
    a_visit(site=site.unit)
    publish_measures([(site.unit, SEPTEMBER)], by=None)
    marks = dict(DataValue.objects.filter(unit=site.unit).values_list("element__code", "batch__demonstration"))
    assert marks["COACH_SITES_VISITED"] is True
    assert marks["COACH_VISITS_DONE"] is False
