"""Dated stock-outs: what may be stored, what follows from them by each rule, and the pages."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from indicators.accounts.roles import Role
from indicators.models import DataValue, OrgUnit
from indicators.periods import Period
from indicators.registry.definitions import definition
from indicators.registry.rivals import rivals
from indicators.rollup.actions import refresh_now
from indicators.rollup.readings import readings
from research.medexis.episodes.actions import rebuild_sites
from research.medexis.episodes.days import CODES, Episode, days_by_rule
from research.medexis.formulas.balance import Line
from research.medexis.models import StockOut
from research.medexis.stock_outs.actions import edit_stock_out, save_stock_out
from research.revisions import Conflict
from tests.builders import a_clerk_of, a_day, a_followed_site, a_product, a_user, the_process_elements
from tests.medexis.test_actions import saved as a_saved_report

pytestmark = pytest.mark.django_db
FEBRUARY, MARCH = Period.parse("202502"), Period.parse("202503")
TODAY = date(2026, 3, 10)


def lead() -> Any:
    return a_user(Role.LEAD)


def saved(by: Any = None, start: str = "2025-02-01", end: str | None = "2025-02-28", **fields: Any) -> StockOut:
    the_process_elements()
    given: dict[str, Any] = {"client_uuid": uuid4(), "start": a_day(start), "end": a_day(end) if end else None}
    if "site" not in fields:
        given["site"] = a_followed_site("medexis").unit
    if "product" not in fields:
        given["product"] = a_product(tracer=True)
    return save_stock_out(by=by or lead(), **given | fields)


def days(site: OrgUnit, month: Period) -> list[float | None]:
    """What is published for the site's month: calendar, 30/360, whole month is zero."""
    rows = DataValue.objects.filter(unit=site, period=month.code, element__code__in=CODES.values())
    found = dict(rows.values_list("element__code", "value"))
    return [found.get(code) for code in CODES.values()]


@pytest.mark.parametrize(
    ("episodes", "month", "worked"),
    [
        # The whole of February: 28 days; 30 of 30; and as if nothing had been missing.
        ([(1, "2025-02-01", "2025-02-28")], "202502", [28, 30, 0]),
        # 10 to 20 March, both included: 11 days by each rule.
        ([(1, "2025-03-10", "2025-03-20")], "202503", [11, 11, 11]),
        # 15 January to 10 March seen from February, and from January: 15th to 31st.
        ([(1, "2025-01-15", "2025-03-10")], "202502", [28, 30, 0]),
        ([(1, "2025-01-15", "2025-03-10")], "202501", [17, 16, 17]),
        # Two products: the one that was out longest, by each rule for itself.
        ([(1, "2025-02-01", "2025-02-28"), (2, "2025-02-03", "2025-02-07")], "202502", [28, 30, 5]),
        # Two episodes of one product add up.
        ([(1, "2025-03-01", "2025-03-02"), (1, "2025-03-30", None)], "202503", [4, 3, 4]),
        # It goes on: up to today, which is 10 March 2026.
        ([(1, "2026-03-04", None)], "202603", [7, 7, 7]),
        ([(1, "2026-02-20", None)], "202602", [9, 11, 9]),
    ],
)
def test_the_days_by_each_rule_worked_by_hand(
    episodes: list[tuple[int, str, str | None]], month: str, worked: list[int]
) -> None:
    dated = [Episode(product, a_day(start), a_day(end) if end else None) for product, start, end in episodes]
    found = days_by_rule(dated, Period.parse(month), reported=None, today=TODAY)
    assert list(found.values()) == worked


@pytest.mark.parametrize(("reported", "expected"), [(0, 0), (None, None), (3, None)])
def test_without_an_episode_only_a_report_of_none_makes_zero(reported: int | None, expected: int | None) -> None:
    elsewhere = [Episode(1, a_day("2025-01-01"), a_day("2025-01-31")), Episode(1, a_day("2025-03-01"), None)]
    found = days_by_rule(elsewhere, FEBRUARY, reported=reported, today=TODAY)
    assert set(found.values()) == {expected}


