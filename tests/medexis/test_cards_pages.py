"""The pages of stock cards, as a clerk, a lead, a researcher and a stranger meet them."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from indicators.accounts.roles import Role
from indicators.models import User
from research.models import CardLine, Lot, Product, StockCard, StockLine
from tests.builders import a_clerk_of, a_followed_site, a_product, a_stock_report, a_user, the_process_elements
from tests.medexis.cards import a_card_line, a_lot, a_reason, the_reasons

pytestmark = pytest.mark.django_db
LIST, ENTRY = reverse("card-list"), reverse("card-line-create")


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def a_clerk_and_their_site() -> tuple[Client, Any, Product]:
    the_process_elements()
    the_reasons()
    site = a_followed_site("medexis").unit
    return signed_in(a_clerk_of(site, language="en")), site, a_product(name_en="Penta")


def entry(site: Any, product: Product) -> str:
    return f"{ENTRY}?site={site.pk}&produit={product.pk}"


def row(number: int, key: str = "", **typed: Any) -> dict[str, str]:
    if key:
        typed["reason"] = a_reason(key).pk
    return {f"{number}-{name}": str(value) for name, value in typed.items()}


def hidden(page: Any) -> dict[str, str]:
    form = page.context["form"]
    return {name: str(form[name].value() or "") for name in ("client_uuid", "version")}


def test_a_clerk_chooses_a_card_and_types_several_lines() -> None:
    client, site, product = a_clerk_and_their_site()
    assert client.get(ENTRY).context["form"].initial["site"] == site
    page = client.get(entry(site, product))
    sent = hidden(page) | row(0, "counted", day="2025-09-01", quantity=40, lot="A1", expires_on="2026-03-31")
    sent |= row(1, "received", quantity=100, lot="B7") | row(3, "issued", day="2025-09-04", quantity=30, lot="A1")
    answer = client.post(entry(site, product), sent)
    card = StockCard.objects.get()
    assert answer.url == reverse("card-detail", args=[card.pk]) + "?envoi=1"  # type: ignore[attr-defined]
    lines = list(card.lines.order_by("recorded_at"))
    assert [(line.occurred_on.day, line.balance, line.lot_balance) for line in lines] == [
        (1, 40, 40),
        (1, 140, 100),
        (4, 110, 10),
    ]
    assert Lot.objects.get(code="A1").expires_on == date(2026, 3, 31)
    shown = client.get(answer.url).content.decode()  # type: ignore[attr-defined]
    assert "3 lines are saved." in shown
    assert "data-draft-sent" in shown
    # Sent again: the same three lines, and no fourth.
    assert client.post(entry(site, product), sent).status_code == 302
    assert CardLine.objects.count() == 3


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_stored() -> None:
    client, site, product = a_clerk_and_their_site()
    sent = hidden(client.get(entry(site, product)))
    tomorrow = timezone.localdate() + timedelta(days=1)
    sent |= row(0, "received", day="2025-09-01", quantity=5) | row(2, "issued", day=tomorrow, quantity="3x")
    page = client.post(entry(site, product), sent)
    assert page.status_code == 200
    assert set(page.context["form"].errors) == {"2-quantity"}
    page = client.post(entry(site, product), sent | row(2, quantity=3))
    assert page.context["form"].errors == {"2-day": ["This day is still to come."]}
    page = client.post(entry(site, product), sent | row(2, day="", quantity=0))
    assert "2-quantity" in page.context["form"].errors
    page = client.post(entry(site, product), hidden(client.get(entry(site, product))))
    assert "Fill in at least one line." in page.content.decode()
    page = client.post(entry(site, product), sent | row(2, day="", quantity=1, note="x" * 301))
    assert "2-note" in page.context["form"].errors
    assert not CardLine.objects.exists()
    assert not StockCard.objects.exists()


def test_a_lot_on_record_with_another_date_is_told() -> None:
    client, site, product = a_clerk_and_their_site()
    Lot.objects.create(product=product, code="A1", expires_on=date(2026, 3, 31))
    sent = hidden(client.get(entry(site, product)))
    sent |= row(0, "received", day="2025-09-01", quantity=5, lot="A1", expires_on="2026-03-30")
    page = client.post(entry(site, product), sent)
    assert "March 31, 2026" in page.context["form"].errors["0-expires_on"][0]
    assert Lot.objects.get().expires_on == date(2026, 3, 31)
    assert not CardLine.objects.exists()


def test_the_card_shows_lots_questions_and_months() -> None:
    client, site, product = a_clerk_and_their_site()
    old = Lot.objects.create(product=product, code="OLD", expires_on=date(2025, 8, 1))
    a_card_line(site, "2025-08-20", "received", 50, old, product=product)
    a_card_line(site, "2025-09-03", "issued", 60, product=product)
    a_card_line(site, "2025-09-10", "received", 100, product=product, note="bon 12")
    gone = a_card_line(site, "2025-09-11", "issued", 999, product=product)
    CardLine.objects.filter(pk=gone.pk).update(cancelled_because="entered twice")
    report = a_stock_report("202509", site=site)
    StockLine.objects.create(
        report=report,
        product=product,
        opening=50,
        received=100,
        issued=55,
        lost=0,
        adjustment=0,
        closing=95,
        days_out=0,
    )
    page = client.get(reverse("card-detail", args=[StockCard.objects.get().pk]) + "?mois=202509")
    text = page.content.decode()
    context = page.context
    assert context["card"].balance == 90
    assert context["usable"] == 40, "of the hundred sixty were used; fifty are past their date"
    sentences = [sentence for _line, found in context["asked"] for sentence in found]
    assert len(sentences) == 2
    assert "came after its expiry date" in sentences[1]
    assert "balance is -10" in sentences[0]
    september = context["months"][0]
    assert {one.column: (one.card, one.reported, one.difference) for one in september.columns} == {
        "opening": (50, 50, 0),
        "received": (100, 100, 0),
        "issued": (60, 55, -5),
        "lost": (0, 0, 0),
        "adjustment": (0, 0, 0),
        "closing": (90, 95, 5),
        "days_out": (7, 0, -7),
    }
    assert "entered twice" in text
    assert "bon 12" in text
    assert reverse("stock-detail", args=[report.pk]) in text


def test_a_line_is_corrected_and_cancelled() -> None:
    client, site, product = a_clerk_and_their_site()
    first = a_card_line(site, "2025-09-01", "received", 100, product=product)
    last = a_card_line(site, "2025-09-05", "issued", 30, product=product)
    address = reverse("card-line-edit", args=[first.pk])
    page = client.get(address)
    sent = hidden(page) | row_of(page) | {"quantity": "80", "note": "read wrong"}
    assert client.post(address, sent).url == reverse("card-detail", args=[first.card_id])  # type: ignore[attr-defined]
    last.refresh_from_db()
    assert last.balance == 50
    stale = client.post(address, sent | {"quantity": "70"})
    assert stale.status_code == 409
    assert [(str(label), old, new) for label, old, new in stale.context["differences"]] == [("Quantity", 80, 70)]
    cancel = reverse("card-line-cancel", args=[first.pk])
    page = client.get(cancel)
    assert client.post(cancel, hidden(page)).status_code == 200, "a reason is needed"
    client.post(cancel, hidden(page) | {"cancelled_because": "entered twice"})
    last.refresh_from_db()
    assert last.balance == -30
    assert "entered twice" in client.get(address).content.decode()
    assert "entered twice" in client.post(address, sent).content.decode()
    assert client.post(cancel, hidden(page) | {"cancelled_because": "again"}).status_code == 409


def row_of(page: Any) -> dict[str, str]:
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields if name not in ("client_uuid", "version")}
    values["reason"] = form.line.reason_id
    return {name: "" if value is None else str(value) for name, value in values.items()}


def test_who_may_meet_a_card() -> None:
    client, site, product = a_clerk_and_their_site()
    line = a_card_line(site, product=product)
    elsewhere = a_card_line(a_followed_site("medexis").unit, product=product)
    pages = [("card-detail", "card_id"), ("card-line-edit", "pk"), ("card-line-cancel", "pk")]
    for name, key in pages:
        assert client.get(reverse(name, args=[getattr(line, key)])).status_code == 200
        assert client.get(reverse(name, args=[getattr(elsewhere, key)])).status_code == 404
    assert client.get(entry(elsewhere.card.site, product)).status_code == 404
    assert client.get(f"{ENTRY}?site=x&produit=1").status_code == 404
    assert client.get(f"{ENTRY}?site=&produit=").status_code == 400
    researcher = signed_in(a_user(Role.RESEARCHER, language="en"))
    assert researcher.get(reverse("card-detail", args=[line.card_id])).status_code == 200
    assert "Enter lines" not in researcher.get(reverse("card-detail", args=[line.card_id])).content.decode()
    for address in (ENTRY, reverse("card-line-edit", args=[line.pk]), reverse("card-line-cancel", args=[line.pk])):
        assert researcher.get(address).status_code == 403
        assert researcher.post(address, {"client_uuid": str(uuid4())}).status_code == 403
    viewer = signed_in(a_user(Role.VIEWER))
    assert viewer.get(LIST).status_code == viewer.get(reverse("card-detail", args=[line.card_id])).status_code == 403


def test_the_list_is_filtered() -> None:
    client, site, product = a_clerk_and_their_site()
    other = a_product()
    a_card_line(site, "2025-09-01", "received", 10, product=product)
    a_card_line(site, "2025-09-02", "issued", 10, product=product)
    a_card_line(site, "2025-09-01", "issued", 1, product=other)
    a_card_line(site, "2025-09-02", "received", 5, product=other)
    a_card_line(a_followed_site("medexis").unit)

    def found(query: str = "") -> list[Product]:
        return [card.product for card in client.get(LIST + query).context["page"]]

    assert found() == [product, other], "of the person's district only"
    assert found(f"?produit={other.pk}") == [other]
    assert found("?etat=out") == [product]
    assert found("?etat=below") == [other]
    assert found(f"?site={site.pk}&district={site.parent_id}") == [product, other]
    assert "No stock card matches" in client.get(f"{LIST}?etat=out&produit={other.pk}").content.decode()


def test_queries_do_not_grow_with_the_lines() -> None:
    client, site, product = a_clerk_and_their_site()

    def queries(address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as counted:
            assert client.get(address).status_code == 200
        return len(counted)

    line = a_card_line(site, "2025-06-01", "received", 100, product=product)
    detail = reverse("card-detail", args=[line.card_id])
    queries(LIST)
    few = queries(LIST), queries(detail)
    lots = [Lot.objects.create(product=product, code=f"L{n}", expires_on=date(2025, 6, 10)) for n in range(5)]
    for n in range(30):
        a_card_line(site, f"2025-07-{n + 1:02}", "issued", n + 1, lots[n % 5], product=product)
    for _n in range(8):
        a_card_line(site)
    assert (queries(LIST), queries(detail)) == (few[0], few[1] + 2), "the lots, and the lines that raise questions"


def test_a_lead_corrects_a_lot_and_nobody_else() -> None:
    clerk, site, product = a_clerk_and_their_site()
    lot = a_lot(product, "A1", "2026-03-31")
    a_lot(product, "A2")
    line = a_card_line(site, lot=lot, product=product)
    address = reverse("lot-edit", args=[lot.pk])
    assert clerk.get(address).status_code == clerk.post(address).status_code == 403
    lead = signed_in(a_user(Role.LEAD, language="en"))
    assert address in lead.get(reverse("card-detail", args=[line.card_id])).content.decode()
    was = {"was_code": "A1", "was_expires_on": "2026-03-31"}
    assert "another lot" in lead.post(address, {"code": "A2", **was}).content.decode()
    page = lead.post(address, {"code": "A1", "expires_on": "3026-04-30", **was})
    assert "year of the expiry date" in page.content.decode()
    assert lead.post(address, {"code": "A1", "expires_on": "2026-04-30", **was}).status_code == 302
    lot.refresh_from_db()
    assert lot.expires_on == date(2026, 4, 30)
    assert lead.post(address, {"code": "A1", "expires_on": "", **was}).status_code == 409
    assert "April 30, 2026" in lead.get(address).content.decode()
    lot.refresh_from_db()
    assert lot.expires_on == date(2026, 4, 30)
