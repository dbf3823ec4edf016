"""The form of a visit on a phone whose connection comes and goes."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from indicators.accounts.roles import Role
from research.coach2pev.models import ChecklistAnswer, Coachee, SupervisionVisit
from research.coach2pev.visits.actions import save_section
from tests.browser.scene import fits, sign_in
from tests.builders import a_clerk_of, a_user, the_process_elements
from tests.coach2pev.visit_scene import a_begun_visit, a_full_checklist
from tests.conftest import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def stored(visit: SupervisionVisit) -> dict[str, str]:
    rows = ChecklistAnswer.objects.filter(visit=visit).select_related("item")
    return {row.item.code: row.answer if row.answer != "given" else str(row.number or row.text) for row in rows}


def names(visit: SupervisionVisit) -> dict[str, str]:
    assert visit.checklist
    return {item.code: f"item-{item.pk}" for item in visit.checklist.items.all()}


def saving(page: Any, state: str) -> None:
    expect(page.locator(f"[data-saving].saving-{state}")).to_be_visible(timeout=15000)


def a_visit_on_the_phone(page: Any) -> tuple[SupervisionVisit, dict[str, str]]:
    the_process_elements()
    visit = a_begun_visit(a_full_checklist())
    sign_in(page, a_clerk_of(visit.site))
    page.goto(reverse("visit-fill", args=[visit.pk]))
    return visit, names(visit)


def test_every_answer_is_saved_as_it_is_given(browser_page: Any) -> None:
    page = browser_page
    visit, name = a_visit_on_the_phone(page)
    page.locator("a[data-part]").first.click()
    page.locator(f"[name={name['fridge']}][value=yes]").check()
    saving(page, "saved")
    wait_until(lambda: stored(visit) == {"fridge": "yes"}, what="the answer on the server")
    page.locator(f"[name={name['tools']}][value=card]").check()
    page.locator(f"[name={name['tools']}][value=map]").check()
    page.locator(f"input[name={name['days']}]:not([type=hidden]):not([type=checkbox])").fill("12 abc")
    page.locator(f"textarea[name={name['remark']}]").fill("An bɛ baara kɛ")
    page.locator("h1").click()
    expect(page.locator(f"[data-name={name['days']}] [data-told]")).to_be_visible()
    wait_until(lambda: stored(visit).get("remark") == "An bɛ baara kɛ", what="the remark")
    assert stored(visit) == {"fridge": "yes", "tools": "card map", "remark": "An bɛ baara kɛ"}
    assert fits(page)


def test_a_lost_connection_loses_nothing(browser_page: Any) -> None:
    page = browser_page
    visit, name = a_visit_on_the_phone(page)
    person = Coachee.objects.create(code="agent-1", site=visit.site, role="Agent vaccinateur")
    cold, outreach, talk, about = page.locator("a[data-part]").all()
    urls = [link.get_attribute("href") for link in (cold, outreach, talk, about)]
    # The parts are loaded ahead while there is a connection.
    with page.expect_response(lambda got: got.url.endswith(urls[3])):
        pass
    cold.click()
    page.wait_for_url(f"**{urls[0]}")
    page.context.set_offline(True)
    page.locator(f"[name={name['fridge']}][value=no]").check()
    page.locator(f"[name={name['power']}][value=grid]").check()
    saving(page, "waiting")
    page.locator("form[data-fill] button:not([name])[type=submit]").click()
    page.wait_for_url(f"**{urls[1]}")
    page.locator(f"[name={name['session']}][value=yes]").check()
    page.locator("form[data-fill] button:not([name])[type=submit]").click()
    page.wait_for_url(f"**{urls[2]}")
    page.locator("[name=goal]").fill("Moins de pertes")
    page.locator("form[data-fill] button:not([name])[type=submit]").click()
    page.wait_for_url(f"**{urls[3]}")
    page.locator(f"[name=people][value='{person.pk}']").check()
    page.locator("[name=minutes]").fill("80")
    page.locator("h1").click()
    saving(page, "waiting")
    assert stored(visit) == {}
    # Back to the first part: what waits stands in it.
    page.go_back()
    page.go_back()
    page.go_back()
    page.wait_for_url(f"**{urls[0]}")
    expect(page.locator(f"[name={name['power']}][value=grid]")).to_be_checked()
    page.context.set_offline(False)
    saving(page, "saved")
    assert stored(visit) == {"fridge": "no", "power": "grid", "session": "yes"}
    visit.refresh_from_db()
    assert (visit.goal, visit.minutes, list(visit.people.all())) == ("Moins de pertes", 80, [person])
    page.goto(reverse("visit-finish", args=[visit.pk]))
    page.locator("form[data-finish] button").click()
    expect(page.locator("section[aria-labelledby=checklist]")).to_be_visible()
    visit.refresh_from_db()
    assert visit.state == "done"


def test_answers_outlive_a_closed_page(browser_page: Any) -> None:
    page = browser_page
    visit, name = a_visit_on_the_phone(page)
    section = reverse("visit-section", args=[visit.pk, "s1"])
    page.goto(section)
    page.context.set_offline(True)
    page.locator(f"[name={name['fridge']}][value=partial]").check()
    saving(page, "waiting")
    page.context.set_offline(False)
    page.goto("about:blank")  # the page is gone; another one is opened later
    page.goto(reverse("visit-fill", args=[visit.pk]))
    saving(page, "saved")
    assert stored(visit) == {"fridge": "partial"}
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('capev-visit')).length") == 0


def test_two_people_at_one_visit_are_told_and_choose(browser_page: Any) -> None:
    page = browser_page
    visit, name = a_visit_on_the_phone(page)
    page.goto(reverse("visit-section", args=[visit.pk, "s1"]))
    save_section(visit, by=a_user(Role.LEAD), answers={"fridge": "no", "power": "none"})
    page.locator(f"[name={name['fridge']}][value=yes]").check()
    told = page.locator(f"[data-name={name['fridge']}] [data-told]")
    expect(told).to_be_visible()
    assert stored(visit)["fridge"] == "no"
    told.get_by_role("button").first.click()
    wait_until(lambda: stored(visit)["fridge"] == "yes", what="mine, chosen after seeing theirs")
    page.locator(f"[name={name['power']}][value=solar]").check()
    page.locator(f"[data-name={name['power']}] [data-told]").get_by_role("button").last.click()
    expect(page.locator(f"[name={name['power']}][value=none]")).to_be_checked()
    assert stored(visit)["power"] == "none"


def test_conditions_work_while_one_types(browser_page: Any) -> None:
    page = browser_page
    visit, name = a_visit_on_the_phone(page)
    page.goto(reverse("visit-section", args=[visit.pk, "s1"]))
    days = page.locator(f"[data-name={name['days']}]")
    expect(days).to_be_hidden()
    page.locator(f"[name={name['fridge']}][value=yes]").check()
    expect(days).to_be_visible()
    page.locator(f"[name={name['fridge']}][value=no]").check()
    expect(days).to_be_hidden()
    page.goto(reverse("visit-section", args=[visit.pk, "outreach"]))
    page.locator(f"[name={name['region']}][value=segou]").check()
    offered = page.locator(f"[data-name={name['place']}] label:visible")
    expect(offered).to_have_count(2)  # the one place of the region, and «not answered»
    expect(page.locator(f"[name={name['place']}][value=niono]")).to_be_visible()
