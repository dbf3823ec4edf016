"""Records that waited on a device arrive once each, through the forms of their pages, or say why they cannot."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.approvals.models import Approval
from indicators.periods import Period
from research.medexis.reports.approved import KIND
from research.models import Observation, OfflineReceipt, StockLine, StockReport, SupervisionVisit
from tests.builders import a_clerk_of, a_followed_site, a_user, a_visit, the_process_elements
from tests.offline.scene import OBSERVATION, a_signed_in, a_stock_clerk, a_stock_month, an_envelope, an_observer, send

pytestmark = pytest.mark.django_db


def test_a_month_of_stock_arrives_once_and_has_a_receipt() -> None:
    the_process_elements()
    clerk, site, product = a_stock_clerk()
    url, fields = a_stock_month(site, product)
    client, envelope = a_signed_in(clerk), an_envelope(clerk, url, fields)
    first, again = send(client, envelope), send(client, envelope)
    assert (first.status_code, again.status_code) == (201, 200)
    told = first.json()
    assert again.json() == told | {"new": False}
    report = StockReport.objects.get()
    assert (report.site, report.period, report.created_by) == (site, Period.parse("202509").code, clerk)
    assert StockLine.objects.get().closing == 7
    receipt = OfflineReceipt.objects.get()
    assert told == {
        "receipt": receipt.pk,
        "received_at": receipt.received_at.isoformat(),
        "url": reverse("stock-detail", args=[report.pk]),
        "new": True,
    }
    assert (receipt.account, receipt.page, receipt.prepared_at.year) == (clerk, "stock-entry", 2025)  # type: ignore[union-attr]


def test_a_form_that_arrived_before_its_answer_was_lost_is_the_same_record() -> None:
    the_process_elements()
    clerk, site, product = a_stock_clerk()
    url, fields = a_stock_month(site, product)
    client = a_signed_in(clerk)
    assert client.post(url, fields).status_code == 302  # committed; the network broke before the browser knew
    assert send(client, an_envelope(clerk, url, fields)).status_code == 201
    # A correction likewise: its version is the one that it was written on.
    correction = fields | {"version": 1, f"{product.pk}-closing": 9}
    assert client.post(url, correction).status_code == 302
    assert send(client, an_envelope(clerk, url, correction)).status_code == 201
    other = send(client, an_envelope(clerk, url, correction | {f"{product.pk}-closing": 11}))
    assert other.status_code == 409
    assert (StockReport.objects.get().version, StockLine.objects.get().closing) == (2, 9)


def test_what_the_form_refuses_is_said_with_its_field_and_nothing_is_written() -> None:
    clerk, site, product = a_stock_clerk()
    url, fields = a_stock_month(site, product)
    answer = send(a_signed_in(clerk), an_envelope(clerk, url, fields | {f"{product.pk}-closing": "12 abc"}))
    assert answer.status_code == 422
    assert product.name_en in answer.json()["sentences"][0]
    assert not StockReport.objects.exists()
    assert not OfflineReceipt.objects.exists()


def test_an_observation_and_a_visit_arrive_too() -> None:
    the_process_elements()
    researcher, fields = an_observer()
    client = a_signed_in(researcher)
    answer = send(client, an_envelope(researcher, OBSERVATION, fields))
    row = Observation.objects.get()
    assert answer.json()["url"] == reverse("observation-detail", args=[row.pk])
    assert (row.seen, row.state, row.created_by) == ("The fridge stood open.", "submitted", researcher)
    draft = fields | {"version": 1, "seen": "The fridge stood open all day.", "then": "draft"}
    edited = send(client, an_envelope(researcher, reverse("observation-edit", args=[row.pk]), draft))
    assert edited.status_code == 201
    row.refresh_from_db()
    assert row.seen == "The fridge stood open all day."

    site = a_followed_site().unit
    clerk = a_clerk_of(site, language="en")
    planned = a_visit(site=site, state="planned", planned_on="2025-09-10", done_on=None)
    typed = {"client_uuid": planned.client_uuid, "version": planned.version, "state": "done", "site": site.pk}
    url = f"{reverse('visit-edit', args=[planned.pk])}?etat=done"
    envelope = an_envelope(clerk, url, typed | {"done_on": "2025-09-12", "coachees": 3})
    assert send(a_signed_in(clerk), envelope).status_code == 201
    new = typed | {"client_uuid": uuid.uuid4(), "version": "", "done_on": "2025-09-13"}
    assert send(a_signed_in(clerk), an_envelope(clerk, reverse("visit-create"), new)).status_code == 201
    assert [(row.state, str(row.done_on)) for row in SupervisionVisit.objects.order_by("pk")] == [
        ("done", "2025-09-12"),
        ("done", "2025-09-13"),
    ]


def test_a_district_that_was_taken_away_refuses_and_writes_nothing() -> None:
    clerk, site, product = a_stock_clerk()
    url, fields = a_stock_month(site, product)
    client = a_signed_in(clerk)
    clerk.districts.clear()
    assert send(client, an_envelope(clerk, url, fields)).status_code == 404
    clerk.groups.clear()
    answer = send(client, an_envelope(clerk, url, fields))
    assert (answer.status_code, bool(answer.json()["sentences"][0])) == (403, True)
    assert not StockReport.objects.exists()
    assert not OfflineReceipt.objects.exists()


def test_a_month_that_was_approved_meanwhile_is_not_changed_and_the_correction_is_kept() -> None:
    the_process_elements()
    clerk, site, product = a_stock_clerk()
    url, fields = a_stock_month(site, product)
    client = a_signed_in(clerk)
    assert send(client, an_envelope(clerk, url, fields)).status_code == 201
    key, lead = str(StockReport.objects.get().pk), a_user(Role.LEAD)
    Approval.objects.create(kind=KIND, key=key, unit=site, state="approved", approved_by=lead)
    envelope = an_envelope(clerk, url, fields | {"version": 1, f"{product.pk}-closing": 9})
    answer = send(client, envelope)
    assert (answer.status_code, len(answer.json()["sentences"])) == (422, 1)
    assert StockLine.objects.get().closing == 7
    Approval.objects.all().delete()  # opened again: what waited on the device goes through
    assert send(client, envelope).status_code == 201
    assert StockLine.objects.get().closing == 9


def test_whoever_is_signed_out_or_disabled_is_told_in_json() -> None:
    clerk, site, product = a_stock_clerk()
    client, envelope = a_signed_in(clerk), an_envelope(clerk, *a_stock_month(site, product))
    assert client.get(reverse("outbox")).json()["account"] == clerk.pk
    clerk.is_active = False
    clerk.save()
    for answer in (send(client, envelope), client.get(reverse("outbox")), send(Client(), envelope)):
        assert (answer.status_code, list(answer.json())) == (401, ["sentences"])
    assert not StockReport.objects.exists()


def test_the_record_of_one_person_is_not_sent_by_the_next_at_the_device() -> None:
    clerk, site, product = a_stock_clerk()
    envelope = an_envelope(clerk, *a_stock_month(site, product))
    answer = send(a_signed_in(a_user(Role.LEAD)), envelope)
    assert answer.status_code == 403
    assert not StockReport.objects.exists()


def test_one_number_stands_for_one_content() -> None:
    the_process_elements()
    clerk, site, product = a_stock_clerk()
    url, fields = a_stock_month(site, product)
    client, envelope = a_signed_in(clerk), an_envelope(clerk, url, fields)
    assert send(client, envelope).status_code == 201
    changed = envelope | {"fields": [[name, "8" if "closing" in name else value] for name, value in envelope["fields"]]}
    assert send(client, changed).status_code == 409
    assert StockLine.objects.get().closing == 7


@pytest.mark.parametrize(
    "url", ["/comptes/invitations/", "https://elsewhere.example/stock/", "/admin/", "nowhere", "//x/stock/", ""]
)
def test_only_the_entry_forms_take_what_waited(url: str) -> None:
    clerk, _site, _product = a_stock_clerk()
    assert send(a_signed_in(clerk), an_envelope(clerk, url, {"client_uuid": uuid.uuid4()})).status_code == 404
    assert not OfflineReceipt.objects.exists()


@pytest.mark.parametrize(
    "broken",
    [
        [],
        None,
        "x",
        {},
        {"envelope": "1", "account": 1, "url": "/", "fields": []},
        {"envelope": str(uuid.uuid4()), "account": "x", "url": "/", "fields": []},
        {"envelope": str(uuid.uuid4()), "account": 1, "url": "/", "fields": [["a"]]},
        {"envelope": str(uuid.uuid4()), "account": 1, "url": "/" * 2000, "fields": []},
    ],
)
def test_half_an_envelope_is_none(broken: Any) -> None:
    clerk, _site, _product = a_stock_clerk()
    assert send(a_signed_in(clerk), broken).status_code == 422


def test_a_token_is_asked_for() -> None:
    clerk, site, product = a_stock_clerk()
    client = Client(enforce_csrf_checks=True)
    client.force_login(clerk)
    assert send(client, an_envelope(clerk, *a_stock_month(site, product))).status_code == 403
    assert not StockReport.objects.exists()
