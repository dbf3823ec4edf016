"""The navigation at a desk: one line, in both languages, for whoever may go everywhere."""

from typing import Any

import pytest

from indicators.accounts.roles import Role
from tests.browser.scene import sign_in
from tests.builders import a_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_items_of_a_lead_stand_in_one_line_at_1280_pixels(browser_page: Any, language: str) -> None:
    browser_page.set_viewport_size({"width": 1280, "height": 800})
    sign_in(browser_page, a_user(Role.LEAD, language=language), "/indicateurs/")
    assert browser_page.locator("html").get_attribute("lang") == language
    tops = {round(item.bounding_box()["y"]) for item in browser_page.locator(".nav-wide a").all()}
    assert len(tops) == 1
    assert browser_page.locator(".nav-wide a").count() >= 10
