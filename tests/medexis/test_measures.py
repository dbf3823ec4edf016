"""The monthly measures of stock, each against a slow, obvious second computation over the same rows."""

from datetime import date, timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest

from indicators.accounts.roles import Role
from indicators.models import DataValue
from indicators.periods import Period, between
from research.evaluations.changed import sites_changed
from research.evaluations.models import EvaluationSite
from research.medexis.formulas.balance import Line
from research.medexis.measures import codes
from research.medexis.measures.actions import publish_measures, publish_passing_time, published_once
from research.medexis.measures.queries import measures
from research.medexis.models import Offer, OrderLine, StockLine, StockNorm, StockOrder, StockOut, StockReport
from research.medexis.reports.actions import save_report
from tests.builders import a_followed_site, a_product, a_stock_report, a_unit, a_user, the_process_elements

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 10)
FIRST, LAST = Period.parse("202501"), Period.parse("202512")
MONTHS = list(between(FIRST, LAST))


def of(site: Any, month: str) -> dict[str, float | None]:
    key = (site.pk, Period.parse(month))
    return {code: value for code, value in measures([key], today=TODAY)[key].values.items() if value is not None}


def a_line(site: Any, product: Any, month: str, **numbers: Any) -> StockLine:
    report = StockReport.objects.filter(site=site, period=Period.parse(month).code).first()
    return StockLine.objects.create(report=report or a_stock_report(month, site=site), product=product, **numbers)


def test_reports_expected_come_and_on_time() -> None:
    site = a_followed_site("medexis", expected_from=date(2025, 1, 1), expected_to=date(2025, 3, 31)).unit
    a_stock_report("202501", site=site, received_on=date(2025, 2, 15))
    a_stock_report("202502", site=site, received_on=date(2025, 3, 16))
    asked = (codes.EXPECTED, codes.CAME, codes.ON_TIME)
    found = [[of(site, month).get(code) for code in asked] for month in ("202501", "202502", "202503", "202504")]
    assert found == [[1, 1, 1], [1, 1, 0], [1, 0, 0], [None, None, None]]


def test_a_month_is_expected_once_it_has_ended() -> None:
    site = a_followed_site("medexis", expected_from=date(2026, 1, 1)).unit
    assert codes.EXPECTED in of(site, "202602")
    assert codes.EXPECTED not in of(site, "202603")


def test_missing_is_not_zero_and_not_offered_is_neither() -> None:
    site, product = a_unit(), a_product(tracer=True)
    assert of(site, "202501") == {}
    a_line(site, product, "202501", opening=5)
    assert codes.OUT_LAST_DAY not in of(site, "202501")
    a_line(site, product, "202502", closing=0, days_out=9)
    assert (of(site, "202502")[codes.OUT_LAST_DAY], of(site, "202502")[codes.OBSERVED]) == (1, 1)
    Offer.objects.create(site=site, product=product, since=date(2025, 2, 1), offered=False, basis="CSCom")
    assert codes.OBSERVED not in of(site, "202502")


def test_impossible_days_are_counted_nowhere_yet_it_was_out() -> None:
    site, product = a_unit(), a_product(tracer=True)
    a_line(site, product, "202501", closing=3, days_out=300)
    found = of(site, "202501")
    assert (found[codes.MONTHS_OUT], found[codes.MONTHS_KNOWN]) == (1, 1)
    assert codes.DAYS_WITHOUT not in found
    assert codes.DAYS_OUT not in found


def test_dated_days_go_before_reported_ones() -> None:
    site, product = a_followed_site("medexis").unit, a_product(tracer=True)
    the_process_elements()
    a_line(site, product, "202501", closing=3, days_out=12)
    StockOut.objects.create(site=site, product=product, start=date(2025, 1, 10), end=date(2025, 1, 14))
    publish_measures([(site, FIRST)], by=None)
    published = dict(DataValue.objects.filter(unit=site).values_list("element__code", "value"))
    assert (published[codes.DAYS_WITHOUT], published[codes.DAYS_KNOWN], published[codes.DAYS_OUT]) == (5, 31, 12)


