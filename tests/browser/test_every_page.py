"""Every page as an evaluation lead meets it on a phone: nothing to push sideways, little to load, no other host."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from indicators.accounts.roles import Role
from research.models import Observation, StockOut, StockReport, SupervisionVisit
from tests.browser.scene import fits, french, place, sign_in, the_study_with_its_demonstration
from tests.builders import a_user
from tests.ops.test_urls import PUBLIC, SIGNED_IN

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HEAVIEST = 100_000  # bytes on the wire, with everything that the page loads by itself
# Who is signed in is led from the login page to the dashboard; downloads are files.
FILES = {
    f"{page}-{kind}" for page in ("explorer", "denominators", "indicator-rivals", "quality") for kind in ("csv", "xlsx")
}
# Pages of one import are met with an import of each kind (tests/imports).
OF_AN_IMPORT = {
    f"import-{name}"
    for name in ("list-csv", "problems-csv", "detail", "mapping", "mapping-change", "commit", "drop", "undo", "name")
}
NO_PAGES = {"logout", "health", "login", "dhis2-pull", "token-revoke", *FILES, *OF_AN_IMPORT}


def pages() -> dict[str, str]:
    """Name of the route → the address of its fullest page; the grid of stock stands beside the choice of a month."""
    site = place("Pelengana Nord").pk
    visit = SupervisionVisit.objects.filter(site=site, answers__isnull=False).first()
    report = StockReport.objects.filter(site=site).first()
    stock_out = StockOut.objects.first()
    observation = Observation.objects.filter(site=site).first()
    assert visit
    assert report
    assert stock_out
    assert observation
    values: dict[str, dict[str, Any]] = {
        "evaluation-detail": {"code": "coach2pev"},
        "indicator-detail": {"code": "dtp1_coverage"},
        "number-detail": {"code": "dtp1_coverage", "unit": site, "period": "2025Q2"},
        "quality-flags": {"rule": "over_100"},
        "question-detail": {"number": 8},
        "site-detail": {"pk": site},
        "visit-detail": {"pk": visit.pk},
        "visit-edit": {"pk": visit.pk},
        "stock-detail": {"pk": report.pk},
        "stock-out-edit": {"pk": stock_out.pk},
        "observation-detail": {"pk": observation.pk},
        "observation-edit": {"pk": observation.pk},
    }
    found = {name: reverse(name, kwargs=values.get(name, {})) for name in (PUBLIC | SIGNED_IN) - NO_PAGES}
    for view in ("trend", "control"):
        found[f"explorer-{view}"] = f"{reverse('explorer')}?view={view}&show=below"
    found["explorer-map"] = f"{reverse('explorer')}?view=map"
    found["medexis"] = reverse("evaluation-detail", args=["medexis"])
    found["stock-grid"] = f"{reverse('stock-entry')}?site={site}&mois=202506"
    found["observations-found"] = f"{reverse('observation-list')}?evaluation=coach2pev"
    return found


def test_every_page_fits_a_phone_and_weighs_little(browser_page: Any) -> None:
    the_study_with_its_demonstration()
    page, lengths = browser_page, {}
    sign_in(page, a_user(Role.LEAD, Role.ADMINISTRATOR))  # administrator besides, so that the style guide opens
    # What the server sent, whether or not the browser's cache had it: a first visit pays for all of it.
    page.on("response", lambda got: lengths.update({got.url: int(got.headers["content-length"])}))
    too_wide: list[str] = []
    too_heavy: dict[str, int] = {}
    for name, address in sorted(pages().items()):
        lengths.clear()
        answer = page.goto(address)
        assert (answer.status, answer.headers.get("content-encoding")) == (200, "gzip"), name
        assert len(lengths) > 3, "style, scripts and drawings count too"
        assert not any("plotly" in url for url in lengths), name
        page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
        too_wide += [] if fits(page) else [name]
        too_heavy |= {name: sum(lengths.values())} if sum(lengths.values()) > HEAVIEST else {}
    assert (too_wide, too_heavy) == ([], {})


def test_explore_loads_plotly_once_and_draws(browser_page: Any) -> None:
    the_study_with_its_demonstration()
    page, loaded = browser_page, []
    page.on("request", lambda request: loaded.append(request.url) if "plotly" in request.url else None)
    page.goto("/evaluations/medexis/")
    chart = page.locator("figure.chart").first
    expect(chart.locator("svg").first).to_be_visible()  # drawn by the server, and readable as it is
    assert not loaded
    chart.get_by_role("button", name=french("Explore")).click()
    expect(chart.locator(".plotly-slot .main-svg").first).to_be_visible()
    assert chart.locator(".plotly-slot .scatterlayer .trace").count() > 0
    assert len(loaded) == 2  # the program and its French words
    assert fits(page)
