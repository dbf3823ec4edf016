"""A clerk with a phone and no mouse types lines of a stock card; the session ends meanwhile, and nothing is lost."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from research.models import CardLine
from tests.browser.scene import fits, sign_in
from tests.builders import a_clerk_of, a_followed_site, a_product, the_process_elements
from tests.medexis.cards import the_reasons

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_lines_are_typed_with_the_keyboard_and_outlive_the_session(browser_page: Any) -> None:
    the_process_elements()
    reasons, product = the_reasons(), a_product()
    site = a_followed_site("medexis").unit
    clerk = a_clerk_of(site)
    page, address = browser_page, f"{reverse('card-line-create')}?site={site.pk}&produit={product.pk}"
    sign_in(page, clerk)
    page.goto(address)
    page.locator("[name='0-day']").fill("2025-09-01")
    page.locator("[name='0-reason']").select_option(str(reasons["counted"].pk))
    page.locator("[name='0-reason']").focus()
    for typed in ("40", "A1"):
        page.keyboard.press("Tab")
        page.keyboard.type(typed)
    page.locator("[name='1-reason']").select_option(str(reasons["issued"].pk))
    page.locator("[name='1-quantity']").fill("15")
    assert fits(page)
    page.context.clear_cookies()
    page.locator("main form[data-draft] button[type=submit]").click()
    expect(page.locator("[name='0-quantity']")).to_have_count(0)  # refused: nobody is signed in
    sign_in(page, clerk)
    page.goto(address)
    page.locator("[data-draft-restore]").click()
    expect(page.locator("[name='1-quantity']")).to_have_value("15")
    page.locator("main form[data-draft] button[type=submit]").click()
    expect(page.locator(".card-lines tbody tr")).to_have_count(2)
    lines = CardLine.objects.order_by("recorded_at")
    assert [(line.occurred_on.day, line.quantity, line.balance) for line in lines] == [(1, 40, 40), (1, 15, 25)]
    assert fits(page)
    page.goto(address)
    expect(page.locator("[data-draft-found]")).to_be_hidden()
    expect(page.locator("datalist#lots option")).to_have_count(1)
