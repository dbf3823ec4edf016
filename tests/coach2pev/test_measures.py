"""Every measure computed a second time, slowly, one question to the database at a time."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.utils import timezone

from indicators.geography.models import OrgUnit
from indicators.periods import Period, between
from research.coach2pev.measures import codes
from research.coach2pev.measures.queries import later_months, measures, months_of, months_of_action, months_of_plan
from research.coach2pev.models import (
    ActionComment,
    Checklist,
    ChecklistAnswer,
    Coachee,
    CompetencyDomain,
    CompetencyLevel,
    CompetencyRating,
    ImprovementAction,
    SectionScore,
    StaffCount,
    SupervisionVisit,
)
from research.evaluations.models import EvaluationSite, ExposureStage
from tests.builders import a_checklist, a_day, a_followed_site, a_source, a_user, a_visit

pytestmark = pytest.mark.django_db
TODAY = date(2025, 11, 20)
MONTHS = list(between(Period.parse("202506"), Period.parse("202512")))
SEPTEMBER, OCTOBER = Period.parse("202509"), Period.parse("202510")
EARNED = {"yes": 1.0, "partial": 0.5, "no": 0.0}


# --- a world of records, drawn at random ------------------------------------------------------------------------------


def a_world(seed: int) -> list[OrgUnit]:
    random = Random(seed)
    sites = [a_followed_site(**_plan(random)) for _n in range(3)]
    versions = [a_checklist(2, 1, 3, key="same", version=n, state=s) for n, s in ((1, "retired"), (2, "published"))]
    domains = [CompetencyDomain.objects.create(key=f"d{n}", name_fr=f"D{n}", name_en=f"D{n}") for n in range(2)]
    for value in range(4):
        CompetencyLevel.objects.create(value=value, label_fr=str(value), label_en=str(value))
    for site in sites:
        people = [Coachee.objects.create(code=f"p{site.pk}-{n}", site=site.unit, role="Agent") for n in range(4)]
        _stages(site, random)
        for _n in range(random.randint(0, 2)):
            day = date(2025, random.randint(5, 11), random.randint(1, 28))
            StaffCount.objects.get_or_create(
                site=site.unit, counted_on=day, defaults={"staff": random.randint(1, 6), "evidence": "registre"}
            )
        for _n in range(8):
            _a_random_visit(site.unit, random, versions, people, domains)
        _random_actions(site.unit, random)
    return [site.unit for site in sites]


def _plan(random: Random) -> dict[str, Any]:
    first = random.choice([None, date(2025, 7, 15), date(2025, 8, 1), date(2026, 1, 1)])
    return {"expected_from": first, "expected_to": random.choice([None, date(2025, 10, 2)]) if first else None}


def _stages(site: EvaluationSite, random: Random) -> None:
    for stage, month in (("trained", 6), ("first_use", random.randint(7, 10)), ("stopped", 11))[: random.randint(0, 3)]:
        day = date(2025, month, random.randint(1, 28))
        ExposureStage.objects.create(site=site, stage=stage, began_on=day, evidence_fr="x", source=a_source())


def _a_random_visit(
    site: OrgUnit, random: Random, versions: list[Checklist], people: list[Coachee], domains: list[CompetencyDomain]
) -> None:
    planned = random.choice([None, date(2025, random.randint(6, 12), random.randint(1, 28))])
    done = date(2025, random.randint(6, 11), random.randint(1, 28))
    state = random.choice(["done", "done", "done", "planned", "cancelled"])
    if state != "done":
        planned = planned or done
        reason = "pluie" if state == "cancelled" else ""
        a_visit(site=site, state=state, planned_on=planned, cancelled_reason=reason)
        return
    texts = {name: random.choice(["", "noté", " "]) for name in ("goal", "reality", "options", "agreed")}
    visit = a_visit(
        site=site, planned_on=planned, done_on=done, coachees=random.choice([None, 0, 2, 5]),
        minutes=random.choice([None, 60, 90]), **texts,
    )  # fmt: skip
    visit.people.set(random.sample(people, random.randint(0, 3)))
    checklist = random.choice([None, *versions])
    points = possible = 0.0
    scored = outside = 0
    for item in checklist.items.all() if checklist else ():
        answer = random.choice(["yes", "partial", "no", "no", "na", None])
        if answer:
            ChecklistAnswer.objects.create(visit=visit, item=item, answer=answer)
            ChecklistAnswer.objects.create(visit=visit, item=item, answer="no", assessor=2)
        if answer in EARNED:
            scored, points, possible = scored + 1, points + EARNED[answer] * item.weight, possible + item.weight
        outside += answer == "na"
    if checklist:
        visit.checklist = checklist
        visit.save()
        SectionScore.objects.create(
            visit=visit, section=None, points=points if scored else None, possible=possible if scored else None,
            scored=scored, not_applicable=outside, unanswered=0,
        )  # fmt: skip
    for person in visit.people.all():
        for domain in domains:
            if random.random() < 0.6:
                CompetencyRating.objects.create(
                    visit=visit, coachee=person, domain=domain, level_id=random.randint(0, 3),
                    assessor=random.choice([1, 1, 2]),
                )  # fmt: skip


def _random_actions(site: OrgUnit, random: Random) -> None:
    owner, verifier = a_user(), a_user()
    for visit in SupervisionVisit.objects.filter(site=site, state="done"):
        for _n in range(random.randint(0, 2)):
            state = random.choice(["proposed", "open", "claimed", "closed", "dropped"])
            assert visit.done_on
            due: date = visit.done_on + timedelta(days=random.randint(5, 60))
            fields: dict[str, Any] = {
                "due_on": due,
                "owner": owner,
                "dropped_reason": "x" if state == "dropped" else "",
            }
            if state in ("claimed", "closed"):
                fields["claimed_on"] = due + timedelta(days=random.randint(-20, 5))
            if state == "closed":
                fields |= {"closed_on": due + timedelta(days=random.randint(-4, 4)), "closed_by": verifier}
            items = list(visit.checklist.items.all()) if visit.checklist else []
            taken = set(visit.actions.values_list("item", flat=True))
            free = [item for item in items if item.pk not in taken]
            fields["item"] = random.choice([None, *free])
            action = ImprovementAction.objects.create(site=site, visit=visit, text="faire", state=state, **fields)
            if random.random() < 0.4:
                comment = ActionComment.objects.create(action=action, text="vu", created_by=owner)
                moment = datetime.combine(due - timedelta(days=10), datetime.min.time())
                ActionComment.objects.filter(pk=comment.pk).update(created_at=timezone.make_aware(moment))


# --- the second computation -------------------------------------------------------------------------------------------


def slowly(site: OrgUnit, month: Period) -> dict[str, float | None]:
    found: dict[str, float | None] = dict.fromkeys(codes.ALL)
    visits = list(SupervisionVisit.objects.filter(site=site))
    done = [v for v in visits if v.state == "done" and Period.month_of(v.done_on) == month]  # type: ignore[arg-type]
    planned = [v for v in visits if v.planned_on and Period.month_of(v.planned_on) == month]
    if done or planned:
        found |= {"COACH_VISITS_PLANNED": len(planned), "COACH_VISITS_DONE": len(done)}
    _slow_points_and_minutes(found, done, planned)
    _slow_steps(found, done)
    plan = EvaluationSite.objects.get(unit=site)
    covered = bool(
        plan.expected_from
        and plan.expected_from <= month.end
        and (plan.expected_to is None or plan.expected_to >= month.start)
        and month.start <= TODAY
    )
    if covered:
        uses = plan.stages.filter(stage__in=["first_use", "active"], began_on__lte=month.end).exists()
        found |= {
            "COACH_SITES_EXPECTED": 1, "COACH_SITES_VISITED": 1 if done else 0, "COACH_SITES_USING": 1 if uses else 0
        }  # fmt: skip
    count = StaffCount.objects.filter(site=site, counted_on__lte=month.end).order_by("-counted_on").first()
    if count and (covered or done or planned) and month.start <= TODAY:
        people = {person.pk for visit in done for person in visit.people.all()}
        counts = [visit.coachees for visit in done if visit.coachees is not None]
        if not done or people or counts:
            found |= {"COACH_STAFF_COACHED": max([len(people), *counts]), "COACH_STAFF_IN_POST": count.staff}
    _slow_actions(found, site, month)
    _slow_repeats(found, done)
    return found


def _slow_points_and_minutes(
    found: dict[str, float | None], done: list[SupervisionVisit], planned: list[SupervisionVisit]
) -> None:
    answers = [answer for visit in done for answer in visit.answers.filter(assessor=1, answer__in=EARNED)]
    if answers:
        found["COACH_POINTS"] = sum(EARNED[answer.answer] * answer.item.weight for answer in answers)
        found["COACH_POSSIBLE"] = sum(answer.item.weight for answer in answers)
    minutes = [visit.minutes for visit in done if visit.minutes is not None]
    if minutes or (planned and not done):
        found |= {"COACH_MINUTES": sum(minutes), "COACH_VISITS_TIMED": len(minutes)}


def _slow_steps(found: dict[str, float | None], done: list[SupervisionVisit]) -> None:
    planned = carried_out = 0
    agreed = ImprovementAction.objects.filter(state__in=["open", "claimed", "closed"])
    for visit in done:
        steps = [visit.answers.filter(assessor=1).exists()]
        steps += [bool(text.strip()) for text in (visit.goal, visit.reality, visit.options, visit.agreed)]
        failed = visit.answers.filter(assessor=1, answer="no")
        if failed.exists():
            earlier = agreed.filter(
                site=visit.site, visit__done_on__lte=visit.done_on, item__code__in=failed.values("item__code")
            ).exclude(closed_on__lt=visit.done_on)
            steps.append(agreed.filter(visit=visit).exists() or earlier.exists())
        if (before := _before(visit).last()) and agreed.filter(visit=before).exists():
            days: list[date | None] = []
            for action in agreed.filter(visit=before):
                days += [action.claimed_on, action.closed_on]
                days += [timezone.localdate(comment.created_at) for comment in action.comments.all()]
            steps.append(any(day and before.done_on <= day <= visit.done_on for day in days))  # type: ignore[operator]
        planned, carried_out = planned + len(steps), carried_out + sum(steps)
    if done:
        found |= {"COACH_STEPS_PLANNED": planned, "COACH_STEPS_DONE": carried_out}


def _before(visit: SupervisionVisit) -> Any:
    """The done visits before this one, oldest first; on one day the one entered first comes first."""
    same = SupervisionVisit.objects.filter(site=visit.site, state="done")
    earlier = same.filter(done_on__lt=visit.done_on) | same.filter(done_on=visit.done_on, pk__lt=visit.pk)
    return earlier.order_by("done_on", "pk")


def _slow_actions(found: dict[str, float | None], site: OrgUnit, month: Period) -> None:
    due = on_time = 0
    for action in ImprovementAction.objects.filter(site=site, due_on__range=(month.start, month.end)):
        if action.state == "closed" or (action.state in ("open", "claimed") and action.due_on < TODAY):  # type: ignore[operator]
            due += 1
            on_time += action.state == "closed" and action.closed_on <= action.due_on  # type: ignore[operator]
    if due:
        found |= {"COACH_ACTIONS_DUE": due, "COACH_ACTIONS_ON_TIME": on_time}


def _slow_repeats(found: dict[str, float | None], done: list[SupervisionVisit]) -> None:
    asked = failed = pairs = gained = 0
    for visit in done:
        for answer in visit.answers.filter(assessor=1, answer__in=EARNED):
            history = ChecklistAnswer.objects.filter(
                visit__in=_before(visit), assessor=1, answer__in=EARNED, item__code=answer.item.code
            )
            last = history.order_by("visit__done_on", "visit__pk").last()
            if last and last.answer == "no":
                asked, failed = asked + 1, failed + (answer.answer == "no")
        for rating in visit.ratings.filter(assessor=1):
            former = CompetencyRating.objects.filter(
                visit__in=_before(visit), assessor=1, coachee=rating.coachee, domain=rating.domain
            ).order_by("visit__done_on", "visit__pk").last()  # fmt: skip
            if former:
                pairs, gained = pairs + 1, gained + rating.level_id - former.level_id
    if asked:
        found |= {"COACH_ITEMS_ASKED_AGAIN": asked, "COACH_ITEMS_FAILED_AGAIN": failed}
    if pairs:
        found |= {"COACH_RATED_AGAIN": pairs, "COACH_LEVELS_GAINED": gained}


@pytest.mark.parametrize("seed", range(6))
def test_every_measure_is_what_a_second_and_slower_computation_gives(seed: int) -> None:
    sites = a_world(seed)
    asked = {(site.pk, month) for site in sites for month in MONTHS}
    found = measures(asked, today=TODAY)
    assert found.keys() == asked
    by_pk = {site.pk: site for site in sites}
    for (site, month), measured in found.items():
        assert dict(measured.values) == slowly(by_pk[site], month), (by_pk[site], month.id)
        for above, below in PAIRS:
            assert (measured.values[above] is None) == (measured.values[below] is None), above


PAIRS = [
    ("COACH_VISITS_DONE", "COACH_VISITS_PLANNED"), ("COACH_POINTS", "COACH_POSSIBLE"),
    ("COACH_MINUTES", "COACH_VISITS_TIMED"), ("COACH_SITES_VISITED", "COACH_SITES_EXPECTED"),
    ("COACH_SITES_USING", "COACH_SITES_EXPECTED"), ("COACH_STAFF_COACHED", "COACH_STAFF_IN_POST"),
    ("COACH_STEPS_DONE", "COACH_STEPS_PLANNED"), ("COACH_ACTIONS_ON_TIME", "COACH_ACTIONS_DUE"),
    ("COACH_ITEMS_FAILED_AGAIN", "COACH_ITEMS_ASKED_AGAIN"), ("COACH_LEVELS_GAINED", "COACH_RATED_AGAIN"),
]  # fmt: skip


def test_a_world_holds_what_the_second_computation_must_tell_apart() -> None:
    values: dict[str, set[float | None]] = {code: set() for code in codes.ALL}
    for seed in range(3):
        sites = a_world(seed)
        for measured in measures({(s.pk, m) for s in sites for m in MONTHS}, today=TODAY).values():
            for code, value in measured.values.items():
                values[code].add(value)
        CompetencyRating.objects.all().delete()
        CompetencyLevel.objects.all().delete()
        CompetencyDomain.objects.all().delete()
        ImprovementAction.objects.all().delete()
        ChecklistAnswer.objects.all().delete()
        SectionScore.objects.all().delete()
        SupervisionVisit.objects.all().delete()
        Checklist.objects.all().delete()
    assert all(len(seen) >= 2 for seen in values.values()), values


# --- single rules -----------------------------------------------------------------------------------------------------


def one(site: OrgUnit, month: Period = SEPTEMBER, today: date = TODAY) -> dict[str, float | None]:
    return dict(measures({(site.pk, month)}, today=today)[site.pk, month].values)


def test_nothing_asked_is_nothing_answered_and_an_empty_month_is_missing_throughout() -> None:
    assert measures(set()) == {}
    assert set(one(a_followed_site().unit).values()) == {None}


def test_a_planned_site_without_any_visit_is_expected_and_not_visited() -> None:
    site = a_followed_site(expected_from=date(2025, 9, 15), expected_to=date(2025, 9, 30))
    assert one(site.unit)["COACH_SITES_VISITED"] == 0
    assert one(site.unit, OCTOBER)["COACH_SITES_EXPECTED"] is None
    assert one(site.unit, SEPTEMBER, today=date(2025, 8, 31))["COACH_SITES_EXPECTED"] is None  # not begun


def test_staff_without_a_count_have_no_reach_and_a_month_without_visit_reaches_nobody() -> None:
    site = a_followed_site(expected_from=date(2025, 9, 1)).unit
    a_visit(site=site, coachees=3)
    assert one(site)["COACH_STAFF_COACHED"] is None
    StaffCount.objects.create(site=site, counted_on=date(2025, 9, 30), staff=2, evidence="registre")
    assert (one(site)["COACH_STAFF_COACHED"], one(site)["COACH_STAFF_IN_POST"]) == (3, 2)  # over 100 %, and kept
    assert (one(site, OCTOBER)["COACH_STAFF_COACHED"], one(site, OCTOBER)["COACH_STAFF_IN_POST"]) == (0, 2)


def test_an_action_is_due_once_its_day_has_passed() -> None:
    site, owner = a_followed_site().unit, a_user()
    ImprovementAction.objects.create(site=site, text="x", state="open", due_on=a_day("2025-09-15"), owner=owner)
    assert one(site, today=a_day("2025-09-15"))["COACH_ACTIONS_DUE"] is None
    assert one(site, today=a_day("2025-09-16"))["COACH_ACTIONS_DUE"] == 1
    assert one(site, today=a_day("2025-09-16"))["COACH_ACTIONS_ON_TIME"] == 0


def test_made_up_records_mark_what_they_touch_and_nothing_else() -> None:
    site = a_followed_site(expected_from=date(2025, 8, 1), demonstration=True)
    a_visit(site=site.unit)
    measured = measures({(site.unit_id, SEPTEMBER)}, today=TODAY)[site.unit_id, SEPTEMBER]
    assert not measured.demonstration
    assert set(measured.made_up) == set(codes.OF_THE_PLAN)
    a_visit(site=site.unit, done_on=a_day("2025-08-02"), demonstration=True)
    measured = measures({(site.unit_id, SEPTEMBER)}, today=TODAY)[site.unit_id, SEPTEMBER]
    assert set(codes.OF_WHAT_WENT_BEFORE) <= set(measured.made_up)
    assert "COACH_VISITS_DONE" not in measured.made_up


def test_which_months_a_record_enters() -> None:
    visit = a_visit(planned_on=a_day("2025-08-30"))
    site = visit.site_id
    assert months_of(visit) == {(site, Period.parse("202508")), (site, SEPTEMBER)}
    action = ImprovementAction(site=visit.site, visit=visit, due_on=a_day("2025-10-02"))
    assert months_of_action(action) == {(site, SEPTEMBER), (site, OCTOBER)}
    assert months_of_action(ImprovementAction(site=visit.site)) == set()
    a_visit(site=visit.site, done_on=a_day("2025-10-09"))
    assert later_months({(site, SEPTEMBER)}) == {(site, OCTOBER)}
    assert later_months({(site, OCTOBER)}) == set()
    plan = EvaluationSite(unit=visit.site, expected_from=a_day("2025-09-09"))
    assert months_of_plan(plan, a_day("2025-10-01")) == {(site, SEPTEMBER), (site, OCTOBER)}
    assert months_of_plan(plan, a_day("2025-08-01")) == set()


@pytest.mark.parametrize("many", [2, 12])
def test_the_number_of_queries_does_not_grow(many: int, django_assert_max_num_queries: Any) -> None:
    checklist = a_checklist(1, 2)
    sites = []
    for _n in range(many):
        visit = a_visit(checklist=checklist)
        for item in checklist.items.all():
            ChecklistAnswer.objects.create(visit=visit, item=item, answer="no")
        sites.append(visit.site_id)
    with django_assert_max_num_queries(15):
        measures({(site, month) for site in sites for month in MONTHS}, today=TODAY)
