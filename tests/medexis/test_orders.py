"""Orders: what may be stored, what follows from them, and the pages."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from indicators.accounts.roles import Role
from research.medexis.formulas.ordering import Ordered, lead_times, order_fill
from research.medexis.orders.actions import Asked, edit_order, lines_of, save_order
from research.medexis.orders.queries import lines_for, sums, sums_by
from research.models import OrderLine, StockOrder
from research.revisions import Conflict
from tests.builders import a_clerk_of, a_followed_site, a_product, a_user, the_process_elements

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
DAY = date(2025, 9, 1)
LIST, ENTRY, SUMS = reverse("order-list"), reverse("order-create"), reverse("order-sums")


def signed_in(user: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def a_site_and_its_clerk() -> tuple[Any, Any]:
    the_process_elements()
    site = a_followed_site("medexis").unit
    return site, a_clerk_of(site, language="en")


def an_order(site: Any, *lines: tuple[Any, Asked], **fields: Any) -> StockOrder:
    """A row as it stands in the database; no measure is published."""
    order = StockOrder.objects.create(**{"site": site, "ordered_on": DAY} | fields)
    for product, line in lines:
        OrderLine.objects.create(order=order, product=product, **line._asdict())
    return order


def test_an_order_is_stored_once_and_received_later() -> None:
    site, clerk = a_site_and_its_clerk()
    penta, bcg = a_product(), a_product()
    said: dict[str, Any] = {"client_uuid": uuid4(), "site": site, "ordered_on": DAY, "number": "B12"}
    said["lines"] = {penta.pk: Asked(100), bcg.pk: Asked(None)}
    order = save_order(by=clerk, **said)
    assert save_order(by=clerk, **said) == order
    assert lines_of(order) == {penta.pk: Asked(100)}
    with pytest.raises(Conflict):
        save_order(by=clerk, **said | {"lines": {penta.pk: Asked(90)}})
    came = {penta.pk: Asked(100, 120, date(2025, 9, 12)), bcg.pk: Asked(20, 0, date(2025, 9, 12))}
    edited = edit_order(order, by=clerk, version=1, ordered_on=DAY, number="B12", lines=came)
    assert (edited.version, lines_of(edited)) == (2, came)
    assert edit_order(edited, by=clerk, version=2, ordered_on=DAY, number="B12", lines=came).version == 2
    with pytest.raises(Conflict):
        edit_order(order, by=clerk, version=1, ordered_on=DAY, lines=came)
    assert OrderLine.history.filter(order=order, history_type="~").count() == 1
    edit_order(edited, by=clerk, version=2, ordered_on=DAY, number="B12", lines={penta.pk: came[penta.pk]})
    assert list(order.lines.values_list("product", flat=True)) == [penta.pk]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (Asked(0), "ordered"),
        (Asked(None, 5, DAY), "ordered"),
        (Asked(5, 5), "received_on"),
        (Asked(5, None, DAY), "received"),
        (Asked(5, 5, DAY - timedelta(days=1)), "received_on"),
        (Asked(5, 5, date(2999, 1, 1)), "received_on"),
    ],
)
def test_what_is_refused(line: Asked, field: str) -> None:
    site, clerk = a_site_and_its_clerk()
    product = a_product()
    with pytest.raises(ValidationError) as error:
        save_order(by=clerk, client_uuid=uuid4(), site=site, ordered_on=DAY, lines={product.pk: line})
    assert list(error.value.message_dict) == [f"{product.pk}-{field}"]
    assert not StockOrder.objects.exists()


def test_empty_orders_double_numbers_and_days_to_come_are_refused() -> None:
    site, clerk = a_site_and_its_clerk()
    product = a_product()
    an_order(site, (product, Asked(5)), number="B12")
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(ValidationError) as error:
        save_order(by=clerk, client_uuid=uuid4(), site=site, ordered_on=tomorrow, number="B12", lines={})
    assert set(error.value.message_dict) == {"ordered_on", "number", "__all__"}
    elsewhere = a_followed_site("medexis").unit
    with pytest.raises(PermissionDenied):
        save_order(by=clerk, client_uuid=uuid4(), site=elsewhere, ordered_on=DAY, lines={product.pk: Asked(1)})
    order = save_order(
        by=a_user(Role.LEAD), client_uuid=uuid4(), site=elsewhere, ordered_on=DAY, number="B12",
        lines={product.pk: Asked(1)},
    )  # fmt: skip
    assert order.number == "B12"


def test_sums_are_those_of_the_formulas() -> None:
    site, other = a_followed_site("medexis").unit, a_followed_site("medexis").unit
    penta, bcg = a_product(), a_product()
    told = [
        (site, penta, Asked(100, 80, date(2025, 9, 11))),
        (site, bcg, Asked(40, 0, date(2025, 9, 3))),
        (other, penta, Asked(50, 75, date(2025, 9, 6))),
        (other, bcg, Asked(30)),
    ]
    for where, product, line in told:
        an_order(where, (product, line))
    an_order(other, (penta, Asked(10, 10, date(2025, 8, 1))))  # before it was ordered: from elsewhere than the form
    lines = lines_for(a_user(Role.RESEARCHER))
    every = [*told, (other, penta, Asked(10, 10, date(2025, 8, 1)))]

    def slow(rows: list[Any]) -> tuple[Any, Any]:
        plain = [Ordered(line.ordered, DAY, line.received, line.received_on) for _site, _product, line in rows]
        return order_fill(plain), lead_times(plain)

    found = sums(lines)
    assert (found.fill, found.lead) == slow(every)
    assert (found.lines, found.waiting, found.contradicting) == (5, 1, 1)
    by_product = {one.key: one for one in sums_by(lines, "product")}
    assert (by_product[penta.pk].fill, by_product[penta.pk].lead) == slow([row for row in every if row[1] == penta])
    assert by_product[penta.pk].over
    assert by_product[bcg.pk].fill == (0, 40)
    assert by_product[bcg.pk].lead is None, "nothing was sent"
    [at_site] = sums_by(lines, "order__site", [site.pk])
    assert (at_site.fill, at_site.lead) == slow([row for row in every if row[0] == site])
    assert sums(lines.none()).fill is None


def hidden(page: Any) -> dict[str, str]:
    form = page.context["form"]
    return {name: str(form[name].value() or "") for name in ("client_uuid", "version")}


def test_a_clerk_orders_and_receives() -> None:
    site, clerk = a_site_and_its_clerk()
    product = a_product(name_en="Penta")
    client = signed_in(clerk)
    sent = hidden(client.get(ENTRY)) | {"site": site.pk, "ordered_on": "2025-09-01"}
    page = client.post(ENTRY, sent | {f"{product.pk}-ordered": "1 0"})
    assert set(page.context["form"].errors) == {f"{product.pk}-ordered"}
    sent |= {f"{product.pk}-ordered": "100"}
    answer = client.post(ENTRY, sent)
    order = StockOrder.objects.get()
    assert answer.url == reverse("order-detail", args=[order.pk]) + "?envoi=nouvelle"  # type: ignore[attr-defined]
    assert client.post(ENTRY, sent).status_code == 302
    assert StockOrder.objects.count() == 1
    assert client.post(ENTRY, sent | {f"{product.pk}-ordered": "90"}).status_code == 409
    assert "still to come" in client.get(answer.url).content.decode()  # type: ignore[attr-defined]
    edit = reverse("order-edit", args=[order.pk])
    came = hidden(client.get(edit)) | {"ordered_on": "2025-09-01", f"{product.pk}-ordered": "100"}
    came |= {f"{product.pk}-received": "120", f"{product.pk}-received_on": "2025-09-08"}
    assert client.post(edit, came).status_code == 302
    text = client.get(answer.url).content.decode()  # type: ignore[attr-defined]
    assert "more than ordered" in text
    stale = client.post(edit, came | {f"{product.pk}-received": "70"})
    assert stale.status_code == 409
    assert [(old, new) for _label, old, new in stale.context["differences"]] == [(120, 70)]
    lead = signed_in(a_user(Role.LEAD, language="en"))
    assert "quantity received" in lead.get(answer.url).content.decode()  # type: ignore[attr-defined]
    assert "120.0%" in client.get(SUMS).content.decode()


def test_who_may_meet_an_order() -> None:
    site, clerk = a_site_and_its_clerk()
    order, elsewhere = an_order(site), an_order(a_followed_site("medexis").unit)
    client, reader = signed_in(clerk), signed_in(a_user(Role.RESEARCHER))
    for name in ("order-detail", "order-edit"):
        assert client.get(reverse(name, args=[order.pk])).status_code == 200
        assert client.get(reverse(name, args=[elsewhere.pk])).status_code == 404
    assert reader.get(reverse("order-detail", args=[order.pk])).status_code == 200
    assert reader.get(reverse("order-edit", args=[order.pk])).status_code == reader.get(ENTRY).status_code == 403
    viewer = signed_in(a_user(Role.VIEWER))
    assert {viewer.get(address).status_code for address in (LIST, SUMS, ENTRY)} == {403}
    assert list(client.get(LIST).context["page"]) == [order]


def test_lists_are_filtered_at_a_constant_number_of_queries() -> None:
    penta, bcg = a_product(), a_product()
    site = a_followed_site("medexis").unit
    client = signed_in(a_user(Role.RESEARCHER, language="en"))
    waiting = an_order(site, (penta, Asked(5)))
    short = an_order(site, (bcg, Asked(5, 4, DAY)))
    over = an_order(site, (bcg, Asked(5, 6, DAY)))

    def found(query: str) -> set[StockOrder]:
        return set(client.get(LIST + query).context["page"])

    assert found("?etat=waiting") == found(f"?produit={penta.pk}") == {waiting}
    assert (found("?etat=short"), found("?etat=over")) == ({short}, {over})
    assert "No order matches" in client.get(f"{LIST}?etat=over&produit={penta.pk}").content.decode()

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get(address).status_code == 200
        return len(counted)

    before = queries(LIST), queries(SUMS)
    for _n in range(6):
        an_order(a_followed_site("medexis").unit, (penta, Asked(9, 9, DAY)), (bcg, Asked(3)))
    assert (queries(LIST), queries(SUMS)) == before
    assert client.get(f"{SUMS}?du=2025-09-02").context["by_product"] == []
    assert client.get(f"{SUMS}?du=xx&produit=zz").status_code == 200