def test_the_days_are_published_and_follow_a_correction() -> None:
    by = lead()
    stored = saved(by)
    assert days(stored.site, FEBRUARY) == [28, 30, 0]
    edited = edit_stock_out(
        stored, by=by, version=1, product=stored.product, start=a_day("2025-03-10"), end=a_day("2025-03-20")
    )
    assert edited.version == 2
    assert days(stored.site, FEBRUARY) == [None, None, None]
    assert days(stored.site, MARCH) == [11, 11, 11]
    with pytest.raises(Conflict):
        edit_stock_out(stored, by=by, version=1, product=stored.product, start=stored.start, end=None)
    same = edit_stock_out(stored, by=by, version=2, product=stored.product, start=edited.start, end=edited.end)
    assert same.version == 2


def test_a_report_of_no_day_out_makes_zero_and_a_dated_one_replaces_it() -> None:
    the_process_elements()
    by, tracer = lead(), a_product(tracer=True)
    report = a_saved_report(by, lines={tracer.pk: Line(closing=3, days_out=0)})
    september = Period.parse("202509")
    assert days(report.site, september) == [0, 0, 0]
    saved(by, "2025-09-03", "2025-09-04", site=report.site, product=tracer)
    assert days(report.site, september) == [2, 2, 2]


def test_another_product_than_the_tracer_is_kept_and_is_no_measure() -> None:
    stored = saved(product=a_product())
    assert days(stored.site, FEBRUARY) == [None, None, None]


def test_the_same_form_twice_is_one_and_other_content_is_a_conflict() -> None:
    by, uuid, site, product = lead(), uuid4(), a_followed_site("medexis").unit, a_product(tracer=True)
    first = saved(by, client_uuid=uuid, site=site, product=product)
    assert saved(by, client_uuid=uuid, site=site, product=product) == first
    with pytest.raises(Conflict):
        saved(by, end="2025-02-27", client_uuid=uuid, site=site, product=product)
    assert StockOut.objects.count() == 1


@pytest.mark.parametrize(
    ("start", "end", "refused"),
    [
        ("2025-02-28", "2025-03-02", True),
        ("2025-01-01", None, True),
        ("2025-02-10", "2025-02-11", True),
        ("2025-03-01", "2025-03-02", False),
        ("2025-01-01", "2025-01-31", False),
    ],
)
def test_two_of_the_same_product_and_site_may_not_share_a_day(start: str, end: str | None, refused: bool) -> None:
    by, site, product = lead(), a_followed_site("medexis").unit, a_product(tracer=True)
    saved(by, site=site, product=product)
    saved(by, site=site, product=a_product())
    if refused:
        with pytest.raises(ValidationError) as error:
            saved(by, start, end, site=site, product=product)
        assert list(error.value.message_dict) == ["start"]
    else:
        saved(by, start, end, site=site, product=product)
    assert StockOut.objects.filter(product=product).count() == 2 - refused


def test_days_that_cannot_be_are_refused_by_field_and_by_the_database() -> None:
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    for start, end, field in (
        (tomorrow, None, "start"),
        ("1999-12-31", None, "start"),
        ("2025-02-02", "2025-02-01", "end"),
        ("2025-02-02", tomorrow, "end"),
    ):
        with pytest.raises(ValidationError) as error:
            saved(start=start, end=end)
        assert list(error.value.message_dict) == [field]
    site, product = a_followed_site("medexis").unit, a_product()
    with pytest.raises(IntegrityError), transaction.atomic():
        StockOut.objects.create(site=site, product=product, start=a_day("2025-02-02"), end=a_day("2025-02-01"))


def test_who_may_enter_where() -> None:
    site, elsewhere = a_followed_site("medexis").unit, a_followed_site("medexis").unit
    clerk = a_clerk_of(site)
    assert saved(clerk, site=site).created_by == clerk
    for by, at in [(clerk, elsewhere), (a_user(Role.RESEARCHER), site), (a_user(Role.VIEWER), site)]:
        with pytest.raises(PermissionDenied):
            saved(by, site=at)