def test_zero_days_and_nothing_left_counts_as_out_at_any_time_with_its_days_as_reported() -> None:
    site, product = a_unit(), a_product(tracer=True)
    a_line(site, product, "202501", closing=0, days_out=0)
    found = of(site, "202501")
    assert (found[codes.OUT_LAST_DAY], found[codes.MONTHS_OUT], found[codes.MONTHS_KNOWN]) == (1, 1, 1)
    assert (found[codes.DAYS_WITHOUT], found[codes.DAYS_KNOWN]) == (0, 31)
    assert (found[codes.FULL], found[codes.FULL_KNOWN]) == (0, 1)


def test_full_availability_is_of_all_tracers() -> None:
    site, one, other = a_unit(), a_product(tracer=True), a_product(tracer=True)
    a_line(site, one, "202501", closing=4, days_out=0)
    a_line(site, other, "202501", closing=4, days_out=2)
    a_line(site, one, "202502", closing=4, days_out=0)
    a_line(site, other, "202502", closing=4)  # nobody says whether it was out
    a_line(site, one, "202503", closing=4, days_out=0)
    assert [of(site, month).get(codes.FULL) for month in ("202501", "202502", "202503")] == [0, None, 1]


def test_the_norm_of_the_place_goes_before_the_one_for_everywhere() -> None:
    district, product = a_unit(), a_product(tracer=True)
    site = a_unit(parent=district)
    for month in ("202501", "202502", "202503"):
        a_line(site, product, month, closing=60, issued=30, days_out=0)
    words = {"basis_fr": "exemple", "basis_en": "example"}
    StockNorm.objects.create(product=product, minimum=3, maximum=6, **words)
    assert of(site, "202503")[codes.PLAN_WITHIN] == 0  # about two months of stock
    StockNorm.objects.create(product=product, unit=district, minimum=1, maximum=3, **words)
    assert of(site, "202503")[codes.PLAN_WITHIN] == 1


def test_orders_enter_the_month_in_which_they_were_answered() -> None:
    site, product = a_unit(), a_product(tracer=True)
    order = StockOrder.objects.create(site=site, ordered_on=date(2025, 1, 28))
    OrderLine.objects.create(order=order, product=product, ordered=100, received=80, received_on=date(2025, 2, 7))
    OrderLine.objects.create(order=order, product=a_product(), ordered=9, received=9, received_on=date(2025, 2, 7))
    found = of(site, "202502")
    assert [found[code] for code in (codes.FILLED, codes.ORDERED, codes.LEAD_DAYS, codes.DELIVERIES)] == [
        80,
        100,
        10,
        1,
    ]
    assert codes.ORDERED not in of(site, "202501")


def test_a_corrected_month_changes_the_average_of_the_months_after_it() -> None:
    the_process_elements()
    by, site, product = a_user(Role.LEAD), a_followed_site("medexis").unit, a_product(tracer=True)
    for month, used in (("202501", 31), ("202502", 28)):
        period = Period.parse(month)
        line = Line(opening=0, received=100, issued=used, closing=100 - used, days_out=0)
        save_report(
            by=by, client_uuid=uuid4(), site=site, period=period, received_on=period.end, lines={product.pk: line}
        )
    february = DataValue.objects.filter(unit=site, element__code=codes.AMC, period=Period.parse("202502").code)
    assert february.get().value == pytest.approx(30.4375)
    StockLine.objects.filter(report__period=FIRST.code).update(issued=62)
    publish_measures([(site, FIRST)], by=by)
    assert february.get().value == pytest.approx((62 + 28) / 59 * 30.4375)


def test_a_plan_that_changes_and_time_that_passes_are_published() -> None:
    the_process_elements()
    row = a_followed_site("medexis", expected_from=date(2025, 1, 1), expected_to=date(2025, 2, 28))
    publish_passing_time()
    expected = DataValue.objects.filter(unit=row.unit, element__code=codes.EXPECTED)
    assert expected.count() == 2
    EvaluationSite.objects.update(expected_to=date(2025, 4, 30))
    sites_changed.send(sender=EvaluationSite, sites=[row], by=None)
    assert expected.count() == 4
    EvaluationSite.objects.update(expected_from=None, expected_to=None)
    sites_changed.send(sender=EvaluationSite, sites=[row], by=None)
    assert expected.count() == 0


