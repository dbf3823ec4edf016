"""The four people do their work without a mouse, at a desk, in French."""

from typing import Any

import pytest
from playwright.sync_api import expect

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from indicators.models import OrgUnitAlias
from research.models import Observation, Product, StockReport
from tests.browser.keyboard import Keyboard
from tests.browser.scene import french, place, the_study_with_its_demonstration
from tests.builders import a_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def keys(browser_page: Any) -> Keyboard:
    the_study_with_its_demonstration()
    browser_page.set_viewport_size({"width": 1280, "height": 800})
    return Keyboard(browser_page)


def sign_in(keys: Keyboard, user: User, path: str = "/connexion/") -> None:
    keys.page.goto(path)
    keys.fill(keys.page.locator("[name=username]"), user.username)
    keys.fill(keys.page.locator("[name=password]"), "a long test password")
    keys.press("Enter")


def link(keys: Keyboard, english: str) -> Any:
    return keys.page.get_by_role("link", name=french(english), exact=True).first


def test_a_stranger_skips_the_menu_and_reads_in_english(keys: Keyboard) -> None:
    page = keys.page
    page.goto("/")
    keys.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("href", "#content")
    keys.press("Enter")
    keys.take(page.locator("main").get_by_role("link", name="Medexis", exact=True))
    expect(page.get_by_role("heading", name="Medexis", exact=True)).to_be_visible()
    keys.take(page.get_by_role("button", name="English", exact=True))
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_researcher_logs_an_observation(keys: Keyboard) -> None:
    page = keys.page
    sign_in(keys, a_user(Role.RESEARCHER))
    keys.take(link(keys, "Observations"))
    keys.take(link(keys, "Log an observation"))
    keys.choose(page.locator("[name=site]"), "Pelengana Nord")
    keys.to(page.locator("[name=observed_on]"))
    keys.type("11202025")  # the browser of the tests asks for month, day and year
    keys.choose(page.locator("[name=kind]"), french("interview"))
    question = page.locator("[name=evaluation_question] option").nth(1).inner_text().strip()
    keys.choose(page.locator("[name=evaluation_question]"), question[:20])
    keys.fill(page.get_by_label(french("What was seen")), "Le plan est affiché près du frigo.")
    keys.take(page.get_by_role("button", name=french("Submit"), exact=True))
    expect(page.get_by_text(french("The observation is saved."))).to_be_visible()
    row = Observation.objects.get(demonstration=False)
    assert (row.site.name, row.observed_on.isoformat(), row.state) == ("Pelengana Nord", "2025-11-20", "submitted")


def test_a_clerk_enters_a_month_of_stock(keys: Keyboard) -> None:
    page = keys.page
    sign_in(keys, a_user(Role.CLERK, districts=[place("Ségou")]))
    keys.take(link(keys, "Stock"))
    keys.take(link(keys, "Enter a month of stock"))
    keys.choose(page.locator("[name=site]"), "Cinzana Gare")
    keys.take(page.get_by_role("button", name=french("Open the grid")))
    penta = Product.objects.get(key="penta").pk
    numbers = {"opening": 120, "received": 60, "issued": 90, "lost": 0, "closing": 90, "days_out": 4}
    for name, number in numbers.items():
        keys.fill(page.locator(f"[name='{penta}-{name}']"), str(number))
    keys.take(page.get_by_role("button", name=french("Save the month")))
    expect(page.get_by_text(french("The month is saved."))).to_be_visible()
    line = StockReport.objects.get(demonstration=False).lines.get(product=penta)
    assert {name: getattr(line, name) for name in numbers} == numbers


def test_an_administrator_corrects_a_name(keys: Keyboard) -> None:
    page, alias = keys.page, OrgUnitAlias.objects.get(name="N'Debougou")
    sign_in(keys, a_user(Role.ADMINISTRATOR, is_staff=True), "/admin/")
    keys.take(page.locator("#content .model-orgunitalias th a"))
    keys.fill(page.locator("[name=q]"), "debougou")
    keys.press("Enter")
    keys.take(page.locator("#result_list").get_by_role("link", name="N'Debougou"))
    keys.fill(page.locator("[name=name]"), "N’Débougou")
    keys.take(page.locator("[name=_save]"))
    expect(page.locator(".messagelist .success")).to_be_visible()
    alias.refresh_from_db()
    assert alias.name == "N’Débougou"


def test_what_hides_the_focus_is_found(browser_page: Any) -> None:
    browser_page.set_content("<a href='#x' style='outline: none'>x</a><button id=b>y</button>")
    with pytest.raises(AssertionError, match="nobody sees"):
        Keyboard(browser_page).to(browser_page.locator("#b"))
    browser_page.set_content("<a href='#x' style='position: fixed; left: -99px'>x</a><button id=b>y</button>")
    with pytest.raises(AssertionError, match="out of sight"):
        Keyboard(browser_page).to(browser_page.locator("#b"))