def test_the_rival_definitions_read_what_is_published() -> None:
    stored = saved()
    refresh_now()
    family = rivals("stock_out_days")
    assert [rule.code for rule in family] == ["stock_out_days", "stock_out_days_30_360", "stock_out_days_whole_zero"]
    quarter = Period.parse("2025Q1")
    numbers = [readings(rule.code, [stored.site], [FEBRUARY, quarter]) for rule in family]
    assert [found[stored.site.pk, FEBRUARY].value for found in numbers] == [28, 30, 0]
    assert [found[stored.site.pk, quarter].value for found in numbers] == [28, 30, 0]
    assert definition("stock_out_days").unit == "days"
    client = signed_in(a_user(Role.LEAD, language="en"))
    chosen: dict[str, Any] = {
        "indicator": "stock_out_days",
        "unit": stored.site.pk,
        "frequency": "month",
        "from": "2025-02",
    }
    page = client.get(reverse("indicator-rivals"), chosen | {"to": "2025-02"})
    assert [cell.by for cell in page.context["rows"][0].cells] == [None, 2, -28]


def signed_in(user: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def form_of(page: Any, **typed: str) -> dict[str, str]:
    form = page.context["form"]
    held = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else str(value) for name, value in held.items()} | typed


def a_clerk() -> tuple[Client, OrgUnit, Any]:
    the_process_elements()
    site = a_followed_site("medexis").unit
    return signed_in(a_clerk_of(site, language="en")), site, a_product(tracer=True)


CREATE, LIST = reverse("stock-out-create"), reverse("stock-out-list")


def test_a_clerk_enters_three_fields_twice_sent_it_is_one_and_ends_it_later() -> None:
    client, site, product = a_clerk()
    page = client.get(CREATE)
    assert page.context["form"].initial["site"] == site, "the only site is chosen already"
    typed = form_of(page, site=str(site.pk), product=str(product.pk), start="2025-02-01")
    for _twice in range(2):
        assert client.post(CREATE, typed).status_code == 302
    row = StockOut.objects.get()
    assert (row.site, row.product, row.end) == (site, product, None)
    assert "goes on" in client.get(LIST).content.decode()
    edit = reverse("stock-out-edit", args=[row.pk])
    assert client.post(edit, form_of(client.get(edit), end="2025-02-28")).status_code == 302
    row.refresh_from_db()
    assert row.end == a_day("2025-02-28")
    text = client.get(LIST, {"site": site.pk}).content.decode()
    assert "28 days" in text
    assert "No stock-out matches" in client.get(LIST, {"state": "ongoing"}).content.decode()


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_stored() -> None:
    client, site, product = a_clerk()
    page = client.get(CREATE)
    wrong = form_of(page, site=str(site.pk), product=str(product.pk), start="2025-02-05", end="2025-02-01")
    answer = client.post(CREATE, wrong)
    assert "The last day without stock lies before the first one." in answer.content.decode()
    assert client.post(CREATE, wrong | {"start": "soon"}).status_code == 200
    elsewhere = a_followed_site("medexis").unit
    assert client.post(CREATE, wrong | {"site": str(elsewhere.pk)}).status_code == 200
    assert not StockOut.objects.exists()


def test_an_edit_from_an_old_page_meets_both_versions() -> None:
    client, site, product = a_clerk()
    row = saved(end=None, site=site, product=product)
    edit = reverse("stock-out-edit", args=[row.pk])
    old = form_of(client.get(edit), end="2025-02-10")
    assert client.post(edit, form_of(client.get(edit), end="2025-02-28")).status_code == 302
    answer = client.post(edit, old)
    assert answer.status_code == 409
    again = form_of(answer)
    assert client.post(edit, again).status_code == 302
    row.refresh_from_db()
    assert row.end == a_day("2025-02-10")


def test_another_district_s_stock_out_does_not_exist_and_viewers_read_none() -> None:
    client, _site, _product = a_clerk()
    row = saved()
    assert client.get(reverse("stock-out-edit", args=[row.pk])).status_code == 404
    assert row.site.name not in client.get(LIST).content.decode()
    assert signed_in(a_user(Role.VIEWER)).get(LIST).status_code == 403
    researcher = signed_in(a_user(Role.RESEARCHER))
    assert row.site.name in researcher.get(LIST).content.decode()
    assert researcher.get(CREATE).status_code == 403


def test_a_longer_list_takes_no_more_queries(django_assert_max_num_queries: Any) -> None:
    client, site, _product = a_clerk()
    for _row in range(12):
        StockOut.objects.create(site=site, product=a_product(), start=a_day())
    rebuild_sites([site.pk])
    with django_assert_max_num_queries(16):
        assert client.get(LIST).content.decode().count("goes on") >= 12
