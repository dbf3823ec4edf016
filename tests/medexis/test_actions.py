"""What is written when a month of stock is entered or corrected, and what is refused."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from indicators.accounts.roles import Role
from indicators.models import DataValue, User
from indicators.periods import Period
from research.medexis.formulas.balance import Flag, Line
from research.medexis.measures.actions import publish_measures
from research.medexis.measures.expected import expected_and_received
from research.medexis.measures.queries import days_out
from research.medexis.models import StockLine, StockReport
from research.medexis.reports.actions import edit_report, save_report
from research.medexis.reports.history import changes
from research.medexis.reports.queries import (
    checked_lines,
    lines_of,
    recent_reports,
    reports_for,
)
from research.revisions import Conflict
from tests.builders import a_clerk_of, a_day, a_followed_site, a_product, a_stock_report, a_user, the_process_elements

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER = Period.parse("202509"), Period.parse("202510")
LINE = Line(opening=100, received=50, issued=60, lost=5, adjustment=0, closing=85, days_out=0)


def lead() -> User:
    the_process_elements()
    return a_user(Role.LEAD)


def saved(by: User, line: Line = LINE, **given: Any) -> StockReport:
    lines = given.pop("lines", None) or {a_product(tracer=True).pk: line}
    site = given.pop("site", None) or a_followed_site("medexis").unit
    defaults: dict[str, Any] = {"client_uuid": uuid4(), "period": SEPTEMBER, "received_on": a_day("2025-10-03")}
    return save_report(by=by, site=site, lines=lines, **defaults | given)


def measures(site: Any, month: Period = SEPTEMBER) -> dict[str | None, float]:
    return dict(DataValue.objects.filter(unit=site, period=month.code).values_list("element__code", "value"))


def test_a_month_is_stored_as_typed_with_its_measures() -> None:
    product = a_product(tracer=True)
    off = Line(opening=100, received=None, issued=60, closing=0, days_out=4)
    report = saved(lead(), lines={product.pk: off, a_product().pk: Line()})
    assert lines_of(report) == {product.pk: off}
    assert measures(report.site) == {
        "STOCK_REPORTS": 1, "STOCK_DAYS_OUT": 4, "STOCK_OBSERVED": 1, "STOCK_OUT_LAST_DAY": 1, "STOCK_MONTHS_KNOWN": 1,
        "STOCK_MONTHS_OUT": 1, "STOCK_DAYS_KNOWN": 30, "STOCK_DAYS_WITHOUT": 4, "STOCK_FULL_KNOWN": 1, "STOCK_FULL": 0,
        "STOCK_ON_HAND": 0, "STOCK_AMC": pytest.approx(60 / 26 * 365.25 / 12),
    }  # fmt: skip
    assert days_out(report.site, [SEPTEMBER, OCTOBER]) == {SEPTEMBER: 4, OCTOBER: None}


def test_days_out_left_blank_are_missing_and_zero_is_zero() -> None:
    by = lead()
    blank, zero = saved(by, Line(closing=3)), saved(by, Line(closing=3, days_out=0))
    assert measures(blank.site) == {"STOCK_REPORTS": 1, "STOCK_OBSERVED": 1, "STOCK_OUT_LAST_DAY": 0}
    assert measures(zero.site)["STOCK_DAYS_OUT"] == 0


def test_days_out_of_another_product_than_the_tracer_are_no_measure() -> None:
    report = saved(lead(), lines={a_product().pk: Line(days_out=9)})
    assert "STOCK_DAYS_OUT" not in measures(report.site)


def test_the_same_form_sent_twice_makes_one_report_and_another_for_the_month_is_a_conflict() -> None:
    by, uuid, product = lead(), uuid4(), a_product()
    site = a_followed_site("medexis").unit
    first = saved(by, site=site, client_uuid=uuid, lines={product.pk: LINE})
    assert saved(by, site=site, client_uuid=uuid, lines={product.pk: LINE}) == first
    with pytest.raises(Conflict) as conflict:
        saved(by, site=site, lines={product.pk: LINE})
    assert conflict.value.stored == first
    with pytest.raises(Conflict):
        saved(by, site=site, client_uuid=uuid, lines={product.pk: Line(opening=1)})
    assert StockReport.objects.count() == StockLine.objects.count() == 1


def test_a_correction_replaces_the_lines_and_is_kept_in_the_history() -> None:
    by, first, second = lead(), a_product(tracer=True), a_product()
    report = saved(by, lines={first.pk: LINE})
    changed = Line(opening=100, received=50, issued=60, lost=5, adjustment=0, closing=80, days_out=2)
    edited = edit_report(
        report, by=by, version=1, received_on=report.received_on, lines={first.pk: changed, second.pk: Line(closing=7)}
    )
    assert (edited.version, measures(report.site)["STOCK_DAYS_OUT"]) == (2, 2)
    trail = {(change.before, change.after) for change in changes(edited)}
    assert trail == {(85, 80), (0, 2), (None, 7)}
    edit_report(report, by=by, version=2, received_on=report.received_on, lines={second.pk: Line(closing=7)})
    assert measures(report.site) == {"STOCK_REPORTS": 1}
    with pytest.raises(Conflict):
        edit_report(report, by=by, version=1, received_on=report.received_on, lines={first.pk: LINE})


def test_a_correction_that_changes_nothing_is_none() -> None:
    by, product = lead(), a_product()
    report = saved(by, lines={product.pk: LINE})
    same = edit_report(report, by=by, version=1, received_on=report.received_on, lines={product.pk: LINE})
    assert same.version == 1


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (Line(days_out=31), "days_out"),
        (Line(opening=-1), "opening"),
        (Line(closing=10_000_000), "closing"),
        (Line(adjustment=-10_000_000), "adjustment"),
    ],
)
def test_impossible_numbers_are_refused_by_row_and_field(line: Line, field: str) -> None:
    by, product = lead(), a_product()
    with pytest.raises(ValidationError) as refused:
        saved(by, lines={product.pk: line})
    assert list(refused.value.message_dict) == [f"{product.pk}-{field}"]
    assert not StockReport.objects.exists()


def test_a_negative_adjustment_and_an_imbalance_are_kept() -> None:
    report = saved(lead(), Line(opening=10, received=0, issued=0, lost=0, adjustment=-3, closing=9, days_out=0))
    [checked] = checked_lines(report)
    assert (checked.line.adjustment, checked.expected, checked.difference) == (-3, 7, 2)
    assert checked.flags == (Flag.IMBALANCE,)


def test_the_opening_is_compared_with_the_month_before() -> None:
    by, product, site = lead(), a_product(), a_followed_site("medexis").unit
    saved(by, site=site, lines={product.pk: LINE})
    later = saved(by, site=site, period=OCTOBER, received_on=a_day("2025-11-02"), lines={product.pk: Line(opening=80)})
    [checked] = checked_lines(later)
    assert checked.closing_before == 85
    assert Flag.OPENING_DIFFERS in checked.flags


def test_a_month_to_come_a_wrong_day_and_an_empty_grid_are_refused() -> None:
    by, today = lead(), timezone.localdate()
    to_come = Period.month_of(today).next()
    refusals: list[tuple[str, dict[str, Any]]] = [
        ("period", {"period": to_come}),
        ("received_on", {"received_on": today + timedelta(days=1)}),
        ("received_on", {"received_on": a_day("2025-08-31")}),
        ("__all__", {"line": Line()}),
        ("__all__", {"lines": {987654: LINE}}),
    ]
    for field, given in refusals:
        with pytest.raises(ValidationError) as refused:
            saved(by, **given)
        assert list(refused.value.message_dict) == [field]


def test_who_may_enter_where() -> None:
    the_process_elements()
    site, elsewhere = a_followed_site("medexis").unit, a_followed_site("medexis").unit
    clerk = a_clerk_of(site)
    report = saved(clerk, site=site)
    for by, at in [(clerk, elsewhere), (a_user(Role.RESEARCHER), site), (a_user(Role.VIEWER), site)]:
        with pytest.raises(PermissionDenied):
            saved(by, site=at, period=OCTOBER)
    assert list(reports_for(clerk)) == [report]
    assert not reports_for(a_user(Role.VIEWER)).exists()


def test_expected_months_follow_the_plan_and_received_ones_count_within_it() -> None:
    planned = a_followed_site("medexis", expected_from=a_day("2025-09-01"), expected_to=a_day("2025-11-30")).unit
    unplanned = a_followed_site("medexis").unit
    for month in ("202508", "202509", "202511"):
        a_stock_report(month, site=planned)
    a_stock_report(site=unplanned)
    first, last = Period.parse("202501"), Period.parse("202512")
    assert expected_and_received([planned, unplanned], first, last) == {planned.pk: (3, 2), unplanned.pk: (0, 0)}
    assert expected_and_received([planned.pk], OCTOBER, OCTOBER) == {planned.pk: (1, 0)}
    assert [report.period for report in recent_reports(planned, 2)] == [Period.parse("202511").code, SEPTEMBER.code]


def test_measures_of_a_removed_demonstration_report_go_away() -> None:
    the_process_elements()
    report = a_stock_report(demonstration=True)
    publish_measures([(report.site, SEPTEMBER)], by=None)
    assert DataValue.objects.get().batch.demonstration
    site = report.site
    report.delete()
    publish_measures([(site, SEPTEMBER)], by=None)
    assert measures(site) == {}
