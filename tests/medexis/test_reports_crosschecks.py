"""A reported month beside the stock card, the doses that children received, and what is assumed of the site."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.models import DataElement
from indicators.periods import Period
from indicators.rollup.actions import record_values, refresh_now
from indicators.values.actions import Reported
from research.medexis.formulas.doses import Check
from research.medexis.models import Product, ProductUse, StockLine, StockReport, VaccineAssumption
from research.medexis.products.assumptions import assumption_of
from research.medexis.reports.crosschecks import beside_cards, doses_given
from research.medexis.reports.queries import checked_lines
from tests.builders import a_followed_site, a_product, a_stock_report, a_user, an_element, the_default_combo
from tests.medexis.cards import a_card_line

pytestmark = pytest.mark.django_db
MONTH = Period.parse("202509")


def a_month(product: Product, **line: Any) -> StockReport:
    report = a_stock_report("202509", site=a_followed_site("medexis").unit)
    StockLine.objects.create(report=report, product=product, **line)
    return report


def was_given(element: DataElement, site: Any, doses: float) -> None:
    default = the_default_combo().pk
    number = Reported(element.pk, MONTH.code, site.pk, default, default, doses)
    record_values([number], origin="entry", label="test", by=None)
    refresh_now()


def test_both_numbers_and_their_difference_stand_beside_one_another() -> None:
    product = a_product()
    report = a_month(product, opening=100, received=40, issued=30, lost_broken=1, closing=105)
    for day, key, quantity in (("08-01", "received", 100), ("09-03", "received", 50), ("09-09", "issued", 30)):
        a_card_line(report.site, f"2025-{day}", key, quantity, product=product)
    [found] = beside_cards(report, checked_lines(report))
    by_name = {one.column: (one.card, one.reported, one.difference) for one in found.columns}
    assert by_name["opening"] == (100, 100, 0)
    assert by_name["received"] == (50, 40, -10)
    assert by_name["lost"] == (0, None, None)
    assert by_name["lost_broken"] == (0, 1, 1)
    assert by_name["closing"] == (120, 105, -15)
    assert by_name["days_out"] == (0, None, None)
    assert found.differs


def test_a_card_that_begins_later_or_of_another_site_says_nothing() -> None:
    product = a_product()
    report = a_month(product, closing=5)
    assert beside_cards(report, checked_lines(report)) == []
    a_card_line(report.site, "2025-10-01", "received", 5, product=product)
    a_card_line(a_followed_site("medexis").unit, "2025-08-01", "received", 5, product=product)
    assert beside_cards(report, checked_lines(report)) == []


def test_doses_given_are_held_against_doses_used() -> None:
    product = a_product()
    first, third = an_element("DTP1", name_fr="DTC1 (moins d’un an)"), an_element("DTP3", name_fr="DTC3")
    for element in (first, third):
        ProductUse.objects.create(product=product, concept=element.concept)
    report = a_month(product, issued=20)
    assert doses_given(report, checked_lines(report)) == []  # nobody says how many were given
    was_given(first, report.site, 12)
    [found] = doses_given(report, checked_lines(report))
    assert found.check == Check(given=12, used=20, impossible=False, lower_bound=True)
    assert (found.known, found.unknown) == (["DTC1"], ["DTC3"])
    was_given(third, report.site, 9)
    [found] = doses_given(report, checked_lines(report))
    assert found.check == Check(given=21, used=20, impossible=True, lower_bound=False)
    StockLine.objects.update(issued=None, administered=20)
    assert doses_given(report, checked_lines(report)) == []


def test_the_assumption_that_held_at_the_end_of_the_month_is_the_one_shown() -> None:
    report = a_month(a_product(), closing=1)
    assert assumption_of(report.site_id, MONTH.end) is None
    for since, answer in ((date(2025, 1, 1), "no"), (date(2025, 9, 30), "yes"), (date(2025, 10, 1), "unknown")):
        VaccineAssumption.objects.create(site=report.site, since=since, answer=answer, basis="letter")
    found = assumption_of(report.site_id, MONTH.end)
    assert found
    assert found.answer == "yes"


@pytest.mark.usefixtures("in_english")
def test_the_page_of_a_report_shows_them_in_few_queries(django_assert_max_num_queries: Any) -> None:
    report = a_month(a_product(), closing=1)
    lead, address = Client(headers={"accept-language": "en"}), reverse("stock-detail", args=[report.pk])
    lead.force_login(a_user(Role.LEAD, language="en"))
    page = lead.get(address).content.decode()
    assert "not established" in page
    assert "no stock card that knows this month" in page
    for _n in range(12):
        product = a_product()
        ProductUse.objects.create(product=product, concept=f"C{product.pk}")
        was_given(an_element(f"C{product.pk}"), report.site, 30)
        StockLine.objects.create(report=report, product=product, issued=20, opening=9, lost_vvm=2)
        a_card_line(report.site, "2025-08-01", "received", 9, product=product)
    VaccineAssumption.objects.create(site=report.site, since=date(2025, 1, 1), answer="no", basis="a letter of 2025")
    with django_assert_max_num_queries(26):
        answer = lead.get(address)
    page = answer.content.decode()
    assert page.count("impossible: more given than used") == 12
    assert "a letter of 2025" in page
    assert len(answer.content) < 100_000
