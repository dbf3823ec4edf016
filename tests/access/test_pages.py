"""Every page as each role meets it, at home and in another district, against the one table."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from indicators.accounts.matrix import ACCOUNT, EVERYBODY, Cell, cell
from indicators.accounts.models import User
from indicators.accounts.roles import Role
from tests.access.pages import OF_THE_SITE, RIGHT_OF
from tests.browser.scene import place, the_study_with_its_demonstration
from tests.browser.test_every_page import pages
from tests.builders import a_user

pytestmark = pytest.mark.django_db


def met(user: User | None, address: str) -> Any:
    client = Client()
    if user:
        client.force_login(user)
    return client.get(address)


def said(answer: Any, address: str) -> str:
    """The page without what every page has of its own: the address, the token of its forms, which item is current."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return page.replace(escape(address), "").replace(' aria-current="page"', "")


def test_each_role_meets_the_pages_that_the_table_gives_it() -> None:
    the_study_with_its_demonstration()
    addresses, site, far = pages(), place("Pelengana Nord"), place("Kologo")
    assert addresses.keys() == RIGHT_OF.keys(), "every page has its right in tests/access/pages.py"
    assert site.parent
    assert far.parent
    stranger, without_a_role = None, a_user()
    people: dict[str, tuple[User | None, list[str]]] = {
        "stranger": (stranger, [EVERYBODY]),
        "without a role": (without_a_role, [EVERYBODY, ACCOUNT]),
        **{role.value: (a_user(role, districts=[site.parent]), [EVERYBODY, ACCOUNT, role.value]) for role in Role},
    }
    wrong: list[str] = []
    for who, (user, columns) in people.items():
        for page, address in addresses.items():
            reach, status = cell(RIGHT_OF[page], columns), met(user, address).status_code
            if user is None and Cell.ALL not in reach:
                right = status in (302, 404)
            elif reach == Cell.NONE:
                right = status in (403, 404)
            elif reach & (Cell.ALL | Cell.DISTRICT) and page not in MEETS_NOTHING.get(who, ()):
                right = status in (200, 302)
            else:
                right = status in (200, 302, 403, 404)  # only their own, which this is not
            wrong += [] if right else [f"{who}, {page} ({RIGHT_OF[page]}): {status}"]
    elsewhere = a_user(Role.CLERK, districts=[far.parent])
    unknown = "/sites/999999999/"
    nothing = said(met(elsewhere, unknown), unknown)
    for page in OF_THE_SITE:
        answer = met(elsewhere, addresses[page])
        same = said(answer, addresses[page]) == nothing
        wrong += [] if answer.status_code == 404 and same else [f"elsewhere, {page}: {answer.status_code}, {same}"]
    assert not wrong, "\n".join(wrong)


MEETS_NOTHING = {
    # No role, no place: what belongs to a place is not met.
    "without a role": {"number-detail", "site-detail", "analysis-detail", "analysis-result"},
    # Drafts are their author's until they are submitted; the first row of another district stands for all.
    "clerk": {"stock-out-episode", "stock-out-edit", "visit-plan", "analysis-result"},
}
