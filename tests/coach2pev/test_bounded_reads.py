"""What pages read in part, or let the database add up, is what reading everything would have given."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from indicators.geography.models import OrgUnit
from research.coach2pev.measures.dose import dose_and_reach
from research.coach2pev.measures.reach import Attendance, coached
from research.coach2pev.models import (
    Checklist,
    ChecklistAnswer,
    ChecklistItem,
    Choice,
    ChoiceList,
    Coachee,
    StaffCount,
    SupervisionVisit,
)
from research.coach2pev.scorecard.queries import LOOKED_AT, latest_visits, repeated_failures
from tests.builders import a_checklist, a_day, a_followed_site, a_visit

pytestmark = pytest.mark.django_db
FIRST = a_day("2024-01-10")
UNTIL = a_day("2025-06-30")


def a_history(random: Random, visits: int) -> OrgUnit:
    """Visits in no order of time, some of one day, with three versions or kinds of checklist; some items never succeed,
    some are rarely asked, and a second coach sees it otherwise."""
    site = a_followed_site().unit
    key, states = f"same-{site.pk}", ("retired", "published")
    versions = [a_checklist(1, 2, 0, 3, key=key, version=n, state=state) for n, state in enumerate(states, 1)]
    checklists = [*versions, _of_values(a_checklist(1, 1, 1))]
    fails = {code: random.choice([0.1, 0.6, 0.97]) for code in ("i0", "i1", "i2", "i3")}
    asked = {code: random.choice([0.1, 0.5, 1]) for code in fails}
    for _number in range(visits):
        checklist = random.choice([None, *checklists])
        state, day = random.choice(["done"] * 5 + ["in_progress"]), FIRST + timedelta(days=random.randint(0, 700))
        visit = a_visit(site=site, state=state, done_on=day, checklist=checklist)
        for item in checklist.items.all() if checklist else ():
            if random.random() < asked[item.code]:
                given = _given(item, fails=random.random() < fails[item.code], random=random)
                ChecklistAnswer.objects.create(visit=visit, item=item, **given)
                ChecklistAnswer.objects.create(visit=visit, item=item, assessor=2, answer="yes")
    return site


def _of_values(checklist: Checklist) -> Checklist:
    """The same checklist with a number, a choice and several choices for its items."""
    choices = ChoiceList.objects.create(checklist=checklist, code="etat")
    for code, share in (("bon", 1), ("moyen", Decimal("0.3")), ("inconnu", None)):
        Choice.objects.create(choice_list=choices, code=code, label_fr=code, label_en=code, share=share)
    items = checklist.items.all()
    items.filter(code="i0").update(kind="number", target=10)
    items.filter(code="i1").update(kind="choice", choice_list=choices)
    items.filter(code="i2").update(kind="choices", choice_list=choices)
    return checklist


def _given(item: ChecklistItem, *, fails: bool, random: Random) -> dict[str, Any]:
    if item.kind == "number":
        return {"answer": "given", "number": 4 if fails else 12}
    if item.kind in ("choice", "choices"):
        return {"answer": "given", "text": random.choice(["moyen", "moyen", "inconnu"] if fails else ["bon"])}
    return {"answer": random.choice(["no", "na"] if fails else ["yes", "partial"])}


def slow_runs(site: OrgUnit, until: date) -> dict[tuple[str, str], tuple[int, date, date]]:
    """Item → visits in a row, first and last day: every answer read, the newest first, until one did not fail."""
    open_runs: dict[tuple[str, str], list[date]] = {}
    over: set[tuple[str, str]] = set()
    visits = SupervisionVisit.objects.filter(site=site, state="done", done_on__lte=until)
    for visit in visits.order_by("-done_on", "-pk"):
        assert visit.done_on
        for answer in visit.answers.filter(assessor=1, item__weight__gt=0).select_related("item__checklist"):
            name = answer.item.checklist.key, answer.item.code
            failed = slow_failed(answer)
            if failed is False:
                over.add(name)
            elif failed and name not in over:
                open_runs.setdefault(name, []).append(visit.done_on)
    return {name: (len(days), days[-1], days[0]) for name, days in open_runs.items() if len(days) > 1}


def slow_failed(answer: ChecklistAnswer) -> bool | None:
    """None where it is not scored."""
    if answer.answer == "given":
        if answer.item.kind == "number":
            return bool(answer.number is not None and answer.number < 5)
        return {"bon": False, "moyen": True}.get(answer.text)
    return {"yes": False, "partial": False, "no": True}.get(answer.answer)


@pytest.mark.parametrize("seed", range(8))
def test_what_keeps_failing_is_the_same_as_when_every_answer_is_read(seed: int) -> None:
    site = a_history(Random(seed), 5 * LOOKED_AT)
    checklist = Checklist.objects.get(version=2)
    elsewhere = a_visit(site=a_followed_site().unit, checklist=checklist, done_on=UNTIL)
    for item in checklist.items.all():
        ChecklistAnswer.objects.create(visit=elsewhere, item=item, answer="yes")
    for until in (UNTIL, FIRST + timedelta(days=200), FIRST - timedelta(days=1)):
        found = repeated_failures(site, until)
        runs = {one.run.item: (one.run.visits, one.run.since, one.run.last) for one in found}
        assert runs == slow_runs(site, until)
        assert [one.run.visits for one in found] == sorted((one.run.visits for one in found), reverse=True)


def test_a_history_holds_runs_within_and_beyond_the_visits_that_are_read_whole() -> None:
    lengths = set()
    for seed in range(8):
        runs = slow_runs(a_history(Random(seed), 5 * LOOKED_AT), UNTIL)
        lengths |= {visits for visits, _since, _last in runs.values()}
    assert min(lengths) < LOOKED_AT < max(lengths)


@pytest.mark.parametrize("visits", [3, 30])
def test_as_many_queries_for_many_visits(visits: int, django_assert_max_num_queries: Any) -> None:
    site, checklist = a_followed_site().unit, a_checklist(1, 1)
    for number in range(visits):
        visit = a_visit(site=site, checklist=checklist, done_on=FIRST + timedelta(days=number))
        for item in checklist.items.all():
            ChecklistAnswer.objects.create(visit=visit, item=item, answer="no")
    with django_assert_max_num_queries(5):
        assert [one.run.visits for one in repeated_failures(site, UNTIL)] == [visits, visits]


def test_the_latest_visits_are_the_last_ones_oldest_first() -> None:
    site = a_followed_site().unit
    made = [a_visit(site=site, done_on=FIRST + timedelta(days=number // 2)) for number in range(7)]
    a_visit(site=site, state="planned", planned_on=UNTIL)
    a_visit(site=a_followed_site().unit, done_on=UNTIL)
    assert latest_visits(site, 4) == made[3:]
    assert latest_visits(site, 40) == made


@pytest.mark.parametrize("seed", range(12))
def test_dose_and_reach_are_what_the_visits_add_up_to(seed: int, django_assert_num_queries: Any) -> None:
    random = Random(seed)
    sites = [a_followed_site().unit for _n in range(4)]
    for site in sites:
        people = [Coachee.objects.create(code=f"p{site.pk}-{n}", site=site, role="Agent") for n in range(4)]
        for _n in range(random.choice([0, 1, 1, 4])):
            state, day = random.choice(["done"] * 4 + ["in_progress"]), FIRST + timedelta(days=random.randint(0, 700))
            visit = a_visit(
                site=site, state=state, done_on=day, coachees=random.choice([None, None, 0, 2, 5]),
                minutes=random.choice([None, 60, 90]), demonstration=random.random() < 0.2,
            )  # fmt: skip
            visit.people.set(random.sample(people, random.choice([0, 0, 1, 3])))
        if random.random() < 0.5:
            StaffCount.objects.create(site=site, counted_on=FIRST, staff=random.randint(1, 4), evidence="registre")
    for until in (UNTIL, FIRST + timedelta(days=200)):
        with django_assert_num_queries(4):
            found = dose_and_reach(sites, until)
        for site in sites:
            done = SupervisionVisit.objects.filter(site=site, state="done", done_on__lte=until)
            minutes = [visit.minutes for visit in done if visit.minutes is not None]
            reached = coached(Attendance([one.pk for one in visit.people.all()], visit.coachees) for visit in done)
            dose = found[site.pk]
            assert (dose.visits, dose.timed) == (len(done), len(minutes))
            assert dose.minutes == (None if done and not minutes else sum(minutes))
            assert dose.coached == (reached if done else (0, False))
            assert dose.demonstration == any(visit.demonstration for visit in done)
