"""The pages of stock, as a clerk, a lead, a researcher and a stranger meet them."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from indicators.accounts.roles import Role
from indicators.models import User
from indicators.periods import Period
from research.medexis.models import Product, StockLine, StockReport
from tests.builders import a_clerk_of, a_followed_site, a_product, a_stock_report, a_user, the_process_elements

pytestmark = pytest.mark.django_db
ENTRY = reverse("stock-entry")


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def a_clerk_and_their_site() -> tuple[Client, Any, Product]:
    the_process_elements()
    site = a_followed_site("medexis").unit
    clerk = a_clerk_of(site, language="en")
    return signed_in(clerk), site, a_product(tracer=True)


def grid(site: Any, month: str = "202509") -> str:
    return f"{ENTRY}?site={site.pk}&mois={month}"


def held(page: Any) -> dict[str, str]:
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else str(value) for name, value in values.items()}


def row(product: Product, **typed: str) -> dict[str, str]:
    return {f"{product.pk}-{name}": value for name, value in typed.items()}


BALANCED = {"opening": "100", "received": "0", "issued": "60", "lost": "0", "adjustment": "0", "closing": "40"}


def test_a_clerk_chooses_a_site_and_a_month_and_types_the_grid() -> None:
    client, site, product = a_clerk_and_their_site()
    choice = client.get(ENTRY)
    last_month = Period.month_of(timezone.localdate()).shift(-1)
    assert choice.context["form"].initial == {"site": site, "mois": last_month.id}
    page = client.get(grid(site))
    answer = client.post(grid(site), held(page) | row(product, **BALANCED, days_out="0"))
    report = StockReport.objects.get()
    assert answer.url == f"{reverse('stock-detail', args=[report.pk])}?envoi=1"  # type: ignore[attr-defined]
    assert client.get(answer.url).context["questions"] == []  # type: ignore[attr-defined]
    line = report.lines.get()
    assert (line.opening, line.received, line.closing, line.days_out) == (100, 0, 40, 0)


def test_blank_stays_blank_and_what_does_not_add_up_is_marked_and_kept() -> None:
    client, site, product = a_clerk_and_their_site()
    a_product()
    typed = row(product, **BALANCED | {"closing": "0", "days_out": "0"})
    answer = client.post(grid(site), held(client.get(grid(site))) | typed, follow=True)
    sentences = [sentence for _product, sentence in answer.context["questions"]]
    assert sentences[0] == "Stock on hand is 0, the movements lead to 40: 40 missing."
    assert len(sentences) == 2
    assert StockLine.objects.get().closing == 0
    client.post(grid(site, "202510"), held(client.get(grid(site, "202510"))) | row(product, closing="0"))
    blank = StockLine.objects.get(report__period=Period.parse("202510").code)
    assert (blank.closing, blank.opening, blank.days_out) == (0, None, None)


def test_the_last_closing_is_shown_as_a_suggestion_and_not_filled_in() -> None:
    client, site, product = a_clerk_and_their_site()
    StockLine.objects.create(report=a_stock_report("202508", site=site), product=product, closing=1234)
    page = client.get(grid(site))
    assert "1,234" in page.content.decode()
    assert held(page)[f"{product.pk}-opening"] == ""


def test_carried_over_when_asked_it_is_marked_and_what_was_typed_stays() -> None:
    client, site, product = a_clerk_and_their_site()
    typed, before = a_product(), a_stock_report("202508", site=site)
    for one in (product, typed):
        StockLine.objects.create(report=before, product=one, closing=1234)
    StockLine.objects.create(report=a_stock_report("202509", site=site), product=typed, opening=9)
    page = client.get(f"{grid(site)}&reprise=1")
    assert [held(page)[f"{one.pk}-opening"] for one in (product, typed)] == ["1234", "9"]
    assert [row.carried for row in page.context["form"].rows()] == [True, False]
    client.post(f"{grid(site)}&reprise=1", held(page) | row(product, opening="1200"))
    assert StockLine.objects.get(report__period=Period.parse("202509").code, product=product).opening == 1200
    detail = client.get(reverse("stock-detail", args=[StockReport.objects.get(version=2).pk]))
    sentences = [sentence for one, sentence in detail.context["questions"] if one == product]
    assert sentences[0] == "Opening stock is 1,200, the month before closed with 1,234."


def test_losses_by_reason_and_doses_administered_are_stored_shown_and_in_the_history() -> None:
    client, site, product = a_clerk_and_their_site()
    told = {"lost": "5", "lost_broken": "3", "lost_vvm": "4", "administered": "61"}
    client.post(grid(site), held(client.get(grid(site))) | row(product, **BALANCED | told))
    detail = reverse("stock-detail", args=[StockReport.objects.get().pk])
    page = client.get(detail)
    sentences = [sentence for _product, sentence in page.context["questions"]]
    assert sentences[-2:] == [
        "The reasons add up to 7, lost in all: 5.", "61 doses administered of 60 used: impossible."
    ]  # fmt: skip
    assert page.context["losses"][0][1] == [None, 4, None, 3, None, None]
    client.post(grid(site), held(client.get(grid(site))) | row(product, lost_broken="1", administered="60"))
    changes = signed_in(a_user(Role.LEAD)).get(detail).context["changes"]
    assert {(change.before, change.after) for change in changes} == {(3, 1), (61, 60)}
    assert client.get(detail).context["questions"] == [(product, sentences[0])]


def test_sending_the_grid_twice_makes_one_report() -> None:
    client, site, product = a_clerk_and_their_site()
    sent = held(client.get(grid(site))) | row(product, **BALANCED)
    assert client.post(grid(site), sent).url == client.post(grid(site), sent).url  # type: ignore[attr-defined]
    assert StockReport.objects.count() == StockLine.objects.count() == 1


def test_a_reported_month_opens_for_correction() -> None:
    client, site, product = a_clerk_and_their_site()
    client.post(grid(site), held(client.get(grid(site))) | row(product, **BALANCED))
    sent = held(client.get(grid(site)))
    assert sent[f"{product.pk}-closing"] == "40"
    client.post(grid(site), sent | row(product, closing="39"))
    assert (StockReport.objects.get().version, StockLine.objects.get().closing) == (2, 39)


def test_a_month_that_somebody_reported_meanwhile_shows_both_and_loses_nothing() -> None:
    client, site, product = a_clerk_and_their_site()
    mine = held(client.get(grid(site)))
    other = signed_in(a_user(Role.LEAD))
    other.post(grid(site), held(other.get(grid(site))) | row(product, **BALANCED))
    page = client.post(grid(site), mine | row(product, **BALANCED | {"closing": "41"}))
    assert page.status_code == 409
    assert page.context["differences"] == [(f"{product.name_en} – stock on hand", 40, 41)]
    assert StockLine.objects.get().closing == 40
    assert client.post(grid(site), held(page)).status_code == 302
    assert StockLine.objects.get().closing == 41


def test_a_stale_correction_is_a_conflict() -> None:
    client, site, product = a_clerk_and_their_site()
    client.post(grid(site), held(client.get(grid(site))) | row(product, **BALANCED))
    mine, theirs = held(client.get(grid(site))), held(client.get(grid(site)))
    client.post(grid(site), theirs | row(product, lost="1"))
    assert client.post(grid(site), mine | row(product, lost="2")).status_code == 409
    assert StockLine.objects.get().lost == 1


def test_the_form_of_another_month_becomes_a_report_of_its_own() -> None:
    client, site, product = a_clerk_and_their_site()
    sent = held(client.get(grid(site))) | row(product, **BALANCED)
    client.post(grid(site), sent)
    page = client.post(grid(site, "202510"), sent | {"received_on": "2025-11-03"})
    assert page.status_code == 409
    assert client.post(grid(site, "202510"), held(page)).status_code == 302
    assert StockReport.objects.count() == 2


@pytest.mark.parametrize(
    ("quantity", "typed"),
    [
        ("opening", "12 abc"), ("opening", "1 200"), ("closing", "1.5"), ("closing", "-4"), ("issued", "٣"),
        ("received", "1_000"), ("lost", "99999999999999999999"), ("adjustment", "--3"), ("days_out", "31"),
        ("closing", "10000000"), ("administered", "9999999999"), ("lost_vvm", "-1"),
        ("opening", "1e3"), ("opening", "NaN"), ("opening", "5\0"),
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused_beside_its_cell_and_the_rest_stays(quantity: str, typed: str) -> None:
    client, site, product = a_clerk_and_their_site()
    second = a_product()
    sent = held(client.get(grid(site))) | row(second, received="777") | row(product, **{quantity: typed})
    page = client.post(grid(site), sent)
    assert page.status_code == 200
    assert list(page.context["form"].errors) == [f"{product.pk}-{quantity}"]
    assert 'value="777"' in page.content.decode()
    assert not StockReport.objects.exists()


def test_impossible_days_from_a_file_stay_while_the_rest_is_corrected() -> None:
    client, site, product = a_clerk_and_their_site()
    StockLine.objects.create(report=a_stock_report("202509", site=site), product=product, closing=4, days_out=300)
    sent = held(client.get(grid(site)))
    assert client.post(grid(site), sent | row(product, days_out="299")).status_code == 200
    page = client.post(grid(site), sent | row(product, closing="5"), follow=True)
    assert "300 days out of stock are more than the month has." in page.content.decode()
    line = StockLine.objects.get()
    assert (line.closing, line.days_out) == (5, 300)


def test_a_signed_adjustment_is_understood() -> None:
    client, site, product = a_clerk_and_their_site()
    client.post(grid(site), held(client.get(grid(site))) | row(product, adjustment="−3", closing="5"))
    assert StockLine.objects.get().adjustment == -3


def test_an_empty_grid_is_refused_with_a_sentence() -> None:
    client, site, _product = a_clerk_and_their_site()
    page = client.post(grid(site), held(client.get(grid(site))))
    assert "Fill in at least one number" in page.content.decode()
    assert not StockReport.objects.exists()


@pytest.mark.parametrize("month", ["209901", "2025", "2025Q1", "202513", "abc", "", "199001"])
def test_a_month_that_cannot_be_reported_leads_back_to_the_choice(month: str) -> None:
    client, site, _product = a_clerk_and_their_site()
    page = client.get(grid(site, month))
    assert page.status_code == 400
    assert "mois" in page.context["form"].errors


def test_who_meets_which_page() -> None:
    client, site, _product = a_clerk_and_their_site()
    own, other = a_stock_report(site=site), a_stock_report()
    pages = [reverse("stock-list"), ENTRY, grid(site), reverse("stock-detail", args=[own.pk])]
    elsewhere = [grid(other.site), reverse("stock-detail", args=[other.pk]), f"{ENTRY}?site=x&mois=202509"]

    def statuses(someone: Client, urls: list[str]) -> list[int]:
        return [someone.get(url).status_code for url in urls]

    assert statuses(client, pages) == [200] * 4
    assert statuses(client, elsewhere) == [404] * 3
    assert statuses(signed_in(a_user(Role.LEAD)), pages + elsewhere[:2]) == [200] * 6
    assert statuses(signed_in(a_user(Role.RESEARCHER)), pages) == [200, 403, 403, 200]
    for role in (Role.VIEWER, Role.ADMINISTRATOR):
        assert statuses(signed_in(a_user(role)), pages) == [403] * 4
    assert statuses(Client(), pages) == [302] * 4


def test_the_list_filters_by_what_stands_in_the_address() -> None:
    first, second = a_stock_report("202509"), a_stock_report("202510")
    StockLine.objects.create(report=second, product=a_product(), days_out=3)
    lead, url = signed_in(a_user(Role.LEAD)), reverse("stock-list")

    def found(query: str) -> set[Any]:
        return set(lead.get(url + query).context["page"].object_list)

    assert found("?mois=202509") == {first}
    assert found("?etat=out") == {second}
    assert found(f"?site={first.site_id}") == {first}
    assert found(f"?district={second.site.parent_id}") == {second}
    assert found("?mois=nothing") == {first, second}


def test_the_history_is_the_lead_s_and_the_grid_is_light() -> None:
    client, site, product = a_clerk_and_their_site()
    for _n in range(18):
        a_product()
    page = client.get(grid(site))
    assert len(page.content) < 100_000
    client.post(grid(site), held(page) | row(product, **BALANCED))
    client.post(grid(site), held(client.get(grid(site))) | row(product, closing="39"))
    detail = reverse("stock-detail", args=[StockReport.objects.get().pk])
    assert client.get(detail).context["changes"] is None
    [change] = signed_in(a_user(Role.LEAD)).get(detail).context["changes"]
    assert (change.before, change.after) == (40, 39)
