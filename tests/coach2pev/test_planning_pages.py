"""Calendar, planner, plan and coverage as a clerk, a lead, a researcher and a partner meet them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from indicators.accounts.roles import Role
from indicators.models import User
from indicators.periods import Period
from research.coach2pev.models import Coach, SupervisionVisit, VisitPlan
from research.coach2pev.planning.month import AT_MOST, weeks
from tests.builders import a_clerk_of, a_day, a_followed_site, a_user, a_visit, the_process_elements
from tests.coach2pev.test_planning import exposed, located, monday

pytestmark = pytest.mark.django_db
CALENDAR, PLANNER, COVERAGE = (reverse(f"visit-{name}") for name in ("calendar", "planner", "coverage"))


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def a_lead() -> Client:
    the_process_elements()
    return signed_in(a_user(Role.LEAD, language="en"))


def query(how: str, **fields: Any) -> dict[str, Any]:
    days = {"first": monday().isoformat(), "last": (monday() + timedelta(days=11)).isoformat()}
    return {"method": how, **days, "number": "2", "seed": "7"} | fields


def sent(page: Any) -> dict[str, str]:
    """What the page's form would send."""
    form = page.context["confirm"]
    return {name: str(form[name].value()) for name in form.fields}


def address(asked: dict[str, Any]) -> str:
    values = QueryDict(mutable=True)
    for name, value in asked.items():
        values.setlist(name, value if isinstance(value, list) else [value])
    return f"{PLANNER}?{values.urlencode()}"


def test_a_draw_is_shown_then_planned_once() -> None:
    client = a_lead()
    for _ in range(4):
        a_followed_site()
    page = client.get(address(query("random")))
    assert not VisitPlan.objects.exists(), "showing plans nothing"
    shown = [candidate.site for candidate, _day in page.context["chosen"]]
    assert "seed 7" in page.content.decode()
    confirm = sent(page)
    answer: Any = client.post(address(query("random")), confirm)
    again: Any = client.post(address(query("random")), confirm)
    plan = VisitPlan.objects.get()
    assert answer.url == again.url == reverse("visit-plan", args=[plan.pk])
    assert set(plan.visits.values_list("site", flat=True)) == set(shown)
    text = client.get(answer.url).content.decode()
    assert "Seed of the draw" in text
    assert text.count('<span class="tag tag-ok">chosen</span>') == 2


def test_sites_are_ticked_shown_and_planned() -> None:
    client = a_lead()
    first, _second, third = (a_followed_site().unit for _ in range(3))
    a_visit(site=first, state="planned", planned_on=monday())
    page = client.get(address(query("direct", number="", seed="")))
    assert len(page.context["offered"]) == 3
    assert "a visit is planned already" in page.content.decode()
    ticked = query("direct", number="", seed="", site=[str(first.pk), str(third.pk)])
    page = client.get(address(ticked))
    assert client.post(address(ticked), sent(page)).status_code == 302
    assert set(VisitPlan.objects.get().visits.values_list("site", flat=True)) == {first.pk, third.pk}


def test_a_coach_is_sent_along() -> None:
    client = a_lead()
    a_followed_site()
    coach = Coach.objects.create(code="c-1", role="Point focal PEV")
    Coach.objects.create(code="c-2", role="Ancien", active=False)
    asked = query("random", coach=str(coach.pk))
    client.post(address(asked), sent(client.get(address(asked))))
    assert SupervisionVisit.objects.get().coach == coach
    retired = client.get(address(query("random", coach=str(coach.pk + 1))))
    assert list(retired.context["form"].errors) == ["coach"]


def test_what_changed_meanwhile_is_shown_again() -> None:
    client = a_lead()
    site = a_followed_site().unit
    asked = query("performance")
    confirm = sent(client.get(address(asked)))
    a_visit(site=site, state="done", done_on=a_day())
    page = client.post(address(asked), confirm)
    assert page.status_code == 200
    assert "Records have changed" in page.content.decode()
    assert not VisitPlan.objects.exists()
    assert client.post(address(asked), sent(page)).status_code == 302


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"method": "x"}, "method"), ({"first": "2020-01-06"}, "first"), ({"last": "2020-01-06"}, "last"),
        ({"first": "0001-01-01"}, "first"), ({"last": "9999-12-31"}, "last"), ({"first": "31/02/2026"}, "first"),
        ({"number": "0"}, "number"), ({"number": "2 sites"}, "number"), ({"number": ""}, "number"),
        ({"seed": ""}, "seed"), ({"seed": "-1"}, "seed"), ({"seed": "9" * 30}, "seed"), ({"district": "x"}, "district"),
        ({"site": ["999999"]}, "site"), ({"site": ["x" * 50]}, "site"), ({"unscored": "?"}, "unscored"),
        ({"note": "x" * 501}, "note"), ({"note": "nul\0"}, "note"),
    ],
)  # fmt: skip
def test_bad_input_is_a_sentence_and_plans_nothing(changed: dict[str, Any], field: str) -> None:
    client = a_lead()
    a_followed_site()
    confirm = sent(client.get(address(query("random"))))
    url = address(query("random", **changed))
    for page in (client.get(url), client.post(url, confirm)):
        assert page.status_code == 200
        assert list(page.context["form"].errors) == [field]
    assert not VisitPlan.objects.exists()


def test_a_confirmation_that_confirms_nothing_plans_nothing() -> None:
    client = a_lead()
    a_followed_site()
    for confirm in ({}, {"client_uuid": "x", "seen": "y"}):
        assert client.post(address(query("random")), confirm).status_code == 200
    assert client.post(PLANNER, sent(client.get(address(query("random"))))).status_code == 200
    assert not VisitPlan.objects.exists()


