"""A clerk and a researcher with a phone: the network goes, the forms stay, and each record arrives once."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.servers.basehttp import WSGIRequestHandler
from django.urls import reverse
from playwright.sync_api import expect

from indicators.accounts.models import User
from research.models import ChecklistAnswer, Observation, OfflineReceipt, StockLine, StockReport, SupervisionVisit
from tests.browser.scene import fits, sign_in
from tests.builders import a_clerk_of, a_followed_site, a_visit, an_observation, the_process_elements
from tests.coach2pev.visit_scene import a_begun_visit, a_full_checklist
from tests.conftest import wait_until
from tests.offline.scene import OBSERVATION, a_stock_clerk, an_observer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CANARY = "canari jaune du puits"
KEPT = """async (path) => {
  await navigator.serviceWorker.ready;
  for (const name of await caches.keys()) {
    if (name.startsWith("capev-pages-") && await (await caches.open(name)).match(path)) return true;
  }
  return false;
}"""
EVERYTHING = """async () => {
  const found = [JSON.stringify({...localStorage}), JSON.stringify({...sessionStorage})];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) found.push(await (await cache.match(request)).text());
  }
  for (const {name} of await indexedDB.databases()) {
    const asked = indexedDB.open(name);
    const base = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
    for (const store of base.objectStoreNames) found.push(JSON.stringify(await new Promise((done) => {
      const asked = base.transaction(store).objectStore(store).getAll();
      asked.onsuccess = () => done(asked.result);
    })));
    base.close();
  }
  return found.join("\\n");
}"""
COUNT = """async () => {
  const opening = indexedDB.open("capev-queue");
  const base = await new Promise((done) => { opening.onsuccess = () => done(opening.result); });
  const rows = await new Promise((done) => {
    const asked = base.transaction("records").objectStore("records").getAll();
    asked.onsuccess = () => done(asked.result);
  });
  base.close();
  return rows.length;
}"""


def opened(page: Any, address: str) -> None:
    """Opens an entry form with a network and waits until the device has kept it."""
    page.goto(address)
    is_kept(page, address)


def is_kept(page: Any, address: str) -> None:
    wait_until(lambda: page.evaluate(KEPT, address), what=f"{address} kept")


AWAY = threading.Event()


@pytest.fixture(autouse=True)
def a_network_that_can_be_cut(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """While `AWAY` is set the server hangs up on whoever asks. Chromium's own switch forgets a service worker that was
    started anew since."""
    parse = WSGIRequestHandler.parse_request

    def parse_request(self: WSGIRequestHandler) -> bool:
        if parse(self) and not AWAY.is_set():
            return True
        self.close_connection = True
        return False

    monkeypatch.setattr(WSGIRequestHandler, "parse_request", parse_request)
    yield
    AWAY.clear()


def cut(page: Any) -> None:
    AWAY.set()
    page.context.set_offline(True)


def back(page: Any) -> None:
    AWAY.clear()
    page.context.set_offline(False)


def waits(page: Any, count: int = 1) -> None:
    """The page of what waits lists so many records."""
    page.wait_for_url("**/hors-ligne/**")
    expect(page.locator("[data-offline-waiting] li")).to_have_count(count)
    assert fits(page)


def received(page: Any, count: int = 1) -> None:
    expect(page.locator("[data-offline-receipts] li")).to_have_count(count, timeout=15_000)
    expect(page.locator("[data-offline-waiting]")).to_be_hidden()
    for receipt in OfflineReceipt.objects.all():
        expect(page.locator("[data-offline-receipts] .tag-ok", has_text=str(receipt.pk)).first).to_be_visible()
    assert page.evaluate(COUNT) == 0


def the_grid(page: Any) -> tuple[User, str, Any]:
    the_process_elements()
    clerk, site, product = a_stock_clerk()
    sign_in(page, clerk)
    address = f"{reverse('stock-entry')}?site={site.pk}&mois=202509"
    opened(page, address)
    return clerk, address, product


def save_month(page: Any, product: Any, closing: str = "7") -> None:
    page.locator("[name=received_on]").fill("2025-10-02")
    page.locator(f"[name='{product.pk}-closing']").fill(closing)
    page.locator("form[data-offline-form] .form-actions [type=submit]").click()


def test_a_month_of_stock_is_typed_without_a_network_and_arrives_with_a_receipt(browser_page: Any) -> None:
    page = browser_page
    clerk, address, product = the_grid(page)
    cut(page)
    page.goto(address)  # opened anew without a network
    expect(page.locator("[data-offline-said]")).not_to_be_empty()
    title = page.title().split(" · CAPEV")[0]
    save_month(page, product)
    waits(page)
    expect(page.locator("[data-offline-waiting] li b")).to_have_text(title)  # which of several
    assert not StockReport.objects.exists()
    assert page.evaluate("Object.keys(sessionStorage).length") == 0
    page.reload()
    waits(page)
    back(page)
    received(page)
    line = StockLine.objects.select_related("report").get()
    assert (line.closing, line.report.created_by) == (7, clerk)
    page.locator("[data-offline-receipts] a").click()
    page.wait_for_url(f"**{reverse('stock-detail', args=[line.report_id])}")


def test_an_observation_leaves_nothing_of_its_text_on_the_device(browser_page: Any) -> None:
    page = browser_page
    researcher, fields = an_observer()
    sign_in(page, researcher)
    opened(page, OBSERVATION)
    cut(page)
    page.goto(OBSERVATION)
    for name in ("site", "evaluation_question", "kind", "consent"):
        page.locator(f"[name={name}]").select_option(str(fields[name]))
    page.locator("[name=observed_on]").fill("2025-09-15")
    page.locator("[name=seen]").fill(CANARY)
    page.locator("main form.form button[value=submit]").click()
    waits(page)
    assert CANARY in page.evaluate(EVERYTHING)
    back(page)
    received(page)
    row = Observation.objects.get()
    assert (row.seen, row.state, row.created_by) == (CANARY, "submitted", researcher)
    assert CANARY not in page.evaluate(EVERYTHING)


def test_what_is_on_record_is_never_kept_on_the_device(browser_page: Any) -> None:
    page = browser_page
    researcher, _fields = an_observer()
    row = an_observation(created_by=researcher, seen=CANARY, sensitivity="restricted", state="draft")
    sign_in(page, researcher)
    opened(page, OBSERVATION)
    page.reload()  # from here on the worker sees every page
    addresses = [reverse(f"observation-{name}", args=[row.pk]) for name in ("detail", "edit")]
    for address in [*addresses, reverse("observation-list")]:
        page.goto(address)
        assert CANARY in page.content()
    page.goto(OBSERVATION)
    assert CANARY not in page.evaluate(EVERYTHING)
    cut(page)
    page.goto(addresses[0])
    expect(page.locator("[data-offline-queue]")).to_be_visible()


def test_a_quote_is_never_kept_and_its_form_says_so(browser_page: Any) -> None:
    page = browser_page
    researcher, fields = an_observer()
    sign_in(page, researcher)
    opened(page, OBSERVATION)
    cut(page)
    page.goto(OBSERVATION)
    for name in ("site", "evaluation_question", "kind"):
        page.locator(f"[name={name}]").select_option(str(fields[name]))
    page.locator("[name=quotes-0-text]").fill(CANARY)
    page.locator("main form.form button[value=submit]").click()
    page.wait_for_url("**/hors-ligne/?refuse=1")
    expect(page.locator("[data-offline-told]")).to_be_visible()
    assert page.evaluate(COUNT) == 0
    page.go_back()
    if page.locator("[name=quotes-0-text]").input_value() == "":
        page.locator("[data-draft-restore]").click()
    expect(page.locator("[name=quotes-0-text]")).to_have_value(CANARY)


def test_a_planned_visit_is_recorded_without_a_network(browser_page: Any) -> None:
    page = browser_page
    the_process_elements()
    site = a_followed_site().unit
    planned = a_visit(site=site, state="planned", planned_on="2025-09-10", done_on=None)
    clerk = a_clerk_of(site)
    sign_in(page, clerk)
    opened(page, f"{reverse('visit-edit', args=[planned.pk])}?etat=done")
    cut(page)
    page.reload()
    page.locator("[name=done_on]").fill("2025-09-12")
    page.locator("[name=coachees]").fill("4")
    page.locator("form[data-offline-form] .form-actions [type=submit]").click()
    waits(page)
    back(page)
    received(page)
    visit = SupervisionVisit.objects.get()
    assert (visit.state, visit.coachees, str(visit.done_on)) == ("done", 4, "2025-09-12")


def test_a_visit_is_filled_in_after_its_pages_were_opened_anew_without_a_network(browser_page: Any) -> None:
    page = browser_page
    the_process_elements()
    visit = a_begun_visit(a_full_checklist())
    assert visit.checklist
    names = {item.code: f"item-{item.pk}" for item in visit.checklist.items.all()}
    sign_in(page, a_clerk_of(visit.site))
    cold, outreach = (reverse("visit-section", args=[visit.pk, code]) for code in ("s1", "outreach"))
    opened(page, reverse("visit-fill", args=[visit.pk]))
    page.reload()
    for address in (cold, outreach):  # loaded ahead
        is_kept(page, address)
    cut(page)
    page.goto(cold)
    page.locator(f"[name={names['fridge']}][value=no]").check()
    page.reload()
    expect(page.locator(f"[name={names['fridge']}][value=no]")).to_be_checked()
    page.locator(f"[name={names['power']}][value=grid]").check()
    page.locator("form[data-fill] button:not([name])[type=submit]").click()
    page.wait_for_url(f"**{outreach}")
    page.locator(f"[name={names['session']}][value=yes]").check()
    expect(page.locator("[data-offline-said]")).not_to_be_empty()
    assert not ChecklistAnswer.objects.exists()
    back(page)
    wait_until(lambda: ChecklistAnswer.objects.count() == 3, what="the answers on the server")


def test_an_answer_that_was_lost_makes_no_second_record(browser_page: Any) -> None:
    page = browser_page
    _clerk, _address, product = the_grid(page)
    page.reload()  # the worker looks after this page now
    cut(page)
    save_month(page, product)
    waits(page)
    lost: list[int] = []

    def lose(route: Any) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch().status)  # the server has it; the browser never hears of it
            route.abort()
        else:
            route.continue_()

    page.route("**/envois/", lose)
    back(page)
    received(page)
    assert lost == [201]
    assert StockReport.objects.count() == OfflineReceipt.objects.count() == 1


def test_what_waits_outlives_the_session(browser_page: Any) -> None:
    page = browser_page
    clerk, _address, product = the_grid(page)
    page.reload()
    cut(page)
    save_month(page, product)
    waits(page)
    page.context.clear_cookies()
    back(page)
    sign = page.locator("[data-offline-sign-in] a")
    expect(sign).to_be_visible(timeout=15_000)
    assert page.evaluate(COUNT) == 1
    assert not StockReport.objects.exists()
    sign.click()
    page.locator("[name=username]").fill(clerk.username)
    page.locator("[name=password]").fill("a long test password")
    page.locator("main form [type=submit]").click()
    received(page)
    assert StockReport.objects.get().created_by == clerk


def test_a_lost_district_asks_for_help_and_writes_nothing(browser_page: Any) -> None:
    page = browser_page
    clerk, _address, product = the_grid(page)
    page.reload()
    cut(page)
    save_month(page, product)
    waits(page)
    districts = list(clerk.districts.all())
    clerk.districts.clear()
    back(page)
    item = page.locator("[data-offline-waiting] li")
    expect(item.locator(".flag-error")).to_be_visible(timeout=15_000)
    assert not StockReport.objects.exists()
    assert page.evaluate(COUNT) == 1
    clerk.districts.set(districts)
    item.locator("button").nth(1).click()
    received(page)
    assert StockReport.objects.count() == 1


def test_what_the_server_refuses_opens_in_its_form_with_what_was_typed(browser_page: Any) -> None:
    page = browser_page
    _clerk, _address, product = the_grid(page)
    page.reload()
    cut(page)
    save_month(page, product, "12 abc")
    waits(page)
    back(page)
    item = page.locator("[data-offline-waiting] li")
    expect(item.locator(".flag-error")).to_be_visible(timeout=15_000)
    item.locator("button").first.click()
    cell = page.locator(f"[name='{product.pk}-closing']")
    expect(cell).to_have_value("12 abc")
    cell.fill("12")
    page.locator("form[data-offline-form] .form-actions [type=submit]").click()
    page.wait_for_url("**/stocks/*/**")
    assert StockLine.objects.get().closing == 12
    wait_until(lambda: page.evaluate(COUNT) == 0, what="nothing waits any more")


def test_two_tabs_send_each_record_once(browser_page: Any) -> None:
    page = browser_page
    _clerk, address, product = the_grid(page)
    other = page.context.new_page()
    other.goto(address)
    cut(page)
    page.goto(address)
    save_month(page, product)
    waits(page)
    other.goto("/hors-ligne/")
    sent: list[str] = []
    page.context.on("request", lambda one: sent.append(one.method) if one.url.endswith("/envois/") else None)
    back(page)
    received(page)
    received(other)
    assert sent.count("POST") == 1
    assert StockReport.objects.count() == 1


def test_signing_out_asks_and_takes_the_pages_away(browser_page: Any) -> None:
    page = browser_page
    clerk, address, product = the_grid(page)
    page.reload()
    page.route("**/envois/", lambda route: route.abort())
    cut(page)
    save_month(page, product)
    waits(page)
    back(page)
    page.goto("/")
    dialog = page.locator("[data-offline-leave]")
    page.locator("form[data-sign-out] button").click()
    expect(dialog).to_be_visible()
    assert fits(page)
    dialog.locator("button[value=stay]").click()
    expect(dialog).to_be_hidden()
    page.locator("form[data-sign-out] button").click()
    dialog.locator("button[value=keep]").click()
    expect(page.locator("form[data-sign-out]")).to_have_count(0)
    assert not page.evaluate(KEPT, address)
    assert page.evaluate(COUNT) == 1
    cut(page)
    page.goto(address)
    expect(page.locator(f"[name='{product.pk}-closing']")).to_have_count(0)
    expect(page.locator("[data-offline-stranger]")).to_be_visible()
    back(page)
    page.unroute("**/envois/")
    sign_in(page, clerk)
    wait_until(lambda: StockReport.objects.count() == 1, what="the record, after signing in again")


def test_a_page_kept_for_too_long_is_not_opened(browser_page: Any) -> None:
    page = browser_page
    _clerk, address, product = the_grid(page)
    page.evaluate(
        """async (path) => {
          const name = (await caches.keys()).find((one) => one.startsWith("capev-pages-"));
          const cache = await caches.open(name);
          const kept = await cache.match(path);
          const headers = new Headers(kept.headers);
          headers.set("X-Kept", new Date(Date.now() - 31 * 86400000).toISOString());
          await cache.put(path, new Response(await kept.text(), {headers}));
        }""",
        address,
    )
    cut(page)
    page.goto(address)
    expect(page.locator("[data-offline-queue]")).to_be_visible()
    expect(page.locator(f"[name='{product.pk}-closing']")).to_have_count(0)


def test_the_next_person_meets_neither_pages_nor_records(browser_page: Any) -> None:
    page = browser_page
    _clerk, address, product = the_grid(page)
    page.reload()
    cut(page)
    save_month(page, product)
    waits(page)
    page.context.clear_cookies()
    back(page)
    second, _site, _product = a_stock_clerk()
    sign_in(page, second)
    wait_until(lambda: not page.evaluate(KEPT, address), what="the pages of the first person gone")
    page.goto("/hors-ligne/")
    expect(page.locator("[data-offline-none]")).to_be_visible()
    assert page.evaluate(COUNT) == 1
    assert not StockReport.objects.exists()
