"""`make speed`: what pages weigh, how soon they show, and whether they move, in Chromium on a phone of 360 px.

`python -m tests.felt [--save]` starts a site of its own with the demonstration data, follows the links of the lead, the
clerk and a stranger to one address of each page, and opens each with nothing kept from before. Some pages are opened
once more over a line as slow as 2G. `--save` writes the first table and the heaviest pages into
docs/performance.md.

Each is also opened on a desk of 1280 px in the dark, in English, and looked at by axe-core: `make test` does so on a
phone in the light.

Exit code 1 when a page weighs more than `HEAVIEST`, shifts more than `SHIFT`, asks another host for anything, is wider
than the desk, or has something that axe-core finds wrong.
"""

import os
import re
import statistics
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, sync_playwright

from tests import chromium
from tests.browser.accessible import violations
from tests.screenshots import PHONE, Instance, instance, visitor

PERFORMANCE = Path(__file__).resolve().parent.parent / "docs/performance.md"
MARKS = ("<!-- felt: begin -->\n", "<!-- felt: end -->\n")
ACCOUNTS = ("lead", "clerk", "")
DESK = 1280
HEAVIEST = 100_000  # bytes over the wire at the first view
SHIFT = 0.1  # of the viewport, summed: beyond it readers notice (web.dev, "good" cumulative layout shift)
SLOW = {"offline": False, "latency": 800, "downloadThroughput": 280_000 / 8, "uploadThroughput": 256_000 / 8}
"""A 2G line: 800 ms there and back, 280 kbit/s down (WebPageTest's profile)."""
ON_SLOW = (
    "login",
    "home",
    "evaluation-detail",
    "observation-create",
    "visit-form",
    "stock-entry",
    "explorer",
    "question-list",
)
OF_STRANGERS = ("/connexion/", "/hors-ligne/")
NOT_PAGES = ("/static/", "/media/", "/admin/", "/api/", "/langue/", "/deconnexion/")
WATCH = """() => {
  window.__shift = 0
  const add = list => { for (const one of list.getEntries()) if (!one.hadRecentInput) window.__shift += one.value }
  new PerformanceObserver(add).observe({type: "layout-shift", buffered: true})
}"""
TOLD = """() => {
  const [page] = performance.getEntriesByType("navigation")
  const shown = performance.getEntriesByName("first-contentful-paint")[0]?.startTime || 0
  return {server: page.responseStart - page.requestStart, shown, whole: page.loadEventEnd, shift: window.__shift}
}"""


class Felt(NamedTuple):
    """A page: bytes over the wire, requests, milliseconds until the answer begins, something shows and all is there,
    and the share of the viewport that moved."""

    page: str
    account: str
    address: str
    bytes: int
    requests: int
    server: float
    shown: float
    whole: float
    shift: float
    elsewhere: list[str]


class Person(NamedTuple):
    """An account of the site (blank: a stranger) on a browser that is signed in."""

    browser: Browser
    site: Instance
    account: str
    kept: Any

    def page(self) -> Any:
        return self.browser.new_context(
            storage_state=self.kept, viewport={"width": PHONE, "height": 740}, base_url=self.site.address, locale="fr"
        ).new_page()


def person(browser: Browser, site: Instance, account: str) -> Person:
    first = visitor(browser, site, account, PHONE, "fr").context
    kept = first.storage_state()
    first.close()
    return Person(browser, site, account, kept)


def addresses(who: Person) -> dict[str, str]:
    """Page → one address of it, found by following links from the dashboard."""
    page, ahead = who.page(), ["/", *OF_STRANGERS]
    found: dict[str, str] = {}
    while ahead:
        address = ahead.pop(0)
        try:
            name = resolve(urlsplit(address).path).url_name or address
        except Resolver404:
            continue
        if name in found:
            continue
        answer = page.request.get(address, max_redirects=0)
        if answer.status == 200 and "text/html" in answer.headers.get("content-type", ""):
            found[name] = address
            ahead += _links(answer.text())
    page.context.close()
    return found


def _links(html: str) -> Iterator[str]:
    for link in re.findall(r'<a [^>]*href="(/[^"#]*)', html):
        if not link.startswith(NOT_PAGES):
            yield unescape(link)


