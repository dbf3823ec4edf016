"""Rounds of visits as they are planned, and who was visited."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from indicators.accounts.roles import Role
from indicators.models import DataValue, OrgUnit, UnitBoundary, User
from research.coach2pev.models import SectionScore, SupervisionVisit, VisitPlan
from research.coach2pev.planning import actions, queries
from research.coach2pev.planning.actions import plan_round
from research.coach2pev.planning.coverage import bias_of, by_typology, coverage
from research.coach2pev.planning.rounds import Round, draw
from research.coach2pev.visits.queries import sites_for
from research.evaluations.models import EvaluationSite, ExposureStage
from research.revisions import Conflict
from tests.builders import (
    a_checklist,
    a_clerk_of,
    a_day,
    a_followed_site,
    a_source,
    a_study_district,
    a_study_site,
    a_user,
    a_visit,
    the_process_elements,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def monday() -> date:
    """A Monday to come."""
    today = timezone.localdate()
    return today + timedelta(days=7 - today.weekday())


def asked(method: str = "random", **fields: Any) -> Round:
    rest = {"first": monday(), "last": monday() + timedelta(days=11), "number": 2, "seed": 7}
    return Round(method=method, **{**rest, **fields})


def lead() -> User:
    the_process_elements()
    return a_user(Role.LEAD)


def planned(by: User, round_: Round, uuid: Any = None) -> VisitPlan:
    return plan_round(by=by, client_uuid=uuid or uuid4(), asked=round_, seen=draw(round_, by).fingerprint)


def a_scored_visit(site: OrgUnit, points: float | None, day: str = "2025-09-15") -> SupervisionVisit:
    visit = a_visit(site=site, state="done", done_on=a_day(day), checklist=a_checklist(4))
    counts = {"scored": 1, "not_applicable": 0, "unanswered": 0}
    possible = None if points is None else 4
    SectionScore.objects.create(visit=visit, section=None, points=points, possible=possible, **counts)
    return visit


def exposed(site: EvaluationSite) -> EvaluationSite:
    ExposureStage.objects.create(site=site, stage="first_use", began_on=a_day("2025-07-31"), source=a_source())
    return site


def test_a_round_becomes_a_plan_and_its_planned_visits() -> None:
    by = lead()
    sites = [a_followed_site().unit for _ in range(5)]
    plan = planned(by, asked(number=3, note=" Avant la saison des pluies "))
    visits = list(SupervisionVisit.objects.filter(plan=plan).order_by("planned_on"))
    assert [visit.state for visit in visits] == ["planned"] * 3
    assert {visit.selection for visit in visits} == {"random"}
    assert [visit.planned_on for visit in visits] == [monday(), monday() + timedelta(days=3), monday() + timedelta(8)]
    assert [visit.site_id for visit in visits] == [row["site"] for row in plan.ranking if row["chosen"]]
    assert {row["site"] for row in plan.ranking} == {site.pk for site in sites}
    assert (plan.seed, plan.note, plan.created_by) == (7, "Avant la saison des pluies", by)
    values = DataValue.objects.filter(element__code="COACH_VISITS_PLANNED", unit__in=sites)
    assert sum(values.values_list("value", flat=True)) == 3
    assert plan.history.get().history_user == by


def test_the_same_seed_gives_the_same_sites_and_another_may_not() -> None:
    by = lead()
    for _ in range(9):
        a_followed_site()

    def drawn(seed: int) -> tuple[int, ...]:
        return tuple(row["site"] for row in draw(asked(number=4, seed=seed), by).rows if row["chosen"])

    first = {seed: drawn(seed) for seed in range(9)}
    assert {seed: drawn(seed) for seed in range(9)} == first
    assert len(set(first.values())) > 5


def test_the_weakest_are_chosen_and_the_ranking_is_kept() -> None:
    by = lead()
    strong, weak, never, unscored = (a_followed_site().unit for _ in range(4))
    a_scored_visit(strong, 0, "2025-03-01")
    a_scored_visit(strong, 3.5, "2025-09-01")
    a_scored_visit(weak, 4, "2025-03-01")
    a_scored_visit(weak, 1, "2025-09-01")
    a_scored_visit(weak, None, "2025-10-01")
    a_visit(site=unscored, state="done", done_on=a_day("2025-08-01"))
    a_visit(site=never, state="planned", planned_on=a_day("2025-08-01"))
    plan = planned(by, asked("performance", unscored="last"))
    assert [(row["site"], row["share"], row["visits"], row["last"], row["chosen"]) for row in plan.ranking] == [
        (weak.pk, 0.25, 3, "2025-10-01", True),
        (strong.pk, 0.875, 2, "2025-09-01", True),
        (never.pk, None, 0, None, False),
        (unscored.pk, None, 1, "2025-08-01", False),
    ]
    assert plan.seed is None


def test_what_rests_on_made_up_visits_says_so() -> None:
    by = lead()
    a_visit(site=a_followed_site().unit, state="done", done_on=a_day(), demonstration=True)
    a_visit(state="done", done_on=a_day())
    marks = [row.get("demonstration") for row in planned(by, asked("random")).ranking]
    assert sorted(marks, key=bool) == [None, True]
    assert [one.visits_made_up for one in coverage(sites_for(by))] == [True, False]


def test_sent_twice_it_is_one_round() -> None:
    by, uuid = lead(), uuid4()
    for _ in range(3):
        a_followed_site()
    round_ = asked()
    seen = draw(round_, by).fingerprint
    first = plan_round(by=by, client_uuid=uuid, asked=round_, seen=seen)
    assert plan_round(by=by, client_uuid=uuid, asked=round_, seen=seen) == first
    assert SupervisionVisit.objects.count() == 2
    with pytest.raises(Conflict):
        plan_round(by=by, client_uuid=uuid, asked=asked(seed=8), seen=seen)
    with pytest.raises(Conflict):
        plan_round(by=a_user(Role.LEAD), client_uuid=uuid, asked=round_, seen=seen)
    assert (VisitPlan.objects.count(), SupervisionVisit.objects.count()) == (1, 2)


def test_what_changed_since_it_was_shown_is_shown_again_and_nothing_is_planned() -> None:
    by = lead()
    first, second = a_followed_site().unit, a_followed_site().unit
    a_scored_visit(first, 1)
    round_ = asked("performance", number=1, unscored="out")
    seen = draw(round_, by).fingerprint
    a_scored_visit(second, 0)
    with pytest.raises(ValidationError, match="have changed"):
        plan_round(by=by, client_uuid=uuid4(), asked=round_, seen=seen)
    assert not VisitPlan.objects.exists()


def test_where_a_visit_is_to_come_already_no_second_one_is_drawn() -> None:
    by = lead()
    busy, begun, free = (a_followed_site().unit for _ in range(3))
    a_visit(site=busy, state="scheduled", planned_on=monday())
    a_visit(site=begun, state="in_progress", done_on=timezone.localdate())
    a_visit(site=free, state="cancelled", planned_on=monday(), cancelled_reason="pluie")
    drawn = draw(asked(number=5), by)
    assert [row["site"] for row in drawn.rows] == [free.pk]
    assert {one.site for one in drawn.busy} == {busy.pk, begun.pk}
    ticked = draw(asked("direct", sites=frozenset([busy.pk])), by)
    assert list(ticked.days) == [busy.pk], "who ticks a site knows why"


def test_comparison_sites_are_left_out_unless_asked_for() -> None:
    by = lead()
    exposed_site, comparison = exposed(a_followed_site()).unit, a_followed_site().unit
    drawn = draw(asked(number=5), by)
    assert [row["site"] for row in drawn.rows] == [exposed_site.pk]
    assert [one.site for one in drawn.comparison] == [comparison.pk]
    assert len(draw(asked(number=5, comparison=True), by).rows) == 2


def test_a_clerk_plans_in_their_own_district_only() -> None:
    the_process_elements()
    mine, other = a_followed_site().unit, a_followed_site().unit
    clerk = a_clerk_of(mine)
    plan = planned(clerk, asked("random", number=9))
    assert [row["site"] for row in plan.ranking] == [mine.pk]
    with pytest.raises(ValidationError, match="not one of yours"):
        draw(asked("direct", sites=frozenset([other.pk])), clerk)
    assert list(queries.plans_for(clerk)) == [plan]
    assert not queries.plans_for(a_clerk_of(other)).exists()
    assert not queries.plans_for(a_user(Role.VIEWER)).exists()
    for role in (Role.RESEARCHER, Role.VIEWER):
        with pytest.raises(PermissionDenied):
            plan_round(by=a_user(role), client_uuid=uuid4(), asked=asked(), seen="")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"first": timezone.localdate() - timedelta(days=1)}, "first"),
        ({"last": monday() - timedelta(days=1)}, "last"),
        ({"last": monday() + timedelta(days=400)}, "last"),
        ({"first": monday() + timedelta(days=5), "last": monday() + timedelta(days=6)}, "last"),
        ({"first": monday() + timedelta(days=800), "last": monday() + timedelta(days=805)}, "last"),
        ({"seed": None}, "seed"), ({"number": 0}, "number"), ({"number": 101}, "number"),
        ({"method": "direct", "sites": frozenset()}, "__all__"),
    ],
)  # fmt: skip
def test_rounds_that_cannot_be(changed: dict[str, Any], field: str) -> None:
    by = lead()
    a_followed_site()
    with pytest.raises(ValidationError) as refused:
        planned(by, asked(**changed))
    assert list(getattr(refused.value, "message_dict", {"__all__": []})) == [field]
    assert not VisitPlan.objects.exists()
    assert not SupervisionVisit.objects.exists()


def test_if_one_visit_cannot_be_planned_none_is(monkeypatch: pytest.MonkeyPatch) -> None:
    by = lead()
    for _ in range(3):
        a_followed_site()

    def fails_on_the_second(**details: Any) -> Any:
        if SupervisionVisit.objects.exists():
            raise ValidationError("non")
        return plan_visit(**details)

    plan_visit = actions.plan_visit
    monkeypatch.setattr(actions, "plan_visit", fails_on_the_second)
    with pytest.raises(ValidationError, match="non"):
        planned(by, asked())
    assert not VisitPlan.objects.exists()
    assert not SupervisionVisit.objects.exists()


def test_a_ranking_takes_as_many_queries_for_many_sites_as_for_few(django_assert_num_queries: Any) -> None:
    by = lead()
    for number in (2, 8):
        for _ in range(number):
            a_scored_visit(a_followed_site().unit, 2)
        with django_assert_num_queries(5):  # the person and their roles; busy, comparison, sites
            draw(asked("performance"), User.objects.get(pk=by.pk))


def located(unit: OrgUnit, latitude: float, **fields: Any) -> None:
    UnitBoundary.objects.create(unit=unit, geometry={"type": "Point", "coordinates": [-6.0, latitude]}, **fields)


def test_who_is_visited_beside_distance_and_kind_of_place() -> None:
    by = lead()
    easy, hard = a_study_district(), a_study_district(conflict=True)
    located(easy.unit, 13)
    located(hard.unit, 14)
    wanted = [(easy, 0.01, 4), (easy, 0.02, 3), (easy, 0.3, 1), (hard, 0.4, 1), (hard, 0.6, 0), (hard, 0.9, 0)]
    today = timezone.localdate()
    for number, (district, north, visits) in enumerate(wanted):
        site = exposed(a_followed_site(unit=a_study_site(f"S{number}", district=district).unit)).unit
        located(site, (13 if district is easy else 14) + north, demonstration=number == 0)
        for back in range(visits):
            a_visit(site=site, state="done", done_on=today - timedelta(days=40 * back + 10))
    comparison = a_followed_site().unit
    covered = coverage(sites_for(by))
    assert [one.site.name for one in covered[:2]] == ["S4", "S5"], "never visited first"
    assert covered[-1].site == comparison
    assert (covered[0].days, covered[0].last, covered[0].visits) == (None, None, 0)
    by_name = {one.site.name: one for one in covered}
    assert by_name["S0"].days == 10
    assert by_name["S2"].distance == pytest.approx(0.3 * 111.195, abs=0.1)
    assert [by_name["S0"].made_up, by_name["S1"].made_up] == [True, False]
    assert not by_name["S0"].visits_made_up
    assert by_name[comparison.name].distance is None
    bias = bias_of(covered)
    assert bias is not None
    assert (bias.sites, bias.nearer, bias.visits, bias.visits_nearer) == (6, 3, 9, 8)
    kinds = {row.typology.key: (row.sites, row.visited, row.visits) for row in by_typology(covered) if row.typology}
    assert kinds == {"other": (3, 3, 8), "conflict": (3, 1, 1)}
    recent = {one.site.name: one.visits for one in coverage(sites_for(by), today - timedelta(days=60))}
    assert (recent["S0"], recent["S3"], recent["S4"]) == (2, 1, 0)


def test_without_places_the_bias_is_not_told() -> None:
    by = lead()
    for _ in range(7):
        a_followed_site()
    covered = coverage(sites_for(by))
    assert bias_of(covered) is None
    assert {one.comparison for one in covered} == {False}, "no stage anywhere: nothing says which are the comparison"
