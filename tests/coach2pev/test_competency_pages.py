"""Competence over time, coaches and coachees, agreement: what the pages say, and to whom."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.models import User
from research.coach2pev.competency import doubly, queries
from research.coach2pev.competency.agreement import kappa
from research.coach2pev.competency.progress import Gained
from research.coach2pev.models import ChecklistAnswer, Coachee, CompetencyRating, SupervisionVisit
from research.coach2pev.models.visits import Assessor
from tests.builders import (
    a_checklist,
    a_clerk_of,
    a_coach,
    a_coachee,
    a_day,
    a_domain,
    a_followed_site,
    a_rating,
    a_user,
    a_visit,
)

pytestmark = pytest.mark.django_db
SECOND = Assessor.SECOND


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def a_lead() -> User:
    return a_user(Role.LEAD, language="en")


def visits_of(site: Any, number: int, **fields: Any) -> list[SupervisionVisit]:
    return [a_visit(site=site, done_on=a_day("2025-01-10") + timedelta(days=30 * n), **fields) for n in range(number)]


def text_of(page: Any) -> str:
    return str(page.content.decode().replace("\xa0", " "))


def test_first_last_and_gain_of_everybody_rated() -> None:
    site, coach = a_followed_site().unit, a_coach()
    first, second = visits_of(site, 2, coach=coach)
    person, once, unseen = a_coachee(site, code="A-1"), a_coachee(site, code="A-2"), a_coachee(site, code="A-3")
    domain, other = a_domain(), a_domain()
    a_rating(first, person, domain, 1)
    a_rating(second, person, domain, 3)
    a_rating(second, person, other, 2)
    a_rating(second, once, domain, 0)
    a_rating(second, person, domain, 0, assessor=SECOND)
    page = signed_in(a_lead()).get(reverse("competency-list"))
    shown = {
        coachee.code: ([course for _domain, course in courses], gained)
        for coachee, courses, gained in page.context["people"]
    }
    assert shown == {
        "A-1": (["1 → 3 (+2)", "2"], "Levels gained: +2, in 1 domain"),
        "A-2": (["0", "—"], "Rated once only: nothing to compare with"),
    }
    assert unseen.code not in text_of(page)
    detail = signed_in(a_lead()).get(reverse("competency-coachee", args=[person.pk]))
    assert detail.status_code == 200
    assert [row[2] for row in detail.context["rows"]] == [[1, None], [3, 2]]
    assert detail.context["chart"].whole.missing == 1
    empty = signed_in(a_lead()).get(reverse("competency-coachee", args=[unseen.pk]))
    assert "Not rated yet" in text_of(empty)


def test_ratings_of_a_visit_that_is_not_done_do_not_count_yet() -> None:
    site = a_followed_site().unit
    person, domain = a_coachee(site), a_domain()
    a_rating(a_visit(site=site, state="in_progress", done_on=a_day()), person, domain, 4)
    assert list(queries.coachees_rated(a_lead())) == []


def test_coaches_and_coachees_with_what_that_coach_saw() -> None:
    site = a_followed_site().unit
    one, two = a_coach(code="C-1"), a_coach(code="C-2")
    person, domain = a_coachee(site, code="A-1"), a_domain()
    for visit, level in zip(visits_of(site, 3, coach=one), (0, 1, 3), strict=True):
        a_rating(visit, person, domain, level)
    a_rating(a_visit(site=site, coach=two), person, domain, 4)
    a_visit(site=site, coach=None).people.add(person)
    user = a_lead()
    rows = queries.with_gains(user, queries.pairs_for(user))
    assert [(row.coach.code, row.coachee.code, row.visits, row.gained) for row in rows] == [
        ("C-1", "A-1", 3, Gained(1, 0, 3)),
        ("C-2", "A-1", 1, Gained(0, 0, 0)),
    ]
    page = text_of(signed_in(user).get(reverse("competency-pairs")))
    assert "Levels gained: +3, in 1 domain" in page


def a_doubly_assessed_visit(answers: list[tuple[str, str]], levels: list[tuple[int, int]]) -> SupervisionVisit:
    checklist = a_checklist(*[1] * max(len(answers), 1))
    visit = a_visit(checklist=checklist, coach=a_coach(), second_coach=a_coach())
    for item, said in zip(checklist.items.all(), answers, strict=False):
        for assessor, answer in enumerate(said, 1):
            if answer:
                ChecklistAnswer.objects.create(visit=visit, item=item, answer=answer, assessor=assessor)
    person = a_coachee(visit.site)
    for first, second in levels:
        domain = a_domain()
        a_rating(visit, person, domain, first)
        a_rating(visit, person, domain, second, assessor=SECOND, coach=visit.second_coach)
    return visit


def test_agreement_of_two_coaches_against_a_count_by_hand() -> None:
    answers = [("yes", "yes")] * 4 + [("yes", "no")] + [("no", "no")] * 3 + [("no", "na"), ("yes", "")]
    levels = [(1, 1), (2, 3), (4, 4), (0, 0)]
    visit = a_doubly_assessed_visit(answers, levels)
    a_rating(visit, a_coachee(visit.site), a_domain(), 2)  # by the first only: not compared
    a_visit(coach=a_coach(), second_coach=a_coach())  # two coaches, nothing from the second
    user = a_lead()
    (found,) = doubly.compared(doubly.doubly_assessed(user))
    assert found.visit == visit
    assert found.answers == kappa([pair for pair in answers if all(pair)])
    assert (found.answers.n, found.levels.n) == (9, 4)
    assert found.levels == kappa(levels)
    page = signed_in(user).get(reverse("competency-agreement"))
    assert [(n, observed) for _name, n, observed, _kappa in page.context["measures"][:2]] == [
        (9, "7 of 9"), (4, "3 of 4"),
    ]  # fmt: skip
    assert "Fewer than 30 things" in text_of(page)
    one = signed_in(user).get(reverse("visit-ratings", args=[visit.pk]))
    assert one.context["agreement"][:2] == (4, "3 of 4")


def test_undefined_is_said_so() -> None:
    a_doubly_assessed_visit([("yes", "yes")] * 5, [])
    page = text_of(signed_in(a_lead()).get(reverse("competency-agreement")))
    assert "undefined" in page
    assert "nothing that both judged" in page


def test_visits_together_are_pooled_pair_by_pair() -> None:
    a_doubly_assessed_visit([("yes", "no"), ("no", "no")], [(1, 2)])
    a_doubly_assessed_visit([("no", "no")], [(2, 2), (0, 1)])
    whole = doubly.whole(doubly.doubly_assessed(a_lead()), [0, 1, 2, 3, 4])
    assert (whole.visits, whole.demonstration) == (2, False)
    assert whole.answers == kappa([("yes", "no"), ("no", "no"), ("no", "no")])
    assert whole.levels.n == 3


def test_each_meets_their_own_districts() -> None:
    site = a_followed_site().unit
    person = a_coachee(site, code="A-1")
    a_rating(a_visit(site=site, coach=a_coach(code="C-1")), person, a_domain(), 2)
    stranger = signed_in(a_clerk_of(a_followed_site().unit, language="en"))
    assert stranger.get(reverse("competency-coachee", args=[person.pk])).status_code == 404
    for name in ("competency-list", "competency-pairs"):
        assert "A-1" not in text_of(stranger.get(reverse(name)))
        assert "A-1" in text_of(signed_in(a_clerk_of(site, language="en")).get(reverse(name)))
    viewer = signed_in(a_user(Role.VIEWER))
    for name in ("competency-list", "competency-pairs", "competency-agreement"):
        assert viewer.get(reverse(name)).status_code == 403


def test_pages_cost_the_same_for_few_and_many() -> None:
    site, domain = a_followed_site().unit, a_domain()
    client = signed_in(a_lead())
    costs: dict[str, list[int]] = {}
    for people in (2, 12):
        for _ in range(people):
            person = a_coachee(site)
            for visit in visits_of(site, 2, coach=a_coach(), second_coach=a_coach()):
                a_rating(visit, person, domain, 2)
                a_rating(visit, person, domain, 3, assessor=SECOND)
        first = Coachee.objects.order_by("pk").first()
        assert first
        for name, args in {
            "competency-list": [], "competency-pairs": [], "competency-agreement": [], "competency-coachee": [first.pk],
        }.items():  # fmt: skip
            client.get(reverse(name, args=args))
            with CaptureQueriesContext(connection) as seen:
                client.get(reverse(name, args=args))
            costs.setdefault(name, []).append(len(seen))
    assert CompetencyRating.objects.count() == 56
    assert all(few == many for few, many in costs.values()), costs
