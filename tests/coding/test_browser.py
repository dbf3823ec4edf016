"""Coding with the pointer, as a browser does it."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from indicators.accounts.roles import Role
from research.models import CodedPassage
from research.study.load import load_study
from tests.browser.scene import fits, sign_in
from tests.builders import a_user, an_observation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SELECT = """([words]) => {
    const room = document.querySelector("[data-text=note]");
    const walk = document.createTreeWalker(room, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
        const at = node.data.indexOf(words);
        if (at < 0) continue;
        document.getSelection().setBaseAndExtent(node, at, node, at + words.length);
        return;
    }
}"""


def test_words_that_are_selected_are_coded_where_they_stand(browser_page: Any) -> None:
    load_study()
    observation = an_observation(seen="🙂 Deux 🙂 mots.\nLe frigo ne marche pas ; les vaccins attendent.")
    page = browser_page
    sign_in(page, a_user(Role.RESEARCHER))
    page.goto(reverse("observation-coding", args=[observation.pk]))
    page.evaluate(SELECT, ["frigo ne marche"])
    expect(page.locator("[data-chosen]")).to_have_text("frigo ne marche")
    page.locator("[data-find-code]").fill("cout")
    page.locator("[data-code]:visible input").first.check()
    expect(page.locator(".code-rules:visible")).to_have_count(1)
    page.locator("[data-coding] button[type=submit]").click()
    expect(page.locator("mark")).to_have_text("frigo ne marche")
    assert fits(page)
    passage = CodedPassage.objects.get()
    assert passage.excerpt == "frigo ne marche"
    assert observation.seen[passage.start : passage.end] == passage.excerpt
    # A second code beside the first: the text is in pieces now, and the places are still right.
    page.evaluate(SELECT, ["les vaccins"])
    page.locator("[data-code] input").first.check()
    page.locator("[data-coding] button[type=submit]").click()
    expect(page.locator("mark")).to_have_count(2)
    second = CodedPassage.objects.latest("pk")
    assert observation.seen[second.start : second.end] == "les vaccins"
