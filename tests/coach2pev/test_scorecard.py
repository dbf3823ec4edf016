"""The scorecard of a site: scores over visits, what keeps failing, open actions, dose, reach, registers."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from indicators.accounts.roles import Role
from indicators.models import User
from research.coach2pev.models import (
    ChecklistAnswer,
    ChecklistItem,
    ImprovementAction,
    RegisterCheck,
    SectionScore,
    StaffCount,
    SupervisionVisit,
)
from research.coach2pev.scorecard.failures import Run, repeated
from research.coach2pev.scorecard.queries import section_rows
from tests.builders import (
    a_checklist,
    a_clerk_of,
    a_day,
    a_followed_site,
    a_study_site,
    a_user,
    a_visit,
    an_element,
)

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def text_of(page: Any) -> str:
    return str(page.content.decode().replace("\xa0", " "))


def day(number: int) -> date:
    return a_day("2025-01-10") + timedelta(days=30 * number)


def test_what_keeps_failing() -> None:
    found = repeated(
        [
            (day(0), {"a": True, "b": True, "c": True, "d": False}),
            (day(1), {"a": True, "b": False, "d": True}),
            (day(2), {"a": True, "c": True, "d": True}),
        ]
    )
    assert found == [Run("a", 3, day(0), day(2)), Run("c", 2, day(0), day(2)), Run("d", 2, day(1), day(2))]
    assert repeated([]) == []
    assert repeated([(day(0), {"a": True}), (day(1), {"a": True}), (day(2), {"a": False})]) == []


def answered(site: Any, checklist: Any, number: int, answer: str) -> SupervisionVisit:
    """A visit with the same answer to every item, scored as the rule says: yes all points, no none."""
    visit = a_visit(site=site, checklist=checklist, done_on=day(number))
    points, items = 0, list(checklist.items.all())
    for item in items:
        ChecklistAnswer.objects.create(visit=visit, item=item, answer=answer)
        points += item.weight if answer == "yes" else 0
    possible = sum(item.weight for item in items)
    counts = {"scored": len(items), "not_applicable": 0, "unanswered": 0}
    for section in (checklist.sections.get(), None):
        SectionScore.objects.create(visit=visit, section=section, points=points, possible=possible, **counts)
    return visit


def test_the_scorecard_tells_it_all() -> None:
    site = a_followed_site().unit
    checklist = a_checklist(2, 3)
    visits = [answered(site, checklist, number, answer) for number, answer in enumerate(["yes", "no", "no"])]
    StaffCount.objects.create(site=site, counted_on=day(0), staff=4, evidence="liste")
    SupervisionVisit.objects.filter(pk=visits[0].pk).update(coachees=3, minutes=90)
    owner = a_user(Role.CLERK)
    late = timezone.localdate() - timedelta(days=9)
    agreed = {"site": site, "visit": visits[1], "state": "open", "owner": owner, "due_on": late}
    ImprovementAction.objects.create(**agreed, text="Réparer le frigo")
    ImprovementAction.objects.create(site=site, text="Ranger", state="dropped", dropped_reason="fait autrement")
    page = signed_in(a_user(Role.LEAD, language="en")).get(reverse("site-scorecard", args=[site.pk]))
    text = text_of(page)
    assert [score.share for score in page.context["totals"]] == [1, 0, 0]
    assert "Score: from 100 to 0 of 100 possible points" in text
    assert [failure.run.visits for failure in page.context["failures"]] == [2, 2]
    assert [(action.text, days) for action, days in page.context["actions"]] == [("Réparer le frigo", 9)]
    assert "9 days overdue" in text
    dose = page.context["dose"]
    assert (dose.visits, dose.minutes, dose.timed, dose.coached.staff, dose.staff) == (3, 90, 1, 3, 4)
    assert "of 1 of 3 visits" in text
    assert "No register was counted anew" in text


def test_a_section_is_the_same_in_all_versions() -> None:
    site = a_followed_site().unit
    old = a_checklist(1, key="une", state="retired")
    new = a_checklist(1, 1, key="une", version=2)
    other = a_checklist(1, key="autre")
    visits = [answered(site, old, 0, "no"), answered(site, new, 1, "yes"), answered(site, other, 2, "yes")]
    rows = {
        (row.checklist, row.name): [s and (s.points, s.possible) for s in row.scores] for row in section_rows(visits)
    }
    assert rows == {
        (str(new), "Froid"): [(0, 1), (2, 2), None],
        (str(other), "Froid"): [None, None, (1, 1)],
    }


def test_the_text_of_a_failing_item_is_that_of_its_latest_version() -> None:
    site = a_followed_site().unit
    old, new = a_checklist(1, key="une", state="retired"), a_checklist(1, key="une", version=2)
    ChecklistItem.objects.filter(checklist=new).update(text_en="The new wording", text_fr="Le nouveau texte")
    answered(site, old, 0, "no")
    answered(site, new, 1, "no")
    text = text_of(signed_in(a_user(Role.LEAD, language="en")).get(reverse("site-scorecard", args=[site.pk])))
    assert "The new wording" in text
    assert "failed on 2 visits in a row" in text


def test_verification_factor_over_months_with_both() -> None:
    site, element, other = a_followed_site().unit, an_element(name_en="DTP1"), an_element(name_en="DTP3")
    first, second = a_visit(site=site, done_on=day(0)), a_visit(site=site, done_on=day(1))
    for visit, month, register, reported in (
        (first, "202501", 8, 10), (first, "202502", 12, 10), (first, "202503", 5, None), (second, "202501", 7, 10),
    ):  # fmt: skip
        RegisterCheck.objects.create(
            visit=visit, month=month, data_element=element, register=register, reported=reported
        )
    RegisterCheck.objects.create(visit=first, month="202501", data_element=other, register=3, reported=0)
    page = signed_in(a_user(Role.LEAD, language="en")).get(reverse("site-scorecard", args=[site.pk]))
    found = {one.element: one.factor for one, _says in page.context["factors"]}
    dtp1, dtp3 = found[element], found[other]
    assert (dtp1.register, dtp1.reported, dtp1.months, dtp1.unreported) == (19, 20, 2, 1)
    assert dtp1.value == 0.95
    assert (dtp3.register, dtp3.reported, dtp3.value) == (3, 0, None)
    assert "1 more month without a report" in text_of(page)


def test_a_site_without_visits_shows_gaps_not_zeros() -> None:
    site = a_followed_site().unit
    text = text_of(signed_in(a_user(Role.RESEARCHER, language="en")).get(reverse("site-scorecard", args=[site.pk])))
    assert "No visit was done yet" in text
    assert "staff in post were not counted" in text


def test_who_meets_the_scorecard() -> None:
    site = a_followed_site().unit
    url = reverse("site-scorecard", args=[site.pk])
    assert signed_in(a_clerk_of(site)).get(url).status_code == 200
    assert signed_in(a_clerk_of(a_followed_site().unit)).get(url).status_code == 404
    assert signed_in(a_user(Role.VIEWER)).get(url).status_code == 403
    nowhere = a_study_site().unit
    assert signed_in(a_user(Role.LEAD)).get(reverse("site-scorecard", args=[nowhere.pk])).status_code == 404


def test_the_scorecard_costs_the_same_for_few_and_many_visits() -> None:
    site, checklist = a_followed_site().unit, a_checklist(1, 2)
    client, url = signed_in(a_user(Role.LEAD, language="en")), reverse("site-scorecard", args=[site.pk])
    costs = []
    for start, more in ((0, 6), (6, 20)):
        for number in range(start, start + more):
            answered(site, checklist, number, "no")
            ImprovementAction.objects.create(site=site, text="À faire")
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            client.get(url)
        costs.append(len(seen))
    assert costs[0] == costs[1]
