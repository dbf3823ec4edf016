"""The map in a browser: a phone, a keyboard, no script, and marks that differ in form and fill."""

from typing import Any

import pytest

from indicators.accounts.roles import Role
from indicators.models import UnitBoundary
from tests.browser.accessible import violations
from tests.browser.scene import fits, sign_in, the_study_with_its_demonstration
from tests.builders import a_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MAP = "/carte/?mois=202509"


def test_the_map_of_the_demonstration_on_a_phone(browser_page: Any) -> None:
    the_study_with_its_demonstration()
    page = browser_page
    sign_in(page, a_user(Role.LEAD))
    page.goto(MAP)
    assert fits(page)
    assert page.locator("figure.map .map-area").count() >= 56
    spots = page.locator("figure.map svg[role=group] .site-mark")
    assert spots.count() == 8
    kinds = {(spot.get_attribute("href"), spot.get_attribute("fill")) for spot in spots.all()}
    assert {form for form, _fill in kinds} >= {"#form-active", "#form-first_use", "#form-none"}
    assert {fill for _form, fill in kinds} >= {"url(#stock-in-stock)", "url(#stock-out)", "url(#stock-silent)"}
    assert spots.first.bounding_box()["width"] >= 14  # large enough there to tell a half full one from a full one
    page.wait_for_load_state("networkidle")
    assert violations(page) == []


def test_the_lists_fit_a_phone_before_any_boundary_is_known(browser_page: Any) -> None:
    the_study_with_its_demonstration()
    UnitBoundary.objects.all().delete()
    browser_page.goto(MAP)
    assert fits(browser_page)
    assert browser_page.locator("figure.map svg[role=group]").count() == 0
    assert browser_page.locator("#map-sites").is_visible()


def test_the_marks_are_walked_by_keyboard_and_open_their_site(browser_page: Any) -> None:
    the_study_with_its_demonstration()
    page = browser_page
    sign_in(page, a_user(Role.LEAD))
    page.goto(MAP)
    mark = page.locator("figure.map g[transform] a").first
    name = mark.locator("title").text_content().split(" – ")[0]
    mark.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sites/*/")
    assert name in page.locator("h1").inner_text()


def test_another_month_is_chosen_without_script(browser: Any, live_server: Any) -> None:
    the_study_with_its_demonstration()
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(MAP)
    before = page.locator("figure.map svg[role=group]").inner_html()
    page.locator("[name=mois]").select_option("202506")
    page.locator("main form.filters button[type=submit]").click()
    assert "mois=202506" in page.url
    assert page.locator("figure.map svg[role=group]").inner_html() != before
    assert (
        page.locator("figure.map svg[role=group] .site-mark").count() == 6
    )  # two lie in conflict, and nobody signed in
    context.close()
