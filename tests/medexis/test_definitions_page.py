"""The page of definitions: who may see it, what it is asked, and that it stays small."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from indicators.accounts.roles import Role
from research.medexis.models import Offer, StockLine, StockReport
from research.medexis.reports import filters
from tests.builders import a_clerk_of, a_followed_site, a_product, a_stock_report, a_unit, a_user

URL = "stock-definitions"


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

    def asked(self, site: Any, product: Any, **more: Any) -> dict[str, Any]:
        return {"site": site.pk, "product": product.pk, "mois": "202512"} | more

    def test_a_stretch_of_months_is_chosen_and_a_wrong_one_is_told(self, client: Client) -> None:
        product, site = a_product(), a_followed_site("medexis").unit
        for month, issued in (("202310", 1), ("202508", 5), ("202509", 7), ("202512", 30)):
            StockLine.objects.create(report=a_stock_report(month, site=site), product=product, issued=issued, closing=5)
        self.signed_in(client, a_user(Role.LEAD))

        def used(**more: Any) -> tuple[str, str]:
            page = client.get(reverse(URL), self.asked(site, product, **more))
            group = next(one for one in page.context["groups"] if one.title == "Doses used")
            return group.rivals[0].last, group.rivals[0].all

        assert used() == ("30", "42")
        assert used(de="202509") == ("30", "37")
        assert used(de="202508", mois="202508") == ("5", "5")
        for wrong, words in (("202310", "at most 24 months"), ("209901", "Select a valid choice")):
            page = client.get(reverse(URL), self.asked(site, product, de=wrong))
            assert words in page.content.decode()
            assert "groups" not in page.context
        page = client.get(reverse(URL), self.asked(site, product, de="202512", mois="202508"))
        assert "The first month lies after the last one." in page.content.decode()

    def test_of_many_sites_those_of_a_district_are_offered(
        self, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(filters, "SITES_OFFERED", 1)
        product, district = a_product(), a_unit("Kati")
        site, other = (a_followed_site("medexis", unit=a_unit(parent=one)).unit for one in (district, a_unit()))
        StockLine.objects.create(report=a_stock_report("202512", site=site), product=product, closing=5)
        self.signed_in(client, a_user(Role.LEAD))
        page = client.get(reverse(URL), {"district": str(district.pk), "product": str(product.pk), "mois": "202512"})
        text = page.content.decode()
        assert site.name in text
        assert other.name not in text
        assert "This field is required" not in text
        assert "groups" in client.get(reverse(URL), self.asked(site, product, district=district.pk)).context
        assert "groups" in client.get(reverse(URL), self.asked(site, product)).context
        page = client.get(reverse(URL), self.asked(other, product, district=district.pk))
        assert "lies in another district" in page.content.decode()

    def test_a_district_counts_its_own_sites_and_those_the_reader_meets(self, client: Client) -> None:
        product, district = a_product(kind="vaccine"), a_unit("Kati")
        near = [a_followed_site("medexis", unit=a_unit(parent=district)).unit for _number in range(3)]
        far = a_followed_site("medexis").unit
        for site, closing in zip([*near, far], (0, 5, 6, 0), strict=True):
            report = a_stock_report("202512", site=site)
            StockLine.objects.create(report=report, product=product, closing=closing, days_out=0)
        Offer.objects.create(site=near[2], product=product, since=date(2025, 1, 1), offered=False, basis="CSCom")
        self.signed_in(client, a_clerk_of(near[1]))
        page = client.get(reverse(URL), self.asked(near[1], product))
        found = next(one for one in page.context["groups"] if "Kati" in one.title)
        assert [one.last for one in found.rivals] == ["50.0% (1 / 2)", "50.0% (1 / 2)", "0.0% (0 / 2)", "yes"]

    def test_what_is_made_up_is_marked(self, client: Client) -> None:
        product, site = a_product(), a_followed_site("medexis").unit
        line = StockLine.objects.create(report=a_stock_report("202512", site=site), product=product, closing=5)
        self.signed_in(client, a_user(Role.LEAD))
        assert not client.get(reverse(URL), self.asked(site, product)).context["demonstration"]
        StockReport.objects.filter(pk=line.report_id).update(demonstration=True)
        page = client.get(reverse(URL), self.asked(site, product))
        assert page.context["demonstration"]
        heading = page.content.decode().split("<h2>")[1].split("</h2>")[0]
        assert "demo" in heading

    def test_as_many_queries_for_many_sites_products_and_months_and_a_small_page(self, client: Client) -> None:
        district = a_unit()
        self.signed_in(client, a_user(Role.LEAD))
        products = [a_product(kind="vaccine", tracer=True)]
        months = [f"{year}{number:02}" for year in (2024, 2025) for number in range(1, 13)]

        def fill(months: list[str]) -> Any:
            site = a_followed_site("medexis", unit=a_unit(parent=district)).unit
            for month in months:
                report = a_stock_report(month, site=site)
                for product in products:
                    StockLine.objects.create(report=report, product=product, closing=5, issued=1200, days_out=0)
            return site

        def queries(site: Any, first: str) -> int:
            asked = self.asked(site, products[0], de=first)
            client.get(reverse(URL), asked)
            with CaptureQueriesContext(connection) as counted:
                page = client.get(reverse(URL), asked)
            assert "groups" in page.context
            assert len(page.content) < 100_000
            return len(counted)

        before = queries(fill(["202512"]), "202512")
        products += [a_product(kind="vaccine", tracer=True) for _number in range(2)]
        assert queries([fill(months) for _number in range(3)][-1], "202401") == before
