"""The browser that the tests drive is a real one, on the live site."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect


@pytest.mark.browser
def test_a_stranger_finds_the_way_to_sign_in(browser_page: Page, live_server: Any) -> None:
    browser_page.goto("/connexion/")
    expect(browser_page.locator("input[name=username]")).to_be_visible()
    wide = browser_page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360
