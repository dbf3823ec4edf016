"""Definitions side by side: the values of one month worked by hand, and who may see the page."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.periods import Period
from indicators.registry.stockout_days import Stockout
from research.medexis.definitions.rivals import Inputs, groups
from research.medexis.formulas.balance import Line
from research.medexis.models import StockLine
from tests.builders import a_clerk_of, a_followed_site, a_product, a_stock_report, a_user

URL = "stock-definitions"
JANUARY, FEBRUARY = Period.parse("202501"), Period.parse("202502")
LINE = Line(opening=100, received=0, issued=40, administered=36, lost=10, lost_expired=0, lost_vvm=0, lost_frozen=0,
            lost_broken=10, lost_missing=0, lost_other=0, adjustment=0, closing=50, days_out=14)  # fmt: skip


def values(of: Inputs) -> list[list[str]]:
    return [[one.value for one in group.rivals] for group in groups(of)]


@pytest.mark.usefixtures("in_english")
def test_one_february_by_every_definition() -> None:
    out = [Stockout(date(2025, 2, 15), date(2025, 3, 1))]
    found = values(Inputs([JANUARY, FEBRUARY], {FEBRUARY: LINE}, out, minimum=1, maximum=3))
    days, was_out, consumption, averages, lasting, wastage, books, demand = found
    assert days == ["14", "14", "16", "14"]
    assert was_out == ["no", "yes", "yes", "yes"]
    assert consumption == ["40", "75", "75", "74.1", "80"]  # 40 · 30/16 and 40 · 28/14
    assert averages == ["87.0", "75.0", "75.0", "80.0", "87.1", "40.0", "43.6"]
    assert lasting == ["0.6", "2.0", "below the minimum", "below the minimum", "below the minimum"]
    assert wastage == ["10.0% (10 / 100)", "25.0% (10 / 40)", "10.0% (4 / 40)", "10.0% (4 / 40)"]
    assert books == ["0", "0", "0.0% (0 / 50)"]
    assert demand == ["—"]


@pytest.mark.usefixtures("in_english")
def test_nothing_is_zero_for_being_blank_and_the_impossible_is_counted_nowhere() -> None:
    blank = values(Inputs([JANUARY, FEBRUARY], {}, []))
    words = {"—", "not known"}
    assert {value for group in blank for value in group} <= words
    impossible = values(Inputs([FEBRUARY], {FEBRUARY: Line(issued=10, days_out=300)}, []))
    assert impossible[2][1:] == ["—"] * 4  # nothing is adjusted by it
    assert set(impossible[3]) == {"—"}


@pytest.mark.django_db
class TestPage:
    def signed_in(self, client: Client, user: Any) -> Client:
        user.language = "en"
        user.save()
        client.force_login(user)
        return client

    def test_it_shows_what_was_used_and_where_it_stands(self, client: Client) -> None:
        product, report = a_product(), a_stock_report("202502")
        StockLine.objects.create(report=report, product=product, opening=100, issued=40, closing=50, days_out=14)
        self.signed_in(client, a_user(Role.LEAD))
        asked: dict[str, Any] = {"site": report.site_id, "product": product.pk, "mois": "202502"}
        page = client.get(reverse(URL), asked).content.decode()
        assert "OpenLMIS" in page
        assert reverse("stock-detail", args=[report.pk]) in page
        for wrong in ({"mois": "209901"}, {"site": "x"}, {"product": "0"}):
            assert client.get(reverse(URL), asked | wrong).status_code == 200

    def test_another_district_is_not_offered_and_viewers_meet_no_records(self, client: Client) -> None:
        product, report = a_product(), a_stock_report("202502")
        StockLine.objects.create(report=report, product=product, closing=50)
        self.signed_in(client, a_clerk_of(a_followed_site("medexis").unit))
        asked: dict[str, Any] = {"site": report.site_id, "product": product.pk, "mois": "202502"}
        assert reverse("stock-detail", args=[report.pk]) not in client.get(reverse(URL), asked).content.decode()
        self.signed_in(client, a_user(Role.VIEWER))
        assert client.get(reverse(URL)).status_code == 403

    def test_as_many_queries_for_many_months(self, client: Client, django_assert_max_num_queries: Any) -> None:
        product, site = a_product(), a_followed_site("medexis").unit
        for number in range(1, 13):
            report = a_stock_report(f"2025{number:02}", site=site)
            StockLine.objects.create(report=report, product=product, closing=5)
        self.signed_in(client, a_user(Role.LEAD))
        with django_assert_max_num_queries(20):
            asked: dict[str, Any] = {"site": site.pk, "product": product.pk, "mois": "202512"}
            client.get(reverse(URL), asked)
