"""The list of reports: which months raise questions, said by the database as by the rule, in few queries."""

import random
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from indicators.accounts.roles import Role
from indicators.periods import Period
from research.medexis.formulas.balance import Flag, Line, flags
from research.medexis.models import StockLine, StockReport
from research.medexis.reports.flagged import flagged_lines, to_check
from research.medexis.reports.queries import closings_before, line_of, open_questions
from tests.builders import a_followed_site, a_product, a_stock_report, a_user

pytestmark = pytest.mark.django_db
MONTHS = [Period.parse(month) for month in ("202412", "202501", "202502", "202503", "202504")]


def a_line(dice: random.Random) -> dict[str, int | None]:
    """Small numbers with many blanks, so that every rule meets both answers."""
    few = [None, 0, 0, 1, 2, 3, 5]
    line = {name: dice.choice(few) for name in Line.__dataclass_fields__}
    if dice.random() < 0.5:
        line |= {name: None for name in Line.__dataclass_fields__ if name.startswith("lost_")}
    line["adjustment"] = dice.choice([None, -2, 0, 0, 3])
    return line | {"days_out": dice.choice([None, 0, 2, 28, 30, 31, 300])}


def by_rule(row: StockLine) -> bool:
    month = Period.from_code(row.report.period)
    before = closings_before(row.report.site_id, month).get(row.product_id)
    return bool(set(flags(line_of(row), closing_before=before, days=month.days)) - {Flag.INCOMPLETE})


def test_the_database_finds_the_lines_that_the_rule_flags() -> None:
    dice, products = random.Random(6), [a_product() for _n in range(20)]
    site = a_followed_site("medexis").unit
    for month in MONTHS:
        report = a_stock_report(month.id, site=site)
        for product in products:
            StockLine.objects.create(report=report, product=product, **a_line(dice))
    rows = list(StockLine.objects.select_related("report"))
    expected = {row.pk for row in rows if by_rule(row)}
    assert 20 < len(expected) < len(rows)
    assert set(flagged_lines(MONTHS).values_list("pk", flat=True)) == expected
    assert set(flagged_lines(MONTHS[:1]).values_list("pk", flat=True)) < expected


@pytest.mark.parametrize("number", range(6))
def test_a_line_that_barely_errs_is_found_too(number: int) -> None:
    good = {"opening": 10, "received": 5, "issued": 6, "lost": 1, "adjustment": 0, "closing": 8, "days_out": 0}
    wrong: list[dict[str, Any]] = [
        {}, {"closing": 7}, {"administered": 7}, {"lost_broken": 2}, {"days_out": 31}, {"lost": None, "issued": 16}
    ]  # fmt: skip
    row = StockLine.objects.create(report=a_stock_report("202509"), product=a_product(), **good | wrong[number])
    found = flagged_lines([Period.parse("202509")])
    assert [one.pk for one in found] == ([row.pk] if number else [])
    assert by_rule(row) == bool(number)


def test_the_list_counts_and_filters_what_is_to_check() -> None:
    fine, odd = a_stock_report("202509"), a_stock_report("202510")
    StockLine.objects.create(report=fine, product=a_product(), opening=4)
    StockLine.objects.create(report=odd, product=a_product(), closing=0, days_out=0, issued=1, administered=2)
    assert open_questions([fine, odd]) == {fine.pk: 0, odd.pk: 2}
    assert open_questions([]) == {}
    lead, url = Client(), reverse("stock-list")
    lead.force_login(a_user(Role.LEAD))
    assert [report for report, _n in lead.get(f"{url}?etat=check").context["rows"]] == [odd]
    assert lead.get(f"{url}?etat=check&mois=202509").context["rows"] == []
    assert dict(lead.get(url).context["rows"]) == {fine: 0, odd: 2}
    assert not to_check(StockReport.objects.all(), []).exists()


def test_the_list_asks_the_database_as_often_for_many_reports_as_for_few(
    django_assert_max_num_queries: Any,
) -> None:
    product, lead, url = a_product(), Client(), reverse("stock-list")
    lead.force_login(a_user(Role.LEAD))
    now = Period.month_of(timezone.localdate())
    site = a_followed_site("medexis").unit
    for back in range(1, 25):
        report = a_stock_report(now.shift(-back).id, site=site)
        StockLine.objects.create(report=report, product=product, opening=4, closing=1, days_out=2)
    for query in ("", "?etat=check", "?etat=out"):
        with django_assert_max_num_queries(22):
            page = lead.get(url + query)
        assert len(page.context["rows"]) == (3 if "check" in query else 24)
        assert len(page.content) < 100_000


def test_of_too_many_sites_those_of_the_chosen_district_are_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = a_stock_report("202509"), a_stock_report("202509")
    lead, url = Client(), reverse("stock-list")
    lead.force_login(a_user(Role.LEAD))

    def offered(query: str) -> tuple[list[Any], set[Any]]:
        context = lead.get(url + query).context
        choices = context["filter"].form.fields["site"].choices
        return [str(key) for key, _name in choices if key], {report for report, _n in context["rows"]}

    assert len(offered("")[0]) == 2
    monkeypatch.setattr("research.medexis.reports.filters.SITES_OFFERED", 1)
    assert offered("") == ([], {first, second})
    assert offered(f"?district={first.site.parent_id}") == ([str(first.site_id)], {first})
    assert offered(f"?site={second.site_id}") == ([str(second.site_id)], {second})
    assert offered("?site=9999999999999999999999") == ([], {first, second})
