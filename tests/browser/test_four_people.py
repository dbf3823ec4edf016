"""The four people of the product, once each, on a phone and in French: researcher, clerk, administrator, stranger."""

import re
from typing import Any

import pytest
from django.utils import translation
from playwright.sync_api import expect

from indicators.accounts.roles import Role
from indicators.models import OrgUnitAlias
from research.models import ChecklistItem, EvaluationQuestion, LearningQuestion, Observation, Product
from tests.browser.scene import fits, follow, french, place, sign_in, the_study_with_its_demonstration
from tests.builders import a_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NO_CHOICE = re.compile("^Choisir un site$")


def test_a_researcher_logs_an_observation_and_meets_it_on_the_progress_page(browser_page: Any) -> None:
    the_study_with_its_demonstration()
    page, site = browser_page, place("Pelengana Nord")
    question = EvaluationQuestion.objects.get(evaluation__code="coach2pev")
    learning = LearningQuestion.objects.get(number=5)
    sign_in(page, a_user(Role.RESEARCHER))
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.get_by_role("link", name=french("Administration"), exact=True)).to_have_count(0)
    follow(page, "Observations")
    page.get_by_role("link", name=french("Log an observation")).first.click()
    assert fits(page)
    with translation.override("fr"):
        expect(page.get_by_label(french("Site"))).to_contain_text(site.name)
        expect(page.locator("[name=evaluation_question]")).to_contain_text(question.text)
        expect(page.locator("[name=learning_question]")).to_contain_text(str(learning))
    page.locator("[name=site]").select_option(label="Pelengana Nord")
    page.locator("[name=observed_on]").fill("2025-11-20")
    page.locator("[name=evaluation_question]").select_option(str(question.pk))
    page.locator("[name=learning_question]").select_option(str(learning.pk))
    page.get_by_label(french("What was seen")).fill("Le plan d’amélioration est affiché près du frigo.")
    page.locator("[name=kind]").select_option("interview")
    page.locator("[name=quotes-0-text]").fill("An bɛ baara kɛ ɲɔgɔn fɛ.")
    page.locator("[name=quotes-0-language]").select_option("bm")
    page.locator("[name=quotes-0-informant_role]").fill("Agente vaccinatrice")
    page.get_by_role("button", name=french("Submit"), exact=True).click()
    expect(page.get_by_text(french("The observation is saved."))).to_be_visible()
    page.locator("main").get_by_role("link", name=re.compile("Coach2PEV")).first.click()
    expect(page).to_have_url(re.compile("/evaluations/coach2pev/$"))
    evidence = page.locator("section[aria-labelledby=evidence]")
    expect(evidence.get_by_text("Le plan d’amélioration est affiché près du frigo.")).to_be_visible()
    expect(evidence.get_by_text("An bɛ baara kɛ ɲɔgɔn fɛ.")).to_be_visible()
    row = Observation.objects.get(demonstration=False)
    assert (row.site, row.evaluation_question, row.learning_question) == (site, question, learning)


def visits_done(page: Any, name: str) -> int:
    """What the card of the site says on the progress page of Coach2PEV: «2 sur 5» is 2."""
    page.goto("/evaluations/coach2pev/")
    card = page.locator("article.card").filter(has=page.get_by_role("heading", name=name))
    return int(card.locator(".progress b").inner_text())


