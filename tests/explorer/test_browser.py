"""The explorer in a browser: pictures and files to take along, places ticked. No script is needed but Plotly's."""

from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from indicators.accounts.roles import Role
from tests.browser.scene import fits, place, sign_in, the_study_with_its_demonstration
from tests.builders import a_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_is_shown_can_be_taken_along(browser_page: Any, tmp_path: Path) -> None:
    the_study_with_its_demonstration()
    region = place("Bougouni").parent
    assert region
    sign_in(browser_page, a_user(Role.VIEWER), f"/explorer/?unit={region.pk}&show=below")
    assert fits(browser_page)
    browser_page.locator("[data-explore]").click()
    browser_page.locator(".modebar").wait_for(state="attached")
    with browser_page.expect_download() as picture:
        browser_page.locator(".modebar-btn").first.click(force=True)
    assert picture.value.suggested_filename == "explorer-chart.png"
    with browser_page.expect_download() as book:
        browser_page.locator("a[href*='/explorer/xlsx/']").click()
    book.value.save_as(tmp_path / "book.xlsx")
    assert len(CalamineWorkbook.from_path(tmp_path / "book.xlsx").get_sheet_by_index(0).to_python()) > 12


def test_the_places_ticked_are_drawn_and_the_rest_of_the_choice_stays(browser_page: Any) -> None:
    the_study_with_its_demonstration()
    district = place("Bougouni")
    sign_in(browser_page, a_user(Role.VIEWER), f"/explorer/?unit={district.pk}&show=below&indicator=dtp3_coverage")
    ticks = browser_page.locator("[name=draw]")
    drawn = [tick.get_attribute("aria-label") for tick in ticks.all() if tick.is_checked()]
    ticks.first.uncheck()
    browser_page.locator("button[form=choose]").click()
    ticks = browser_page.locator("[name=draw]")
    assert [tick.get_attribute("aria-label") for tick in ticks.all() if tick.is_checked()] == drawn[1:]
    assert browser_page.locator("[name=indicator]").input_value() == "dtp3_coverage"


def test_the_map_is_walked_by_keyboard_and_each_area_opens_its_number(browser_page: Any) -> None:
    the_study_with_its_demonstration()
    sign_in(browser_page, a_user(Role.VIEWER), "/explorer/?view=map")
    assert fits(browser_page)
    areas = browser_page.locator("figure.map a:has(.map-area)")
    assert areas.count() == 56
    fills = {area.evaluate("area => getComputedStyle(area).fill") for area in areas.locator(".map-area").all()}
    assert 1 < len(fills) <= 5
    assert "rgb(0, 0, 0)" not in fills
    past_the_map = browser_page.locator(".skip-map a")
    past_the_map.focus()
    assert past_the_map.is_visible()
    browser_page.keyboard.press("Tab")
    name = browser_page.evaluate("document.activeElement.textContent").split(":")[0].strip()
    browser_page.keyboard.press("Enter")
    browser_page.wait_for_url("**/nombres/**")
    assert name in browser_page.locator("main").inner_text()
