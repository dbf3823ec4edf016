"""A month of stock is typed, pasted and carried over in a browser; it says there what the server says."""

import random
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import expect

from indicators.periods import Period
from research.medexis.formulas.balance import LOSS_REASONS, Flag, Line, difference, expected_closing, flags
from research.medexis.models import StockLine
from research.medexis.reports.queries import QUANTITIES, CheckedLine
from research.medexis.reports.questions import question
from tests.browser.scene import fits, sign_in
from tests.builders import a_clerk_of, a_followed_site, a_product, a_stock_report, the_process_elements

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MONTH = Period.parse("202509")

CHECK = """lines => lines.map(line => {
  const body = document.querySelector("[data-stock-grid] tbody");
  for (const [name, value] of Object.entries(line)) body.querySelector(`[data-c=${name}] input`).value = value ?? "";
  body.querySelector("input").dispatchEvent(new Event("input", {bubbles: true}));
  return [...body.querySelectorAll("[data-flag]")].map(item => item.textContent);
})"""
PASTE = """([name, text]) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const cell = document.querySelector(`[name='${name}']`);
  cell.focus();
  cell.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}"""


def the_grid(page: Any, closing: int | None = None, products: int = 2) -> tuple[list[int], Any]:
    """Opens September 2025 of a site as its clerk; in August the first product closed with `closing`."""
    the_process_elements()
    rows = [a_product() for _n in range(products)]
    site = a_followed_site("medexis").unit
    if closing is not None:
        StockLine.objects.create(report=a_stock_report("202508", site=site), product=rows[0], closing=closing)
    clerk = a_clerk_of(site)
    sign_in(page, clerk)
    page.goto(f"{reverse('stock-entry')}?site={site.pk}&mois=202509")
    return [row.pk for row in rows], clerk


def cell(page: Any, product: int, name: str) -> Any:
    return page.locator(f"[name='{product}-{name}']")


def lines_to_check() -> list[Line]:
    dice, few = random.Random(11), [None, 0, 0, 1, 2, 3, 1500]
    found = []
    for number in range(400):
        typed = {name: dice.choice(few) for name in QUANTITIES} | {"adjustment": dice.choice([None, -2, 0, 0, 1499])}
        if number % 2:
            typed |= dict.fromkeys(LOSS_REASONS)
        found.append(Line(**typed | {"days_out": dice.choice([None, 0, 0, 2, 30, 31, 300])}))
    return found


def test_the_browser_asks_what_the_server_asks_in_the_same_words(browser_page: Any) -> None:
    product, _clerk = the_grid(browser_page, closing=2, products=1)
    lines = lines_to_check()
    asked = browser_page.evaluate(CHECK, [{name: getattr(line, name) for name in QUANTITIES} for line in lines])
    met = set()
    with translation.override("fr"):
        for line, sentences in zip(lines, asked, strict=True):
            raised = [flag for flag in flags(line, closing_before=2, days=MONTH.days) if flag is not Flag.INCOMPLETE]
            met |= set(raised)
            checked = CheckedLine(product, line, expected_closing(line), difference(line), 2, ())  # type: ignore[arg-type]
            assert sentences == [question(flag, checked) for flag in raised], line
    assert met == set(Flag) - {Flag.INCOMPLETE}


def test_the_last_closing_is_carried_over_when_asked_and_marked(browser_page: Any) -> None:
    page = browser_page
    (first, second), _clerk = the_grid(page, closing=1234)
    mark = page.locator("[data-carried]")
    expect(mark).to_be_hidden()
    page.locator("[data-carry]").click()
    expect(cell(page, first, "opening")).to_have_value("1234")
    expect(cell(page, second, "opening")).to_have_value("")
    expect(mark).to_be_visible()
    cell(page, first, "opening").fill("1200")
    expect(mark).to_be_hidden()
    expect(page.locator("[data-flag=opening_differs]")).to_be_visible()
    page.locator("[data-carry]").click()
    expect(cell(page, first, "opening")).to_have_value("1200")  # what was typed stays
    assert fits(page)


def test_a_block_of_a_spreadsheet_is_pasted_told_and_undone(browser_page: Any) -> None:
    page = browser_page
    (first, second), _clerk = the_grid(page)
    cell(page, first, "received").fill("7")
    page.evaluate(PASTE, [f"{first}-received", "1\u202f000\t60\tsoixante\r\n5\t\t3\r\n9\t9\t9\r\n"])
    values = [cell(page, product, name).input_value() for product in (first, second) for name in QUANTITIES[1:4]]
    assert values == ["1000", "60", "soixante", "5", "", "3"]
    assert cell(page, first, "administered").get_attribute("aria-invalid") == "true"
    told = page.locator("[data-pasted]")
    with translation.override("fr"):
        for word in ("6", "1", "3"):
            expect(told).to_contain_text(word)
    assert fits(page)
    told.locator("button").click()
    values = [cell(page, product, name).input_value() for product in (first, second) for name in QUANTITIES[1:4]]
    assert values == ["7", "", "", "", "", ""]
    page.evaluate(PASTE, [f"{first}-opening", "\t".join(str(number) for number in range(1, 15))])
    assert [cell(page, first, name).input_value() for name in QUANTITIES] == [str(number) for number in range(1, 15)]
    page.evaluate(PASTE, [f"{second}-lost_expired", "1\t2"])
    assert [cell(page, second, name).input_value() for name in LOSS_REASONS[:3]] == ["1", "2", ""]
    page.evaluate(PASTE, [f"{second}-opening", "5"])  # one number is the browser's own business
    expect(told).to_contain_text("2")


def test_a_month_is_typed_with_the_keyboard_and_outlives_the_session(browser_page: Any) -> None:
    page = browser_page
    page.set_viewport_size({"width": 1280, "height": 800})
    (first, second), clerk = the_grid(page)
    address = page.url
    cell(page, first, "opening").focus()
    page.keyboard.type("10")
    page.keyboard.press("Enter")
    page.keyboard.type("20")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("5")
    page.keyboard.press("Tab")
    page.keyboard.type("16")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("2")
    typed = [[cell(page, one, name).input_value() for name in QUANTITIES[:3]] for one in (first, second)]
    assert typed == [["10", "5", "16"], ["20", "", "2"]]
    expect(page.locator("[data-flag=used_more_than_there_was]")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= 1280")
    assert page.locator(".stock-grid").evaluate("box => box.scrollWidth <= box.clientWidth")
    page.context.clear_cookies()
    page.locator("main form[data-draft] button[type=submit]").click()
    assert not StockLine.objects.exists()
    sign_in(page, clerk)
    page.goto(address)
    page.locator("[data-draft-restore]").click()
    expect(cell(page, first, "issued")).to_have_value("16")
    expect(page.locator("[data-flag=used_more_than_there_was]")).to_have_count(1)
    page.locator("main form[data-draft] button[type=submit]").click()
    expect(page.locator("#questions")).to_be_visible()
    line = StockLine.objects.get(product=first)
    assert (line.opening, line.received, line.issued, line.closing) == (10, 5, 16, None)
    page.goto(address)
    expect(page.locator("[data-draft-found]")).to_be_hidden()