def look(who: Person, name: str, address: str, *, slow: bool = False) -> Felt:
    """Opens the page with an empty cache."""
    page = who.page()
    devtools = page.context.new_cdp_session(page)
    weight: list[int] = []
    asked: list[str] = []
    devtools.on("Network.loadingFinished", lambda one: weight.append(one["encodedDataLength"]))
    devtools.on("Network.requestWillBeSent", lambda one: asked.append(one["request"]["url"]))
    devtools.send("Network.enable")
    devtools.send("Network.setBypassServiceWorker", {"bypass": True})
    if slow:
        devtools.send("Network.emulateNetworkConditions", SLOW)
    page.add_init_script(f"({WATCH})()")
    page.goto(address, wait_until="load", timeout=120_000)
    page.wait_for_timeout(300)
    told: dict[str, Any] = page.evaluate(TOLD)
    elsewhere = [url for url in asked if not url.startswith((who.site.address, "data:", "blob:"))]
    page.context.close()
    return Felt(name, who.account, address, sum(weight), len(weight), elsewhere=elsewhere, **told)


def barred(who: Person, address: str) -> list[str]:
    """What keeps people out of the page on a desk, in the dark and in English."""
    context = who.browser.new_context(
        storage_state=who.kept, viewport={"width": DESK, "height": 800}, base_url=who.site.address, color_scheme="dark"
    )
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": who.site.address}])
    page = context.new_page()
    page.goto(address)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    found = [f"{address}: {one}" for one in violations(page)] + [f"{address}: {wide} px too wide"] * (wide > 0)
    context.close()
    return found


def table(rows: list[Felt], most: int | None = None) -> str:
    """The heaviest first, `most` of them, and the medians of all."""
    lines = [
        "| page | as | KB over the wire | requests | answer begins: ms | something shows: ms | moved |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in sorted(rows, key=lambda row: (-row.bytes, row.page))[:most]:
        lines.append(
            f"| {row.page} | {row.account or 'stranger'} | {row.bytes / 1000:.1f} | {row.requests} | {row.server:.0f} |"
            f" {row.shown:.0f} | {row.shift:.3f} |"
        )
    middle = statistics.median
    lines.append(
        f"| **median of {len(rows)}** | | {middle(row.bytes for row in rows) / 1000:.1f} |"
        f" {middle(row.requests for row in rows):.0f} | {middle(row.server for row in rows):.0f} |"
        f" {middle(row.shown for row in rows):.0f} | {middle(row.shift for row in rows):.3f} |"
    )
    return "\n".join(lines) + "\n"


def slow_table(rows: list[Felt]) -> str:
    lines = [
        "| page over 2G, nothing kept | KB | something shows: s | all is there: s |",
        "| --- | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {row.page} | {row.bytes / 1000:.1f} | {row.shown / 1000:.1f} | {row.whole / 1000:.1f} |" for row in rows
    ]
    return "\n".join(lines) + "\n"


def save(text: str) -> None:
    page = PERFORMANCE.read_text()
    before, _begin, rest = page.partition(MARKS[0])
    _old, _end, after = rest.partition(MARKS[1])
    PERFORMANCE.write_text(f"{before}{MARKS[0]}{text}{MARKS[1]}{after}")


def main() -> int:
    os.environ.setdefault("SECRET_KEY", "only-for-measuring")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "capev_site.settings")
    os.environ["HTTPS"] = "0"  # as the site that is started: the names of cookies follow it
    django.setup()
    rows: list[Felt] = []
    slow: dict[str, Felt] = {}
    keeping_out: list[str] = []
    with instance() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.program(), args=chromium.ARGUMENTS)
        for account in ACCOUNTS:
            who, seen = person(browser, site, account), {row.page for row in rows}
            for name, address in addresses(who).items():
                if account and name in seen:
                    continue
                rows.append(look(who, name, address))
                keeping_out += barred(who, address)
                if name in ON_SLOW and name not in slow:
                    slow[name] = look(who, name, address, slow=True)
        browser.close()
    over_2g = slow_table([*slow.values()])
    print(over_2g, table(rows), sep="\n")
    if "--save" in sys.argv:
        save(f"{over_2g}\nThe twelve heaviest of {len(rows)} pages:\n\n{table(rows, 12)}")
    wrong = [row for row in rows if row.bytes > HEAVIEST or row.shift > SHIFT or row.elsewhere]
    for row in wrong:
        print(f"{row.address}: {row.bytes} bytes, moved {row.shift:.3f}, elsewhere {row.elsewhere}", file=sys.stderr)
    print(*keeping_out, sep="\n", file=sys.stderr)
    return bool(wrong or keeping_out)


if __name__ == "__main__":
    raise SystemExit(main())
