"""Products: their pages, and what leads say of them."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from indicators.accounts.roles import Role
from indicators.models import DataValue, OrgUnit
from indicators.periods import Period
from research.medexis import tasks
from research.medexis.formulas.stock import Band
from research.medexis.measures import codes
from research.medexis.models import (
    Offer,
    Product,
    StockLine,
    StockNorm,
    StockOut,
    StockOutEpisode,
    VaccineAssumption,
)
from research.medexis.products import queries
from research.medexis.products.actions import save_assumption, save_norm, save_offer
from research.medexis.products.offers import offered, recorded
from tests.builders import a_clerk_of, a_followed_site, a_product, a_stock_report, a_user, the_process_elements
from tests.medexis.cards import a_card_line

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
LAST = Period.parse("202512")
SITES = OrgUnit.objects.all()


def signed_in(client: Client, user: Any) -> None:
    user.language = "en"
    user.save()
    client.force_login(user)


def a_line(site: OrgUnit, product: Product, month: str, **numbers: Any) -> StockLine:
    return StockLine.objects.create(report=a_stock_report(month, site=site), product=product, **numbers)


def test_what_is_recorded_goes_before_what_is_reported() -> None:
    entries = [(date(2025, 3, 5), False), (date(2025, 6, 1), True)]
    months = [Period.parse(text) for text in ("202502", "202503", "202506")]
    assert [recorded(entries, month) for month in months] == [None, False, True]
    assert [offered(entries, month, reported=True) for month in months] == [True, False, True]
    assert offered([], months[0], reported=False) is False


def test_the_months_of_a_product_against_plain_loops() -> None:
    product = a_product()
    lines = [
        ("202511", 0, 5), ("202511", 4, 0), ("202511", None, 3), ("202511", 0, None), ("202511", 0, 30),
        ("202511", 0, 31), ("202512", 9, 300), ("202512", 0, 31),
    ]  # fmt: skip
    for month, closing, days in lines:
        a_line(a_followed_site("medexis").unit, product, month, closing=closing, days_out=days)
    found = queries.availability(product, SITES, LAST)
    assert [row.month.id for row in found] == ["202511", "202512"]
    for row in found:
        of_month = [(closing, days) for month, closing, days in lines if month == row.month.id]
        known = [closing for closing, _days in of_month if closing is not None]
        told = [days for _closing, days in of_month if days is not None]
        assert (row.reported, row.out) == (len(known), known.count(0))
        assert (row.told, row.any_day) == (len(told), sum(days > 0 for days in told))
        possible = [days for days in told if days <= row.month.days]
        assert (row.days, row.impossible) == (sum(possible), len(told) - len(possible))


def test_who_does_not_offer_it_is_not_asked() -> None:
    product = a_product()
    site, other = a_followed_site("medexis").unit, a_followed_site("medexis").unit
    for unit in (site, other):
        a_line(unit, product, "202511", closing=0, days_out=9)
        a_line(unit, product, "202512", closing=0, days_out=9)
    a_line(site, product, "202510", closing=0, days_out=31)
    a_line(site, product, "202509", closing=0, days_out=31)
    Offer.objects.create(site=site, product=product, since=date(2025, 9, 1), offered=True, basis="CSCom")
    Offer.objects.create(site=other, product=product, since=date(2025, 12, 1), offered=False, basis="CSCom")
    september, october, *others = queries.availability(product, SITES, LAST)
    assert (september.days, september.impossible, october.days, october.impossible) == (0, 1, 31, 0)
    assert [(row.reported, row.out) for row in others] == [(2, 2), (1, 1)]


def test_how_long_the_stock_of_a_site_lasts() -> None:
    product = a_product()
    site = a_followed_site("medexis").unit
    for month in ("202509", "202510", "202511"):
        a_line(site, product, month, closing=60, issued=30, days_out=0)
    StockNorm.objects.create(product=product, minimum=1, maximum=3, basis_fr="exemple", basis_en="example")
    ((told, row),) = queries.on_hand(product, [site], LAST)
    assert (told, row.month.id, row.line.closing, row.band) == (site, "202511", 60, Band.ADEQUATE)
    assert row.use == pytest.approx(90 / 91 * 30.4375)
    StockNorm.objects.create(product=product, unit=site.parent, minimum=3, maximum=6, basis_fr="a", basis_en="a")
    assert queries.on_hand(product, [site], LAST)[0][1].band == Band.UNDER
    assert queries.on_hand(product, [a_followed_site("medexis").unit], LAST) == []


def test_nothing_left_is_a_stock_out_without_a_norm_and_without_known_consumption() -> None:
    product = a_product()
    used, dry, unused = (a_followed_site("medexis").unit for _site in range(3))
    a_line(used, product, "202511", closing=0, issued=9, days_out=4)
    a_line(dry, product, "202511", closing=0, issued=0, days_out=30)
    a_line(unused, product, "202511", closing=0, issued=0, days_out=0)
    found = queries.on_hand(product, [used, dry, unused], LAST)
    assert [row.band for _site, row in found] == [Band.OUT, Band.OUT, Band.UNKNOWN]
    assert found[1][1].use is None


def test_leads_say_with_a_basis_and_say_it_again() -> None:
    lead, site = a_user(Role.LEAD), a_followed_site("medexis").unit
    said: dict[str, Any] = {"by": lead, "site": site, "since": date(2025, 1, 1)}
    first = save_assumption(**said, answer="no", basis="Chef de CSCom")
    assert save_assumption(**said, answer="no", basis="Chef de CSCom").version == 1
    again = save_assumption(**said, answer="yes", basis="Dépôt du district")
    assert (again.pk, again.version, again.answer) == (first.pk, 2, "yes")
    assert VaccineAssumption.history.count() == 2
    for wrong in ({"since": timezone.localdate() + timedelta(days=1)}, {"basis": "  "}, {"since": date(1990, 1, 1)}):
        with pytest.raises(ValidationError):
            save_assumption(**{**said, "answer": "yes", "basis": "x", **wrong})
    with pytest.raises(PermissionDenied):
        save_assumption(**said | {"by": a_clerk_of(site)}, answer="yes", basis="x")


def test_an_offer_is_counted_at_once() -> None:
    the_process_elements()
    lead, site, product = a_user(Role.LEAD), a_followed_site("medexis").unit, a_product(tracer=True)
    a_line(site, product, "202511", closing=0)
    save_offer(by=lead, site=site, product=product, since=date(2025, 11, 1), offered=False, basis="CSCom")
    assert not DataValue.objects.filter(element__code=codes.OBSERVED).exists()
    save_offer(by=lead, site=site, product=product, since=date(2025, 11, 1), offered=True, basis="CSCom")
    assert DataValue.objects.get(element__code=codes.OUT_LAST_DAY).value == 1


def test_an_offer_counts_months_that_only_a_card_or_a_stock_out_tells() -> None:
    the_process_elements()
    lead, site, product = a_user(Role.LEAD), a_followed_site("medexis").unit, a_product(tracer=True)
    a_line(site, product, "202509", closing=4, days_out=0)
    a_card_line(site, "2025-08-01", "received", 9, product=product)
    a_card_line(site, "2025-10-20", "issued", 9, product=product)
    StockOut.objects.create(site=site, product=product, start=date(2025, 12, 3), end=date(2025, 12, 9))
    said: dict[str, Any] = {"by": lead, "site": site, "product": product, "since": date(2025, 9, 1), "basis": "CSCom"}
    values = DataValue.objects.filter(element__code=codes.MONTHS_OUT)
    save_offer(**said, offered=True)
    told = {Period.from_code(code).id: value for code, value in values.values_list("period", "value")}
    assert (told["202509"], told["202510"], told["202512"]) == (0, 1, 1)
    save_offer(**said, offered=False)
    assert not values.exists()


def test_a_norm_is_held_against_what_sites_below_it_report() -> None:
    the_process_elements()
    lead, product = a_user(Role.LEAD), a_product(tracer=True)
    site, other = a_followed_site("medexis").unit, a_followed_site("medexis").unit
    for unit in (site, other):
        a_line(unit, product, "202511", closing=60, issued=30, days_out=0)
    said: dict[str, Any] = {"by": lead, "product": product, "minimum": Decimal(1), "maximum": Decimal(3)}
    said |= {"interval": None, "basis_fr": "exemple", "basis_en": "example"}
    within = DataValue.objects.filter(element__code=codes.PLAN_WITHIN)
    save_norm(**said, unit=site.parent)
    assert not within.exists()
    tasks.publish_asked()
    assert list(within.values_list("unit", "value")) == [(site.pk, 1)]
    save_norm(**said, unit=None)
    tasks.publish_asked()
    assert set(within.values_list("unit", flat=True)) == {site.pk, other.pk}


def test_a_norm_has_room_and_is_one_for_a_place() -> None:
    lead, product = a_user(Role.LEAD), a_product()
    said: dict[str, Any] = {
        "by": lead, "product": product, "unit": None, "minimum": Decimal(1), "maximum": Decimal(3),
        "interval": None, "basis_fr": "exemple", "basis_en": "example",
    }  # fmt: skip
    first = save_norm(**said)
    assert save_norm(**said | {"maximum": Decimal(4)}).pk == first.pk
    for wrong in ({"maximum": Decimal(1)}, {"minimum": Decimal(-1)}, {"interval": Decimal(0)}, {"basis_en": ""}):
        with pytest.raises(ValidationError):
            save_norm(**said | wrong)
    assert StockNorm.objects.get().maximum == 4


class TestPages:
    def test_the_pages_of_a_product(self, client: Client) -> None:
        product, site = a_product(), a_followed_site("medexis").unit
        a_line(site, product, timezone.localdate().strftime("%Y%m"), closing=0, days_out=4, issued=9)
        client.force_login(a_user(Role.LEAD, language="en"))
        listed = client.get(reverse("product-list")).content.decode()
        assert product.name in listed
        assert "out at" not in listed
        page = client.get(reverse("product-detail", args=[product.key])).content.decode()
        assert site.name in page
        assert "out of stock" in page
        assert client.get(reverse("product-detail", args=["no-such"])).status_code == 404

    def test_a_form_that_is_wrong_says_so_and_one_that_is_right_is_stored(self, client: Client) -> None:
        the_process_elements()
        product, site = a_product(), a_followed_site("medexis").unit
        client.force_login(a_user(Role.LEAD, language="en"))
        url = reverse("product-offers", args=[product.key])
        sent = {"site": site.pk, "offered": "no", "since": "2025-02-30", "basis": "CSCom",
                "client_uuid": "0b0cbbd2-1111-4222-8333-444455556666"}  # fmt: skip
        assert client.post(url, sent).status_code == 200
        assert not Offer.objects.exists()
        assert client.post(url, sent | {"since": "2025-02-28"}).status_code == 302
        assert Offer.objects.get().offered is False
        norm = {"minimum": "1", "maximum": "0.5", "basis_fr": "a", "basis_en": "a", "client_uuid": sent["client_uuid"]}
        url = reverse("product-norm", args=[product.key])
        assert "The maximum must be more" in client.post(url, norm).content.decode()
        assert client.post(url, norm | {"maximum": "2"}).status_code == 302

    def test_only_leads_say_and_clerks_read_their_own_district(self, client: Client) -> None:
        product, site, other = a_product(), a_followed_site("medexis").unit, a_followed_site("medexis").unit
        client.force_login(a_clerk_of(site, language="en"))
        assert client.get(reverse("product-offers", args=[product.key])).status_code == 403
        assert client.get(reverse("product-norm", args=[product.key])).status_code == 403
        url = reverse("vaccine-assumptions")
        page = client.get(url).content.decode()
        assert site.name in page
        assert other.name not in page
        assert client.post(url, {}).status_code == 403

    def test_who_is_out_is_counted_of_the_sites_that_the_reader_may_see(self, client: Client) -> None:
        product, own, other = a_product(), a_followed_site("medexis").unit, a_followed_site("medexis").unit
        going_on: dict[str, Any] = {"product": product, "precision": "day", "basis": "entry", "days": 1}
        for start in (date(2025, 9, 1), date(2025, 9, 9)):
            StockOutEpisode.objects.create(site=own, start=start, **going_on)
        StockOutEpisode.objects.create(site=own, start=date(2025, 1, 1), end=date(2025, 1, 2), **going_on)
        StockOutEpisode.objects.create(site=other, start=date(2025, 9, 1), demonstration=True, **going_on)
        clerk = a_clerk_of(own, language="en")
        assert queries.product_rows(clerk) == [(product, queries.Out(1, False))]
        assert queries.product_rows(a_clerk_of(other)) == [(product, queries.Out(1, True))]
        assert queries.product_rows(a_user(Role.LEAD)) == [(product, queries.Out(2, True))]
        client.force_login(clerk)
        page = client.get(reverse("product-list")).content.decode()
        assert "out at 1 site" in page
        assert "tag-demo" not in page
        client.force_login(a_clerk_of(other, language="en"))
        assert "tag-demo" in client.get(reverse("product-list")).content.decode()

    def test_as_many_queries_for_many_sites(self, client: Client, django_assert_max_num_queries: Any) -> None:
        product = a_product()
        month = timezone.localdate().strftime("%Y%m")
        for _number in range(15):
            a_line(a_followed_site("medexis").unit, product, month, closing=5, issued=2, days_out=0)
        client.force_login(a_user(Role.LEAD, language="en"))
        for url in (reverse("product-detail", args=[product.key]), reverse("vaccine-assumptions")):
            with django_assert_max_num_queries(26):
                assert client.get(url).status_code == 200
