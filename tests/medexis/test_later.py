"""Measures of many sites are made after the request, in pieces, and are not forgotten."""

from decimal import Decimal
from typing import Any

import pytest

from indicators.accounts.roles import Role
from indicators.models import DataValue, OrgUnit
from research.medexis.measures import codes, later
from research.medexis.models import Product, StockLine, StockPublication
from research.medexis.products.actions import save_norm
from tests.builders import a_followed_site, a_product, a_stock_report, a_user, the_process_elements

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
WITHIN = {"element__code": codes.PLAN_WITHIN}


def a_line(site: OrgUnit, product: Product, **numbers: Any) -> None:
    StockLine.objects.create(report=a_stock_report("202511", site=site), product=product, **numbers)


def said(**more: Any) -> dict[str, Any]:
    norm = {
        "minimum": Decimal(1),
        "maximum": Decimal(3),
        "interval": None,
        "basis_fr": "exemple",
        "basis_en": "example",
    }
    return {"by": a_user(Role.LEAD), "unit": None} | norm | more


def test_a_worker_that_stops_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    the_process_elements()
    product = a_product(tracer=True)
    sites = [a_followed_site("medexis").unit for _number in range(3)]
    for site in sites:
        a_line(site, product, closing=60, issued=30, days_out=0)
    monkeypatch.setattr(later, "SITES_AT_ONCE", 1)
    save_norm(**said(product=product))
    assert later.publish_asked(seconds=-1)
    assert DataValue.objects.filter(**WITHIN).count() == 1
    asked = []
    monkeypatch.setattr(later, "publish_measures", lambda pairs, by: asked.append({site for site, _month in pairs}))
    assert not later.publish_asked()
    assert asked == [{site.pk} for site in sorted(sites, key=lambda site: site.pk)[1:]]


def test_a_later_change_takes_the_place_of_an_earlier_one(monkeypatch: pytest.MonkeyPatch) -> None:
    product = a_product(tracer=True)
    a_line(a_followed_site("medexis").unit, product, closing=60, days_out=0)
    for highest in (3, 4):
        save_norm(**said(product=product, maximum=Decimal(highest)))
    done = []
    monkeypatch.setattr(later, "publish_measures", lambda pairs, by: done.append(pairs))
    assert StockPublication.objects.count() == 2
    later.publish_asked()
    assert len(done) == 1
    assert not StockPublication.objects.exists()


def test_what_fails_is_still_to_be_done(monkeypatch: pytest.MonkeyPatch) -> None:
    product = a_product(tracer=True)
    a_line(a_followed_site("medexis").unit, product, closing=60, days_out=0)
    later.publish_later(by=None)

    def breaks(*_pairs: Any, **_by: Any) -> None:
        raise ValueError("broken")

    monkeypatch.setattr(later, "publish_measures", breaks)
    with pytest.raises(ValueError, match="broken"):
        later.publish_asked()
    assert StockPublication.objects.get().done_to == 0


def test_what_is_no_tracer_has_no_measure_to_make_anew() -> None:
    save_norm(**said(product=a_product(tracer=False)))
    assert not StockPublication.objects.exists()
