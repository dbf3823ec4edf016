"""A researcher with a phone: the session ends while they write, and nothing is lost."""

from typing import Any

import pytest
from playwright.sync_api import expect

from indicators.accounts.roles import Role
from research.models import Observation
from tests.builders import a_study_site, a_user, an_evaluation_question

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page: Any, name: str) -> None:
    page.locator("[name=username]").fill(name)
    page.locator("[name=password]").fill("a long test password")
    page.locator("main form button[type=submit]").click()


def test_a_text_outlives_the_session_and_is_forgotten_once_it_is_sent(browser_page: Any) -> None:
    page, researcher = browser_page, a_user(Role.RESEARCHER)
    site, question = a_study_site("Kologo").unit, an_evaluation_question()
    page.goto("/observations/nouvelle/")
    sign_in(page, researcher.username)
    page.locator("[name=site]").select_option(str(site.pk))
    page.locator("[name=evaluation_question]").select_option(str(question.pk))
    page.locator("[name=kind]").select_option("interview")
    page.locator("[data-quote-add]").click()
    page.locator("[name=quotes-1-text]").fill("Sira ka jan")
    page.locator("[name=quotes-1-language]").select_option("bm")
    page.locator("[name=quotes-1-informant_role]").fill("relais")
    page.locator("[name=seen]").fill("Sɛgu: séance annulée")
    page.context.clear_cookies()
    page.locator("main form.form button[value=submit]").click()
    expect(page.locator("[name=seen]")).to_have_count(0)  # refused: nobody is signed in
    page.goto("/observations/nouvelle/")
    sign_in(page, researcher.username)
    expect(page.locator("[name=seen]")).to_have_value("")
    page.locator("[data-draft-restore]").click()
    expect(page.locator("[name=seen]")).to_have_value("Sɛgu: séance annulée")
    page.locator("main form.form button[value=submit]").click()
    expect(page.locator("[data-draft-sent]")).to_be_visible()
    row = Observation.objects.get()
    assert [quote.text for quote in row.quotes.all()] == ["Sira ka jan"]
    assert (row.seen, row.site, row.created_by) == ("Sɛgu: séance annulée", site, researcher)
    page.goto("/observations/nouvelle/")
    expect(page.locator("[data-draft-found]")).to_be_hidden()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_a_draft_goes_to_the_server_by_itself_and_the_form_goes_on_from_it(browser_page: Any) -> None:
    page, researcher = browser_page, a_user(Role.RESEARCHER)
    site, question = a_study_site("Kologo").unit, an_evaluation_question()
    page.goto("/observations/nouvelle/")
    sign_in(page, researcher.username)
    page.locator("[name=kind]").select_option("interview")
    page.locator("[name=seen]").fill("Séance annulée")
    told = page.locator("[data-autosave-said]")
    expect(told).to_have_text(told.get_attribute("data-refused"), timeout=10_000)  # the site is missing
    page.locator("[name=site]").select_option(str(site.pk))
    page.locator("[name=evaluation_question]").select_option(str(question.pk))
    page.locator("[name=quotes-0-text]").fill("Sira ka jan")
    page.locator("[name=quotes-0-language]").select_option("bm")
    page.locator("[name=quotes-0-informant_role]").fill("relais")
    expect(page.locator("[name=quotes-0-key]")).not_to_have_value("", timeout=10_000)
    row = Observation.objects.get()
    said = row.quotes.get()
    assert (row.state, row.site, row.version, said.text) == ("draft", site, 1, "Sira ka jan")
    assert page.url.endswith(f"/observations/{row.pk}/modifier/")
    page.context.set_offline(True)
    page.locator("[name=seen]").fill("Séance annulée, reportée")
    expect(told).to_have_text(told.get_attribute("data-waiting"), timeout=10_000)
    page.context.set_offline(False)
    expect(page.locator("[name=version]")).to_have_value("2", timeout=10_000)
    page.locator("[name=seen]").fill("Séance annulée et reportée")
    page.locator("main form.form button[value=submit]").click()
    expect(page.locator("[data-draft-sent]")).to_be_visible()
    row.refresh_from_db()
    assert (row.state, row.seen, row.quotes.get().pk) == ("submitted", "Séance annulée et reportée", said.pk)
    assert page.evaluate("sessionStorage.length") == 0


def test_the_next_person_at_the_device_does_not_meet_the_text(browser_page: Any) -> None:
    page, first, second = browser_page, a_user(Role.RESEARCHER), a_user(Role.RESEARCHER)
    page.goto("/observations/nouvelle/")
    sign_in(page, first.username)
    page.locator("[name=seen]").fill("confidentiel")
    page.context.clear_cookies()
    page.goto("/observations/nouvelle/")
    sign_in(page, second.username)
    expect(page.locator("[data-draft-found]")).to_be_hidden()
    expect(page.locator("[name=seen]")).to_have_value("")