def test_gathered_and_published_once() -> None:
    the_process_elements()
    site = a_followed_site("medexis").unit
    a_stock_report("202501", site=site)
    with published_once(by=None):
        publish_measures([(site, FIRST)], by=None)
        assert not DataValue.objects.exists()
    assert DataValue.objects.get(element__code=codes.REPORTS).value == 1


def test_as_many_queries_for_many_sites(django_assert_num_queries: Any) -> None:
    product = a_product(tracer=True)
    sites = [a_unit() for _number in range(9)]
    for site in sites:
        a_line(site, product, "202501", closing=4, days_out=0)
    with django_assert_num_queries(11):
        measures([(sites[0].pk, FIRST)])
    with django_assert_num_queries(11):
        measures([(site.pk, month) for site in sites for month in MONTHS])


def test_sums_agree_with_plain_loops() -> None:
    """A year of two tracers with gaps, zeros and impossible days; every sum counted again, line by line."""
    random = Random(7)
    site = a_followed_site("medexis").unit
    tracers = [a_product(tracer=True), a_product(tracer=True)]
    rows: dict[tuple[Any, Period], StockLine] = {}
    for product in tracers:
        for month in MONTHS:
            if random.random() < 0.15:
                continue
            maybe = {
                name: random.choice([None, random.randint(0, 60)]) for name in ("opening", "received", "administered")
            }
            certain = {
                "issued": random.randint(0, 50),
                "lost": random.randint(0, 9),
                "adjustment": random.randint(-5, 5),
            }
            numbers: dict[str, Any] = maybe | certain | {"closing": random.choice([None, 0, random.randint(1, 90)])}
            days = random.choice([None, 0, 0, random.randint(1, 28), 300])
            rows[product.pk, month] = a_line(site, product, month.id, days_out=days, **numbers)
    found = measures([(site.pk, month) for month in MONTHS], today=TODAY)
    for month in MONTHS:
        expected: dict[str, float] = {}

        def add(code: str, value: float, to: dict[str, float] = expected) -> None:
            to[code] = to.get(code, 0) + value

        outs: list[bool | None] = []
        for product in tracers:
            row = rows.get((product.pk, month))
            if row is None:
                continue
            if row.closing is not None:
                add(codes.OBSERVED, 1)
                add(codes.OUT_LAST_DAY, row.closing == 0)
            out = True if row.days_out or row.closing == 0 else False if row.days_out == 0 else None
            outs.append(out)
            if out is not None:
                add(codes.MONTHS_KNOWN, 1)
                add(codes.MONTHS_OUT, out)
            if row.days_out is not None and row.days_out <= month.days:
                add(codes.DAYS_KNOWN, (month.end - month.start + timedelta(days=1)).days)
                add(codes.DAYS_WITHOUT, row.days_out)
            if row.administered is not None and row.issued is not None:
                add(codes.USED, row.issued)
                add(codes.ADMINISTERED, row.administered)
                add(codes.USE_COMPARED, 1)
                add(codes.USE_IMPOSSIBLE, row.administered > row.issued)
            if row.opening is not None and row.received is not None:
                add(codes.MANAGED, row.opening + row.received)
                add(codes.LOST, row.lost or 0)
                book = row.opening + row.received - (row.issued or 0) - (row.lost or 0) + (row.adjustment or 0)
                if row.closing is not None and book >= 0:
                    add(codes.BOOK, book)
                    add(codes.DIFFERENCE, abs(row.closing - book))
        if outs and (any(outs) or None not in outs):
            add(codes.FULL_KNOWN, 1)
            add(codes.FULL, not any(outs))
        values = found[site.pk, month].values
        assert (values[codes.MONTHS_OUT] or 0) >= (values[codes.OUT_LAST_DAY] or 0), month
        for code in (codes.OBSERVED, codes.OUT_LAST_DAY, codes.MONTHS_KNOWN, codes.MONTHS_OUT, codes.DAYS_KNOWN,
                     codes.DAYS_WITHOUT, codes.USED, codes.ADMINISTERED, codes.USE_COMPARED, codes.USE_IMPOSSIBLE,
                     codes.MANAGED, codes.LOST, codes.BOOK, codes.DIFFERENCE, codes.FULL_KNOWN,
                     codes.FULL):  # fmt: skip
            assert values[code] == expected.get(code), (month, code)
