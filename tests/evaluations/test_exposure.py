"""Stages of exposure and plans: who sets them, what is refused, what the page says."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from indicators.accounts.roles import Role
from indicators.models import DataValue, User
from research.coach2pev.measures.dose import dose_and_reach
from research.coach2pev.models import Coachee, StaffCount
from research.coach2pev.visits.actions import record_visit
from research.evaluations.exposure.actions import Said, edit_stage, record_stage, remove_stage, seen, set_plan
from research.evaluations.models import EvaluationSite, ExposureStage
from research.revisions import Conflict, new_uuid
from tests.builders import a_day, a_followed_site, a_source, a_user, a_visit, the_process_elements
from tests.evaluations.given import visitor

pytestmark = pytest.mark.django_db
PAGE = reverse("exposure", args=["coach2pev"])


def lead() -> User:
    the_process_elements()
    return a_user(Role.LEAD)


def said(stage: str = "first_use", day: str = "2025-08-04", **more: Any) -> Said:
    texts = {"evidence_fr": "Liste de présence", "evidence_en": "", "source": None, "approximate": False}
    return {"stage": stage, "began_on": a_day(day), **texts, **more}  # type: ignore[typeddict-item, return-value]


def using(site: EvaluationSite) -> list[float]:
    rows = DataValue.objects.filter(element__code="COACH_SITES_USING", unit=site.unit).order_by("period")
    return list(rows.values_list("value", flat=True))


def test_a_stage_is_stored_once_with_its_author_and_moves_the_measures() -> None:
    by = lead()
    site = a_followed_site(expected_from=a_day("2025-07-01"), expected_to=a_day("2025-09-30"))
    stage = record_stage(by=by, site=site, said=said())
    assert record_stage(by=by, site=site, said=said()) == stage
    assert stage.history.get().history_user == by
    assert using(site) == [0, 1, 1]
    moved = edit_stage(stage, by=by, version=seen(stage), said=said(day="2025-09-01"))
    assert using(site) == [0, 0, 1]
    remove_stage(moved, by=by, version=seen(moved))
    assert using(site) == [0, 0, 0]
    assert not ExposureStage.objects.exists()


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("began_on", said(day="1999-12-31")),
        ("began_on", said() | {"began_on": date.max}),
        ("evidence_fr", said(evidence_fr="  ")),
        ("stage", said("stopped", "2025-06-01")),
    ],
)
def test_what_cannot_be_is_refused_by_field(field: str, wrong: Any) -> None:
    site = a_followed_site()
    by = lead()
    with pytest.raises(ValidationError) as refused:
        record_stage(by=by, site=site, said=wrong)
    assert list(refused.value.message_dict) == [field]
    assert not ExposureStage.objects.exists()


def test_stages_must_fit_together() -> None:
    by, site = lead(), a_followed_site()
    record_stage(by=by, site=site, said=said("trained", "2025-07-20"))
    first = record_stage(by=by, site=site, said=said())
    for wrong in (said("first_use", "2025-09-01"), said(evidence_fr="autre"), said("stopped", "2025-08-01")):
        with pytest.raises(ValidationError):
            record_stage(by=by, site=site, said=wrong)
    record_stage(by=by, site=site, said=said("stopped", "2025-08-04"))
    record_stage(by=by, site=site, said=said("active", "2025-10-01"))
    with pytest.raises(ValidationError):
        edit_stage(first, by=by, version=seen(first), said=said(day="2025-11-01"))
    source = a_source()
    proved = edit_stage(first, by=by, version=seen(first), said=said(evidence_fr="", source=source))
    assert proved.source == source


def test_an_older_state_is_not_overwritten() -> None:
    by, site = lead(), a_followed_site()
    stage = record_stage(by=by, site=site, said=said())
    version = seen(stage)
    edit_stage(stage, by=by, version=version, said=said(day="2025-08-05"))
    for late in (
        lambda: edit_stage(stage, by=by, version=version, said=said(day="2025-08-06")),
        lambda: remove_stage(stage, by=by, version=version),
    ):
        with pytest.raises(Conflict):
            late()
    version = seen(site)
    set_plan(site, by=by, version=version, expected_from=a_day("2025-09-01"), expected_to=None)
    with pytest.raises(Conflict):
        set_plan(site, by=by, version=version, expected_from=None, expected_to=None)
    remove_stage(stage, by=by, version=seen(stage))
    with pytest.raises(ValidationError):
        edit_stage(stage, by=by, version=0, said=said())


def test_a_plan_that_a_person_sets_is_no_demonstration_any_more() -> None:
    by, site = lead(), a_followed_site(expected_from=a_day("2025-08-01"), demonstration=True)
    plan = {"expected_from": a_day("2025-09-01"), "expected_to": a_day("2025-10-31")}
    assert not set_plan(site, by=by, version=seen(site), **plan).demonstration
    assert using(site) == [0, 0]
    for first, last, field in [
        ("2025-10-01", "2025-09-01", "expected_to"), ("1999-01-01", None, "expected_from"),
        (None, "2025-09-01", "expected_from"),
    ]:  # fmt: skip
        wrong = {"expected_from": first and a_day(first), "expected_to": last and a_day(last)}
        with pytest.raises(ValidationError) as refused:
            set_plan(site, by=by, version=seen(site), **wrong)  # type: ignore[arg-type]
        assert list(refused.value.message_dict) == [field]


@pytest.mark.parametrize("role", [Role.CLERK, Role.RESEARCHER, Role.VIEWER, Role.ADMINISTRATOR])
def test_only_leads_set_exposure(role: Role) -> None:
    site, user = a_followed_site(), a_user(role)
    stage = ExposureStage.objects.create(site=site, stage="trained", began_on=a_day(), evidence_fr="x")
    refused = [
        lambda: record_stage(by=user, site=site, said=said()),
        lambda: edit_stage(stage, by=user, version=0, said=said()),
        lambda: remove_stage(stage, by=user, version=0),
        lambda: set_plan(site, by=user, version=0, expected_from=None, expected_to=None),
    ]
    for attempt in refused:
        with pytest.raises(PermissionDenied):
            attempt()
    client = visitor(user)
    for name, args in (("stage-create", []), ("stage-edit", [stage.pk]), ("plan", [site.unit_id])):
        assert client.get(reverse(f"exposure-{name}", args=["coach2pev", *args])).status_code == 403


def test_the_page_shows_stages_evidence_and_the_comparison() -> None:
    site, other = a_followed_site(expected_from=a_day("2025-08-01")), a_followed_site()
    ExposureStage.objects.create(
        site=site, stage="first_use", began_on=a_day("2025-08-31"), approximate=True, evidence_en="Mission report"
    )
    ExposureStage.objects.create(site=other, stage="trained", began_on=a_day("2025-08-01"), evidence_en="List")
    page = visitor(a_user(Role.RESEARCHER)).get(PAGE)
    text = page.content.decode()
    assert "Mission report" in text
    assert "≈" in text
    assert [row.comparison for row in page.context["rows"]] == [False, True]
    assert text.count("comparison</span>") == 1
    assert text.count('<svg class="strip"') == 2
    assert "Record a stage" not in text
    assert visitor().get(PAGE).status_code == 302
    assert visitor(a_user(Role.LEAD)).get(reverse("exposure", args=["other"])).status_code == 404


def test_a_clerk_meets_the_sites_of_their_own_districts() -> None:
    site, other = a_followed_site(), a_followed_site()
    clerk = a_user(Role.CLERK, districts=[site.unit.parent])  # type: ignore[list-item]
    text = visitor(clerk).get(PAGE).content.decode()
    assert site.unit.name in text
    assert other.unit.name not in text


def test_a_lead_records_corrects_and_takes_away_a_stage_on_the_pages() -> None:
    by, site = lead(), a_followed_site()
    client = visitor(by)
    create = reverse("exposure-stage-create", args=["coach2pev"])
    typed = {"site": site.pk, "stage": "first_use", "began_on": "2025-08-04", "evidence_fr": "Rapport"}
    assert f'value="{site.pk}" selected' in client.get(f"{create}?site={site.unit_id}").content.decode()
    wrong = client.post(create, typed | {"began_on": (timezone.localdate() + timedelta(1)).isoformat()})
    assert "has not come yet" in wrong.content.decode()
    assert client.post(create, typed).status_code == 302
    stage = ExposureStage.objects.get()
    edit = reverse("exposure-stage-edit", args=["coach2pev", stage.pk])
    old = seen(stage)
    assert client.post(edit, typed | {"version": old, "approximate": "on"}).status_code == 302
    conflict = client.post(edit, typed | {"version": old, "evidence_fr": "Autre"})
    assert conflict.status_code == 409
    assert "Autre" in conflict.content.decode()
    assert client.post(edit, {"remove": "1", "version": old}).status_code == 409
    assert client.post(edit, {"remove": "1", "version": seen(stage)}).status_code == 302
    assert not ExposureStage.objects.exists()
    plan = reverse("exposure-plan", args=["coach2pev", site.unit_id])
    assert client.post(plan, {"version": seen(site), "expected_from": "2025-09-01"}).status_code == 302
    assert EvaluationSite.objects.get().expected_from == a_day("2025-09-01")
    assert client.get(reverse("exposure-stage-edit", args=["coach2pev", 999999])).status_code == 404


def test_dose_and_reach_of_a_site() -> None:
    by, site = lead(), a_followed_site().unit
    empty = dose_and_reach([site], date(2025, 12, 1))[site.pk]
    assert (empty.visits, empty.minutes, empty.coached.staff, empty.share) == (0, 0, 0, None)
    people = [Coachee.objects.create(code=f"c{n}", site=site, role="Agent") for n in range(3)]
    for count, minutes in ((2, 60), (2, None)):
        visit = record_visit(by=by, client_uuid=new_uuid(), site=site, done_on=a_day(), coachees=count, minutes=minutes)
        visit.people.set(people[:2] if minutes else people[1:])
    a_visit(site=site, state="planned", planned_on=a_day(), coachees=40)
    StaffCount.objects.create(site=site, counted_on=a_day("2025-08-01"), staff=2, evidence="registre")
    StaffCount.objects.create(site=site, counted_on=a_day("2026-08-01"), staff=9, evidence="registre")
    dose = dose_and_reach([site], date(2025, 12, 1))[site.pk]
    assert (dose.visits, dose.minutes, dose.timed, dose.staff, dose.share) == (2, 60, 1, 2, 150)
    assert (dose.coached.staff, dose.coached.by_count) == (3, False)
    assert dose_and_reach([site], a_day("2025-09-01"))[site.pk].visits == 0


def test_the_number_of_queries_does_not_grow_with_the_sites() -> None:
    reader = visitor(a_user(Role.RESEARCHER))

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert reader.get(PAGE).status_code == 200
        return len(found)

    sites = [a_followed_site() for _n in range(2)]
    few = queries()
    for site in [*sites, *(a_followed_site() for _n in range(8))]:
        ExposureStage.objects.create(site=site, stage="trained", began_on=a_day(), evidence_fr="x")
        a_visit(site=site.unit)
    assert queries() <= few


def test_a_plan_set_in_the_administration_is_published_too() -> None:
    lead()
    site = a_followed_site()
    client = visitor(User.objects.create_superuser("root", password="a long test password"))
    none = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    form = {
        "evaluation": site.evaluation_id, "unit": site.unit_id, "source": site.source_id,
        "expected_from": "2025-08-01", "expected_to": "2025-09-30",
        **{f"stages-{name}": value for name, value in none.items()},
    }  # fmt: skip
    answer = client.post(reverse("admin:research_evaluationsite_change", args=[site.pk]), form)
    assert answer.status_code == 302, answer.context["errors"]
    assert using(site) == [0, 0]
