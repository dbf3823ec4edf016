"""Signals and the stock page of a site, as people meet them, beside slow computations over the rows."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from indicators.accounts.roles import Role
from indicators.periods import Period
from research.medexis.formulas.consumption import MonthUse
from research.medexis.products.norms import norms
from research.medexis.signals.deliveries import From
from research.medexis.signals.projection import project
from research.medexis.signals.queries import expiries, run_outs, silences
from research.medexis.signals.silence import count
from research.models import Lot, StockCard, StockLine, StockNorm, StockReport, VaccineAssumption
from tests.builders import a_clerk_of, a_followed_site, a_product, a_stock_report, a_user
from tests.medexis.cards import a_card_line

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
SIGNALS = reverse("stock-signals")
LAST = Period.parse("202509")


def signed_in(user: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def some_months(site: Any, product: Any, *lines: dict[str, Any], last: Period = LAST) -> None:
    """Lines of months that end with `last`, oldest first."""
    for back, line in enumerate(reversed(lines)):
        month = last.shift(-back)
        report = StockReport.objects.filter(site=site, period=month.code).first()
        report = report or a_stock_report(month.id, site=site)
        StockLine.objects.create(report=report, product=product, **line)


def used(issued: int, closing: int, days_out: int = 0, received: int = 0) -> dict[str, int]:
    return {"issued": issued, "closing": closing, "days_out": days_out, "received": received}


def test_who_will_run_out() -> None:
    product = a_product(tracer=True)
    short, rich, new, out = (a_followed_site("medexis").unit for _ in range(4))
    lines = [used(80, 300), used(120, 200), used(90, 150), used(110, 60)]
    some_months(short, product, *lines)
    some_months(rich, product, *[used(10, 500)] * 4)
    some_months(new, product, used(10, 5))
    some_months(out, product, *[used(10, 0)] * 4)
    found = run_outs([short.pk, rich.pk, new.pk, out.pk], [product.pk], LAST)
    assert [row.site for row in found.rows] == [short.pk, rich.pk, out.pk]
    assert (found.flagged, found.out, found.refused) == (1, 1, 1)
    first = found.rows[0]
    uses = [MonthUse(line["issued"], LAST.shift(back - 3).days, 0) for back, line in enumerate(lines)]
    assert first.projection == project(60, uses, 1)
    assert (first.on_hand, first.month, first.delivery.source) == (60, LAST, From.ASSUMED)
    report = StockReport.objects.get(site=short, period=LAST.code)
    assert first.report == report.pk
    page = signed_in(a_user(Role.RESEARCHER, language="en")).get(SIGNALS)
    text = page.content.decode()
    assert "1 product of a site is more likely than not" in text
    assert "Of 1 nothing can be said." in text
    assert reverse("stock-detail", args=[report.pk]) in text
    assert reverse("site-stock", args=[short.pk]) in text


def test_the_nearest_norm_tells_the_next_delivery() -> None:
    product, site = a_product(), a_followed_site("medexis").unit
    words = {"basis_fr": "exemple", "basis_en": "example", "minimum": 1, "maximum": 3}
    StockNorm.objects.create(product=product, interval=3, **words)
    assert norms([site.pk], [product.pk])[site.pk, product.pk].interval == 3
    StockNorm.objects.create(product=product, unit=site.parent, interval=2, **words)
    assert norms([site.pk])[site.pk, product.pk].interval == 2
    some_months(site, product, used(10, 100), used(10, 90), used(10, 120, received=40), used(10, 110))
    [row] = run_outs([site.pk], [product.pk], LAST).rows
    assert (row.delivery.months, row.delivery.source, row.delivery.overdue) == (1, From.NORM, False)


def test_a_blank_closing_is_not_zero() -> None:
    product, site = a_product(), a_followed_site("medexis").unit
    some_months(site, product, *[used(10, 40)] * 4, {"issued": 10, "closing": None})
    [row] = run_outs([site.pk], [product.pk], LAST).rows
    assert (row.month, row.on_hand) == (LAST.shift(-1), 40)


def test_what_will_expire() -> None:
    product, site = a_product(), a_followed_site("medexis").unit
    today = timezone.localdate()
    soon = Lot.objects.create(product=product, code="SOON", expires_on=today + timedelta(days=30))
    late = Lot.objects.create(product=product, code="LATE", expires_on=today + timedelta(days=900))
    old = Lot.objects.create(product=product, code="OLD", expires_on=today - timedelta(days=3))
    for lot, quantity in ((soon, 100), (late, 50), (old, 7)):
        a_card_line(site, "2025-06-01", "received", quantity, lot, product=product)
    [first, second] = expiries([site.pk], None, None, today)
    assert (first.lot.code, first.ahead.unused, first.expired) == ("OLD", 7, True)
    assert (second.lot.code, second.ahead.unused, second.use) == ("SOON", None, None)
    some_months(site, product, used(30, 100))
    told = expiries([site.pk], [product.pk], LAST, today)[1]
    assert told.use == pytest.approx(30 / 30 * 365.25 / 12)
    assert told.ahead.unused == 70
    page = signed_in(a_user(Role.RESEARCHER, language="en")).get(SIGNALS + "?signal=peremption")
    assert "SOON" in page.content.decode()
    assert "LATE" not in page.content.decode()


def test_made_up_lots_are_marked_wherever_they_show() -> None:
    product, site = a_product(), a_followed_site("medexis").unit
    soon = timezone.localdate() + timedelta(days=30)
    lot = Lot.objects.create(product=product, code="SOON", expires_on=soon)
    card = a_card_line(site, "2025-06-01", "received", 100, lot, product=product).card
    client = signed_in(a_user(Role.RESEARCHER, language="en"))
    pages = [
        SIGNALS + "?signal=peremption",
        reverse("site-stock", args=[site.pk]),
        reverse("product-detail", args=[product.key]),
    ]
    for made_up in (False, True):
        StockCard.objects.filter(pk=card.pk).update(demonstration=made_up)
        for address in pages:
            text = client.get(address).content.decode()
            _before, _code, after = text.partition("SOON</a>")
            assert ("tag-demo" in after[:300]) is made_up, address


def test_made_up_use_marks_what_follows_from_it() -> None:
    product, site, today = a_product(), a_followed_site("medexis").unit, timezone.localdate()
    lot = Lot.objects.create(product=product, code="SOON", expires_on=today + timedelta(days=30))
    a_card_line(site, "2025-06-01", "received", 100, lot, product=product)
    some_months(site, product, used(30, 100))
    assert [one.demonstration for one in expiries([site.pk], None, LAST, today)] == [False]
    StockReport.objects.update(demonstration=True)
    assert [one.demonstration for one in expiries([site.pk], None, LAST, today)] == [True]


def test_zero_in_silence_is_counted_as_in_the_plain_rule() -> None:
    product = a_product(tracer=True)
    silent, honest, contradicting, fine = (a_followed_site("medexis").unit for _ in range(4))
    told: dict[int, list[dict[str, Any]]] = {
        silent.pk: [used(5, 0), used(5, 0), used(5, 9)],
        honest.pk: [used(5, 0), used(5, 0), used(5, 9, 4)],
        contradicting.pk: [used(0, 9, 30), used(0, 9, 2)],
        fine.pk: [used(5, 5), {"issued": 5, "closing": 0, "days_out": None}, used(5, 0)],
    }
    sites = {one.pk: one for one in (silent, honest, contradicting, fine)}
    for site, lines in told.items():
        some_months(sites[site], product, *lines)
    found = {row.site: row.months for row in silences(list(sites), [product.pk], LAST)}
    slow = {
        site: count(
            [(x["closing"], x["days_out"], LAST.shift(back - len(lines) + 1).days) for back, x in enumerate(lines)]
        )
        for site, lines in told.items()
    }
    assert found == {site: one for site, one in slow.items() if one.is_signal or one.contradicting}
    assert silent.pk in found
    assert honest.pk not in found
    page = signed_in(a_user(Role.RESEARCHER, language="en")).get(SIGNALS + "?signal=silence")
    assert {site.pk for _row, site, _product in page.context["rows"]} == set(found)


def test_the_stock_page_of_a_site() -> None:
    product, other = a_product(name_en="Penta"), a_product(name_en="Soap")
    site = a_followed_site("medexis").unit
    StockNorm.objects.create(product=product, minimum=1, maximum=3, basis_fr="ex", basis_en="an example")
    some_months(site, product, *[used(30, 60)] * 4)
    some_months(site, other, {"issued": 0, "closing": 8}, last=LAST.shift(-2))
    client = signed_in(a_clerk_of(site, language="en"))
    address = reverse("site-stock", args=[site.pk])
    page = client.get(address)
    rows = {one_product: one for one_product, one, _risk in page.context["rows"]}
    days = sum(LAST.shift(-back).days for back in range(3))
    assert rows[product].use == pytest.approx(90 / days * 365.25 / 12)
    assert rows[product].lasts == pytest.approx(60 / (90 / days * 365.25 / 12))
    assert rows[product].band == "adequate"
    assert (rows[other].month, rows[other].lasts, rows[other].band) == (LAST.shift(-2), None, "unknown")
    text = page.content.decode()
    assert "not established" in text
    assert "an example" in text
    assert "no norm" in text
    VaccineAssumption.objects.create(site=site, since=date(2025, 1, 1), answer="no", basis="role: district officer")
    assert "vaccines are not in Medexis" in client.get(address).content.decode()
    elsewhere = reverse("site-stock", args=[a_followed_site("medexis").unit.pk])
    assert client.get(elsewhere).status_code == 404
    assert signed_in(a_user(Role.VIEWER)).get(address).status_code == 403
    assert signed_in(a_user(Role.VIEWER)).get(SIGNALS).status_code == 403


def test_a_site_without_anything_says_so() -> None:
    site = a_followed_site("medexis").unit
    client = signed_in(a_user(Role.RESEARCHER, language="en"))
    text = client.get(reverse("site-stock", args=[site.pk])).content.decode()
    assert "No stock on hand was reported" in text
    for signal in ("rupture", "peremption", "silence", "nothing"):
        assert client.get(f"{SIGNALS}?signal={signal}&produit=zz&district=1").status_code == 200


def test_queries_do_not_grow() -> None:
    product = a_product(tracer=True)
    first = a_followed_site("medexis").unit
    lot = Lot.objects.create(product=product, code="A", expires_on=timezone.localdate() + timedelta(days=9))
    client = signed_in(a_user(Role.RESEARCHER, language="en"))
    addresses = [*(f"{SIGNALS}?signal={one}" for one in ("rupture", "peremption", "silence")),
                 reverse("site-stock", args=[first.pk])]  # fmt: skip

    def fill(site: Any, one: Any) -> None:
        some_months(site, one, *[used(10, 0)] * 6)
        a_card_line(site, "2025-08-01", "received", 10, lot if one == product else None, product=one)

    def queries() -> list[int]:
        counts = []
        for address in addresses:
            with CaptureQueriesContext(connection) as counted:
                assert client.get(address).status_code == 200
            counts.append(len(counted))
        return counts

    fill(first, product)
    queries()
    before = queries()
    for _n in range(4):
        fill(a_followed_site("medexis").unit, product)
    fill(first, a_product())
    anew = queries()
    assert sum(anew) == sum(before) + 2, "who runs out is kept until somebody writes"
    assert queries() == before