def test_who_meets_the_pages() -> None:
    the_process_elements()
    site = a_followed_site().unit
    clerk, stranger, lead = a_clerk_of(site), a_clerk_of(a_followed_site().unit), a_user(Role.LEAD)
    client = signed_in(clerk)
    client.post(address(query("random")), sent(client.get(address(query("random")))))
    plan = reverse("visit-plan", args=[VisitPlan.objects.get().pk])
    expected = {
        clerk: (200, 200, 200, 200), stranger: (200, 200, 404, 200), lead: (200, 200, 200, 200),
        a_user(Role.RESEARCHER): (200, 403, 200, 200), a_user(Role.VIEWER): (403, 403, 403, 403),
    }  # fmt: skip
    for user, codes in expected.items():
        client = signed_in(user)
        assert tuple(client.get(url).status_code for url in (CALENDAR, PLANNER, plan, COVERAGE)) == codes
    assert Client().get(CALENDAR).status_code == 302


def test_of_a_plan_over_districts_a_clerk_sees_their_own() -> None:
    client = a_lead()
    mine, _other = a_followed_site().unit, a_followed_site().unit
    client.post(address(query("random")), sent(client.get(address(query("random")))))
    page = signed_in(a_clerk_of(mine, language="en")).get(reverse("visit-plan", args=[VisitPlan.objects.get().pk]))
    assert [visit.site for visit in page.context["visits"]] == [mine]
    assert [row["site"] for row in page.context["ranking"]] == [mine.pk]
    assert "1 site of other districts is not shown" in page.content.decode()


def test_the_calendar_sets_each_visit_on_its_day() -> None:
    site = a_followed_site().unit
    today = timezone.localdate()
    present = Period.month_of(today)
    done = a_visit(site=site, state="done", planned_on=present.start - timedelta(days=40), done_on=today)
    a_visit(site=site, state="planned", planned_on=present.start - timedelta(days=1))
    a_visit(site=a_followed_site().unit, state="done", done_on=today)
    page = signed_in(a_clerk_of(site, language="en")).get(CALENDAR)
    days = {day.day: day.visits for week in page.context["weeks"] for day in week if day.visits}
    assert days == {today: [done]}
    before = signed_in(a_clerk_of(site, language="en")).get(CALENDAR, {"mois": present.shift(-1).id})
    assert before.context["counts"].late == 1
    assert "<b>late</b>" in before.content.decode()


def test_the_calendar_is_filtered_by_district_and_coach() -> None:
    coach = Coach.objects.create(code="c-1", role="Point focal PEV")
    first = a_visit(coach=coach)
    second = a_visit()
    client = signed_in(a_user(Role.LEAD))

    def shown(**asked: Any) -> set[Any]:
        page = client.get(CALENDAR, {"mois": "202509", **asked})
        return {visit for week in page.context["weeks"] for day in week for visit in day.visits}

    assert shown() == {first, second}
    assert shown(coach=coach.pk) == {first}
    assert shown(district=second.site.parent_id) == {second}
    assert shown(coach="x", district="999999") == {first, second}


@pytest.mark.parametrize("month", ["x", "2025", "202513", "000001", "999912", "2025W3", "", "٢٠٢٥٠٩"])
def test_no_month_is_the_present_one(month: str) -> None:
    page = signed_in(a_user(Role.LEAD)).get(CALENDAR, {"mois": month})
    assert page.context["month"] == Period.month_of(timezone.localdate())


def test_the_first_and_last_month_of_the_calendar_have_neighbours() -> None:
    client = signed_in(a_user(Role.LEAD))
    for month in ("200001", "209912"):
        assert client.get(CALENDAR, {"mois": month}).status_code == 200


def test_a_day_of_many_visits_names_some_and_counts_the_others() -> None:
    site = a_followed_site().unit
    for _ in range(AT_MOST + 3):
        a_visit(site=site)
    text = signed_in(a_user(Role.LEAD, language="en")).get(CALENDAR, {"mois": "202509"}).content.decode()
    assert len(re.findall(r'<li class="done', text)) == AT_MOST
    assert "and 3 more" in text


def test_every_day_of_a_month_stands_once() -> None:
    for month in ("202402", "202502", "202506", "202511"):
        period = Period.parse(month)
        days = [day for week in weeks(period, []) for day in week]
        assert len(days) % 7 == 0
        assert [day.day.weekday() for day in days[:7]] == list(range(7))
        assert [day.day for day in days if day.month] == [period.start + timedelta(n) for n in range(period.days)]


def test_the_coverage_page_refuses_and_tells() -> None:
    sites = [exposed(a_followed_site()).unit for _ in range(6)]
    client = signed_in(a_user(Role.LEAD, language="en"))
    a_visit(site=sites[0])
    text = client.get(COVERAGE).content.decode()
    assert "Not told: it takes 6 sites" in text
    for north, site in enumerate(sites):
        located(site, 13 + north / 10)
        assert site.parent
        located(site.parent, 13)
    text = client.get(COVERAGE).content.decode()
    assert "3 of the 6 sites with a known distance" in text
    assert "They received 1 of 1 visits" in text
    every: list[Any] = [{"depuis": "3"}, {"depuis": "x"}, {"district": sites[0].parent_id}, {"district": "x"}]
    for asked in every:
        assert client.get(COVERAGE, asked).status_code == 200
    assert client.get(COVERAGE, {"depuis": "3"}).context["page"].object_list[-1].visits == 0


@pytest.mark.parametrize("url", [f"{CALENDAR}?mois=202509", COVERAGE])
def test_as_many_queries_for_many_visits_as_for_few(url: str) -> None:
    client = signed_in(a_user(Role.LEAD))
    taken = []
    for number in (3, 30):
        for _ in range(number):
            a_visit()
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        taken.append(len(found))
    assert taken[0] == taken[1] <= 20, taken
