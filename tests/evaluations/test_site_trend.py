"""What the page of a site says of its trends."""

import re
from html import unescape

import pytest
from django.urls import reverse

from indicators.accounts.roles import Role
from tests.builders import a_study_site, a_user
from tests.evaluations.given import refreshed, visitor
from tests.explorer.given import RISING, given_quarters

pytestmark = pytest.mark.django_db


def test_the_page_of_a_site_says_where_its_series_go_and_leads_to_their_charts() -> None:
    site = a_study_site()
    given_quarters(site.unit, [*RISING], "2022Q4")
    refreshed()
    client = visitor(a_user(Role.VIEWER))
    page = client.get(reverse("site-detail", args=[site.unit_id])).content.decode()
    assert "A trend cannot be tested here: too few complete periods (n = 0)." in page  # no target, so no coverage
    addresses = [unescape(url) for url in re.findall(r'href="(/explorer/[^"]*view=[^"]*)"', page)]
    seen = [client.get(url).context["choice"] for url in addresses]
    assert [(choice.measure.code, choice.view) for choice in seen] == [
        ("dtp1_coverage", "trend"),
        ("dtp1_coverage", "control"),
        ("zero_dose", "trend"),
        ("zero_dose", "control"),
    ]
    assert {(choice.place, choice.periods[0].id, len(choice.periods)) for choice in seen} == {(site.unit, "2022Q4", 12)}