def test_a_clerk_enters_a_visit_and_a_month_of_stock_of_their_own_district(browser_page: Any) -> None:
    the_study_with_its_demonstration()
    page = browser_page
    sign_in(page, a_user(Role.CLERK, districts=[place("Ségou")]))
    before = visits_done(page, "Cinzana Gare")
    follow(page, "Visits")
    page.get_by_role("link", name=french("Record a visit")).first.click()
    expect(page.locator("[name=site] option")).to_have_text([NO_CHOICE, "Pelengana Nord", "Cinzana Gare"])
    page.locator("[name=site]").select_option(label="Cinzana Gare")
    page.locator("[name=done_on]").fill("2025-12-10")
    page.locator("[name=coachees]").fill("3")
    items = {item.code: item for item in ChecklistItem.objects.all()}
    for code, answer in (("calendrier", "yes"), ("cles", "partial"), ("injection", "no"), ("temperature", "na")):
        page.locator(f"[name=item-{items[code].pk}][value={answer}]").check()
    assert fits(page)
    page.get_by_role("button", name=french("Save"), exact=True).click()
    # Yes of 1, partly of 2, no of 2; what does not apply or was not answered counts nowhere.
    score = french("%(points)s of %(possible)s points") % {"points": 2, "possible": 5}
    expect(page.locator("section[aria-labelledby=checklist] b").first).to_contain_text(score)
    assert visits_done(page, "Cinzana Gare") == before + 1

    follow(page, "Stock")
    page.get_by_role("link", name=french("Enter a month of stock")).first.click()
    expect(page.locator("[name=site] option")).to_have_text([NO_CHOICE, "Pelengana Nord", "Cinzana Gare"])
    page.locator("[name=site]").select_option(label="Cinzana Gare")
    page.get_by_role("button", name=french("Open the grid")).click()
    penta = Product.objects.get(key="penta").pk
    numbers = {"opening": 120, "received": 60, "issued": 90, "lost": 0, "closing": 90, "days_out": 4}
    for name, number in numbers.items():
        page.locator(f"[name='{penta}-{name}']").fill(str(number))
    assert fits(page)
    page.get_by_role("button", name=french("Save the month")).click()
    expect(page.get_by_text(french("The month is saved."))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^Penta"))).to_contain_text("120")
    elsewhere = place("Boura").pk
    assert page.goto(f"/stocks/saisie/?site={elsewhere}&mois=202509").status == 404


def test_an_administrator_corrects_reference_data_and_reads_no_observation(browser_page: Any) -> None:
    the_study_with_its_demonstration()
    page, alias = browser_page, OrgUnitAlias.objects.get(name="N'Debougou")
    admin = a_user(Role.ADMINISTRATOR, is_staff=True)
    sign_in(page, admin, "/admin/")
    expect(page.locator("#site-name")).to_contain_text(french("Administration"))
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("#content a[href*=observation]")).to_have_count(0)
    page.goto("/admin/indicators/orgunitalias/")
    page.locator("[name=q]").fill("debougou")
    page.locator("[name=q]").press("Enter")
    page.locator("#result_list").get_by_role("link", name="N'Debougou").click()
    page.locator("[name=name]").fill("N’Débougou")
    page.locator("[name=_save]").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    page.goto(f"/admin/indicators/orgunitalias/{alias.pk}/history/")
    expect(page.locator("#change-history")).to_contain_text("N'Debougou")
    expect(page.locator("#change-history")).to_contain_text("N’Débougou")
    expect(page.locator("#change-history")).to_contain_text(admin.username)
    for closed in ("/admin/research/observation/", "/observations/"):
        assert page.goto(closed).status == 403, closed


def test_a_stranger_reads_the_progress_and_nothing_else(browser_page: Any) -> None:
    the_study_with_its_demonstration()
    page = browser_page
    page.goto("/")
    expect(page.get_by_role("heading", name=french("The two innovations"))).to_be_visible()
    expect(page.locator("figure.chart")).to_have_count(0)  # the numbers are for those who sign in
    for name in ("Coach2PEV", "Medexis"):
        page.goto("/")
        page.locator("main").get_by_role("link", name=name, exact=True).click()
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        expect(page.locator("figure.chart")).to_be_visible()
        expect(page.get_by_role("heading", name="Pelengana Nord").first).to_be_visible()
        # Boura and Karangana lie in a district in conflict.
        assert not re.search("Boura|Karangana", page.content())
        expect(page.get_by_role("heading", name=re.compile(r"Site 3 \(Yorosso\)")).first).to_be_visible()
        assert fits(page)
        page.get_by_role("button", name="English", exact=True).click()
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.get_by_role("heading", name="Evidence so far")).to_be_visible()
        assert not re.search("Boura|Karangana", page.content())
        page.get_by_role("button", name="Français", exact=True).click()
        expect(page.get_by_role("heading", name=french("Evidence so far"))).to_be_visible()
    unit = place("Boura").pk
    for closed in ("/sites/", f"/sites/{unit}/", "/observations/", "/visites/", "/stocks/", "/questions/", "/imports/"):
        page.goto(closed)
        expect(page).to_have_url(re.compile("/connexion/"))
        expect(page.locator("[name=password]")).to_be_visible()
    assert fits(page)
