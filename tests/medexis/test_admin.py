"""Repairs in the back office: what rests on the rows is published anew."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from indicators.models import DataValue
from indicators.periods import Period
from research.medexis.measures import codes
from research.medexis.orders.actions import Asked
from research.models import OrderLine, Product, StockNorm, StockOrder, StockPublication
from tests.builders import a_day, a_followed_site, a_product, a_user, the_process_elements
from tests.medexis.test_orders import an_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(a_user(is_staff=True, is_superuser=True, language="en"))
    return client


def norm_of(product: Product, **more: Any) -> dict[str, Any]:
    said = {"product": product.pk, "unit": "", "minimum": "1", "maximum": "3", "interval": ""}
    return said | {"basis_fr": "exemple", "basis_en": "example"} | more


def asked() -> list[Any]:
    """Product and place of what waits to be published, which is taken out."""
    rows = list(StockPublication.objects.order_by("pk").values_list("product", "unit"))
    StockPublication.objects.all().delete()
    return rows


def test_a_norm_that_is_added_changed_or_deleted_asks_for_a_publication(office: Client) -> None:
    product, unit = a_product(tracer=True), a_followed_site("medexis").unit
    assert office.post(reverse("admin:research_stocknorm_add"), norm_of(product)).status_code == 302
    norm = StockNorm.objects.get()
    assert asked() == [(product.pk, None)]
    change = reverse("admin:research_stocknorm_change", args=[norm.pk])
    office.post(change, norm_of(product, unit=unit.pk))
    assert asked() == [(product.pk, None), (product.pk, unit.pk)]  # where it held, and where it holds
    refused = office.post(change, norm_of(product, minimum="4"))
    assert refused.status_code == 200
    assert not asked()
    office.post(reverse("admin:research_stocknorm_delete", args=[norm.pk]), {"post": "yes"})
    assert asked() == [(product.pk, unit.pk)]
    assert not StockNorm.objects.exists()


def test_norms_deleted_together_ask_for_each(office: Client) -> None:
    tracer, other = a_product(tracer=True), a_product()
    for product in (tracer, other):
        office.post(reverse("admin:research_stocknorm_add"), norm_of(product))
    assert asked() == [(tracer.pk, None)]  # of a product that is no tracer nothing is published
    keys = list(StockNorm.objects.values_list("pk", flat=True))
    data = {"action": "delete_selected", "_selected_action": keys, "post": "yes"}
    office.post(reverse("admin:research_stocknorm_changelist"), data)
    assert asked() == [(tracer.pk, None)]
    assert not StockNorm.objects.exists()


def published(site: Any, code: str) -> dict[str, float]:
    rows = DataValue.objects.filter(unit=site, element__code=code).values_list("period", "value")
    return {Period.from_code(period).id: value for period, value in rows}


def sent(order: StockOrder, line: OrderLine, **more: Any) -> dict[str, Any]:
    management = {"lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 1, "lines-MIN_NUM_FORMS": 0, "lines-MAX_NUM_FORMS": 99}
    said = {
        "site": order.site_id, "number": order.number, "ordered_on": order.ordered_on.isoformat(), "note": "",
        "lines-0-id": line.pk, "lines-0-order": order.pk, "lines-0-product": line.product_id,
        "lines-0-ordered": line.ordered, "lines-0-received": line.received,
        "lines-0-received_on": line.received_on.isoformat() if line.received_on else "",
    }  # fmt: skip
    return management | said | more


def test_an_order_corrected_in_the_back_office_is_published_in_its_old_and_its_new_month(office: Client) -> None:
    the_process_elements()
    site = a_followed_site("medexis").unit
    order = an_order(site, (a_product(tracer=True), Asked(100, 80, a_day("2025-09-12"))))
    line = order.lines.get()
    change = reverse("admin:research_stockorder_change", args=[order.pk])
    assert office.get(change).status_code == 200
    data = sent(order, line, **{"lines-0-received": 90})
    assert office.post(change, data).status_code == 302
    assert published(site, codes.ORDERED) == {"202509": 100}
    assert published(site, codes.FILLED) == {"202509": 90}
    order.refresh_from_db()
    assert order.version == 2  # whoever has it open in the form is told so
    office.post(change, data | {"lines-0-received_on": "2025-10-02"})
    assert published(site, codes.ORDERED) == {"202510": 100}
    refused = office.post(change, data | {"lines-0-ordered": 0})
    assert refused.status_code == 200
    assert published(site, codes.ORDERED) == {"202510": 100}


@pytest.mark.parametrize("together", [False, True])
def test_an_order_deleted_in_the_back_office_leaves_no_measure(office: Client, together: bool) -> None:
    the_process_elements()
    site = a_followed_site("medexis").unit
    order = an_order(site, (a_product(tracer=True), Asked(100, 80, a_day("2025-09-12"))))
    office.post(reverse("admin:research_stockorder_change", args=[order.pk]), sent(order, order.lines.get()))
    assert published(site, codes.ORDERED) == {"202509": 100}
    if together:
        data = {"action": "delete_selected", "_selected_action": [order.pk], "post": "yes"}
        office.post(reverse("admin:research_stockorder_changelist"), data)
    else:
        office.post(reverse("admin:research_stockorder_delete", args=[order.pk]), {"post": "yes"})
    assert not StockOrder.objects.exists()
    assert published(site, codes.ORDERED) == {}
