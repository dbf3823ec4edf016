"""Before and after go-live: sums on both sides of a date, against plain loops."""

from datetime import date
from random import Random
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from indicators.models import Batch, DataElement, DataValue, OrgUnit
from indicators.pages.formats import signed_text
from indicators.periods import Period, between
from research.evaluations.before_after import before_after
from research.evaluations.models import EvaluationSite, ExposureStage
from research.medexis.models import VaccineAssumption
from research.medexis.products.assumptions import assumed, assumption_at
from tests.builders import a_followed_site, the_default_combo, the_process_elements

pytestmark = pytest.mark.django_db
MONTHS = list(between(Period.parse("202501"), Period.parse("202512")))


def live_since(row: EvaluationSite, day: date, stopped: date | None = None) -> EvaluationSite:
    for stage, began_on in (("active", day), ("stopped", stopped)):
        if began_on:
            ExposureStage.objects.create(site=row, stage=stage, began_on=began_on, evidence_fr="vu", evidence_en="seen")
    return row


def value(unit: OrgUnit, code: str, month: Period, number: float, *, made_up: bool = False) -> None:
    combo = the_default_combo()
    batch, _made = Batch.objects.get_or_create(origin=Batch.Origin.ENTRY, label="x", demonstration=made_up)
    element = DataElement.objects.get(code=code)
    DataValue.objects.create(
        element=element, period=month.code, unit=unit, option=combo, attribute=combo, value=number, batch=batch
    )


def sites() -> list[EvaluationSite]:
    return list(EvaluationSite.objects.with_exposure().order_by("pk"))


def test_sums_on_both_sides_agree_with_plain_loops() -> None:
    the_process_elements()
    random = Random(3)
    live = live_since(a_followed_site("medexis"), date(2025, 6, 15))
    late = live_since(a_followed_site("medexis"), date(2025, 9, 1), date(2025, 11, 10))
    other = a_followed_site("medexis")
    golive = {live.pk: "202506", late.pk: "202509", other.pk: "202506"}
    expected = {(group, side): [0.0, 0.0] for group in ("live", "other") for side in ("before", "after")}
    for row in (live, late, other):
        for month in MONTHS:
            if random.random() < 0.2:
                continue
            days = random.randint(0, 20)
            value(row.unit, "STOCK_DAYS_WITHOUT", month, days)
            value(row.unit, "STOCK_DAYS_KNOWN", month, month.days)
            if month.id == golive[row.pk] or (row is late and month.id >= "202511"):
                continue
            key = ("other" if row is other else "live", "before" if month.id < golive[row.pk] else "after")
            expected[key][0] += days
            expected[key][1] += month.days
    found = before_after("medexis", sites())
    assert found is not None
    assert (found.went_live, found.others, found.first.id) == (2, 1, "202506")
    (compared,) = [one for one in found.rows if one.definition.code == "days_without_stock"]
    assert [[side.numerator, side.denominator] for side in compared.sides] == list(expected.values())
    shares = [100 * above / below for above, below in expected.values()]
    assert compared.live == pytest.approx(shares[1] - shares[0])
    assert compared.other == pytest.approx(shares[3] - shares[2])


def test_too_few_months_are_shown_and_not_subtracted() -> None:
    the_process_elements()
    live = live_since(a_followed_site("medexis"), date(2025, 3, 1))
    for text in ("202501", "202502", "202504", "202505", "202506"):
        value(live.unit, "STOCK_OUT_LAST_DAY", Period.parse(text), 0, made_up=True)
        value(live.unit, "STOCK_OBSERVED", Period.parse(text), 1, made_up=True)
    found = before_after("medexis", sites())
    assert found is not None
    (row,) = [row for row in found.rows if row.definition.code == "stock_out_last_day"]
    assert (row.sides[0].too_few, row.sides[1].too_few, row.live, row.other) == (True, False, None, None)
    assert found.demonstration


def test_nothing_to_compare_without_a_date() -> None:
    a_followed_site("medexis")
    assert before_after("medexis", sites()) is None
    assert before_after("coach2pev", sites()) is None


def test_as_many_queries_for_many_sites(django_assert_num_queries: Any) -> None:
    the_process_elements()
    rows = [live_since(a_followed_site("medexis"), date(2025, 3, 1)) for _number in range(5)]
    for row in rows:
        value(row.unit, "STOCK_OBSERVED", MONTHS[0], 1)
    found = sites()
    with django_assert_num_queries(5):  # whether anything may be kept, elements, batches, sums and sites
        before_after("medexis", found)


@pytest.mark.usefixtures("in_english")
def test_the_page_shows_it_with_the_assumption_that_it_depends_on(client: Client) -> None:
    the_process_elements()
    row = live_since(a_followed_site("medexis"), date(2025, 6, 1))
    other = a_followed_site("medexis")
    VaccineAssumption.objects.create(site=other.unit, since=date(2025, 1, 1), answer="no", basis="Chef de CSCom")
    for month in MONTHS:
        value(row.unit, "STOCK_OBSERVED", month, 1)
        value(row.unit, "STOCK_OUT_LAST_DAY", month, int(month.id < "202506"))
    client.cookies["django_language"] = "en"
    page = client.get(reverse("evaluation-detail", args=["medexis"])).content.decode()
    assert "Before and after go-live" in page
    assert "\N{MINUS SIGN}100" in page
    assert "Not established: 1" in page


def test_an_assumption_holds_until_the_next() -> None:
    site = a_followed_site("medexis").unit
    for day, answer in ((date(2025, 1, 1), "no"), (date(2025, 6, 1), "yes")):
        VaccineAssumption.objects.create(site=site, since=day, answer=answer, basis="Chef de CSCom")
    answers = [
        assumption_at([site.pk], day)[site.pk] for day in (date(2024, 1, 1), date(2025, 5, 31), date(2025, 6, 1))
    ]
    assert [answer.answer if answer else None for answer in answers] == [None, "no", "yes"]
    assert assumed([site.pk, -1], date(2025, 6, 1))[:3] == (1, 0, 1)


def test_a_change_has_its_sign() -> None:
    assert [signed_text(number) for number in (1.26, -1.0, 0.01, None)] == ["+1,3", "\N{MINUS SIGN}1,0", "0,0", "—"]
