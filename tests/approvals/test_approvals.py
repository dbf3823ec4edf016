"""Stock months, visits and single values: verified and approved by others, closed, opened again for some days."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from indicators.accounts.models import User
from indicators.accounts.roles import Role
from indicators.approvals.actions import ChangedMeanwhile, open_until, take_step
from indicators.approvals.cells import key_of
from indicators.approvals.kinds import Subject, find
from indicators.approvals.locks import Closed
from indicators.approvals.models import Approval, LockException
from indicators.approvals.states import Step
from indicators.geography.models import OrgUnit
from indicators.models import DataElement, DataValue
from indicators.periods import Period
from indicators.rollup.actions import record_values
from indicators.values.actions import Reported
from research.coach2pev.visits.actions import edit_visit
from research.medexis.formulas.balance import Line
from research.medexis.models import StockReport
from research.medexis.reports.actions import edit_report, save_report
from research.models import SupervisionVisit
from tests.builders import (
    a_clerk_of,
    a_day,
    a_followed_site,
    a_product,
    a_user,
    an_element,
    the_default_combo,
    the_process_elements,
)
from tests.dhis2_face.asking import basic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
MONTH = Period.parse("202501")


class Place:
    """A site of Medexis with a clerk of its district, a researcher and two leads."""

    def __init__(self) -> None:
        the_process_elements()
        self.site: OrgUnit = a_followed_site("medexis").unit
        self.clerk = a_clerk_of(self.site, language="en")
        self.researcher = a_user(Role.RESEARCHER, language="en")
        self.lead, self.other_lead = a_user(Role.LEAD, language="en"), a_user(Role.LEAD, language="en")
        self.product = a_product()

    def report(self, closing: int = 40) -> StockReport:
        return save_report(
            by=self.clerk, client_uuid=uuid4(), site=self.site, period=MONTH, received_on=date(2025, 2, 3),
            lines={self.product.pk: Line(opening=50, received=0, issued=10, closing=closing)},
        )  # fmt: skip

    def edit(self, report: StockReport, closing: int) -> StockReport:
        report.refresh_from_db()
        lines = {self.product.pk: Line(opening=50, received=0, issued=10, closing=closing)}
        return edit_report(report, by=self.clerk, version=report.version, received_on=date(2025, 2, 3), lines=lines)

    def cell(self, value: float = 12) -> tuple[str, DataElement]:
        element, combo = an_element("DTP1"), the_default_combo().pk
        record_values(
            [Reported(element.pk, MONTH.code, self.site.pk, combo, combo, value)],
            origin="entry",
            label="x",
            by=self.clerk,
        )
        return key_of(element, self.site, MONTH), element


@pytest.fixture
def place() -> Place:
    return Place()


def subject(kind: str, key: Any, user: User) -> Subject:
    found = find(kind, str(key), user)
    assert found
    return found


def step(kind: str, key: Any, what: Step, by: User, reason: str = "") -> Approval:
    one = subject(kind, key, by)
    return take_step(one, what, by=by, seen=one.content, reason=reason)


def approved(place: Place, kind: str, key: Any) -> Approval:
    step(kind, key, Step.SUBMIT, place.clerk)
    step(kind, key, Step.VERIFY, place.researcher)
    return step(kind, key, Step.APPROVE, place.lead)


def test_a_month_goes_from_entry_to_published_by_different_people(place: Place) -> None:
    report = place.report()
    with pytest.raises(PermissionDenied):
        step("stock_report", report.pk, Step.VERIFY, place.researcher)  # not submitted yet
    step("stock_report", report.pk, Step.SUBMIT, place.clerk)
    with pytest.raises(PermissionDenied):
        step("stock_report", report.pk, Step.VERIFY, place.clerk)
    step("stock_report", report.pk, Step.VERIFY, place.lead)
    with pytest.raises(PermissionDenied):
        step("stock_report", report.pk, Step.APPROVE, place.lead)  # verified it
    step("stock_report", report.pk, Step.APPROVE, place.other_lead)
    row = step("stock_report", report.pk, Step.PUBLISH, place.lead)
    told = (row.state, row.submitted_by, row.verified_by, row.approved_by, row.published_by)
    assert told == ("published", place.clerk, place.lead, place.other_lead, place.lead)
    assert list(row.history.order_by("history_id").values_list("state", flat=True)) == [
        "open", "submitted", "verified", "approved", "published",
    ]  # fmt: skip


def test_a_return_reaches_its_author_with_its_reason(place: Place) -> None:
    report = place.report()
    step("stock_report", report.pk, Step.SUBMIT, place.clerk)
    with pytest.raises(ValidationError):
        step("stock_report", report.pk, Step.RETURN, place.researcher, reason="  ")
    step("stock_report", report.pk, Step.RETURN, place.researcher, reason="Le registre dit 41")
    client = Client()
    client.force_login(place.clerk)
    assert "Le registre dit 41" in client.get(reverse("approval-list")).content.decode()
    assert "returned" in client.get(reverse("stock-detail", args=[report.pk])).content.decode()
    place.edit(report, 41)
    step("stock_report", report.pk, Step.SUBMIT, place.clerk)


def test_what_is_approved_is_closed_until_a_lead_opens_it_for_some_days(place: Place) -> None:
    report = place.report()
    row = approved(place, "stock_report", report.pk)
    with pytest.raises(Closed, match="closed since"):
        place.edit(report, 41)
    for by, until, reason in (
        (place.lead, timezone.localdate() - timedelta(days=1), "x"),
        (place.lead, timezone.localdate() + timedelta(days=32), "x"),
        (place.lead, timezone.localdate(), " "),
    ):
        with pytest.raises(ValidationError):
            open_until(row, by=by, until=until, reason=reason)
    with pytest.raises(PermissionDenied):
        open_until(row, by=place.researcher, until=timezone.localdate(), reason="x")
    open_until(row, by=place.lead, until=timezone.localdate(), reason="Le registre a été retrouvé")
    assert place.edit(report, 41).version == 2
    client = Client()
    client.force_login(place.other_lead)
    page = client.get(reverse("approval-detail", args=["stock_report", report.pk])).content.decode()
    assert "changed since approval" in page
    assert "Le registre a été retrouvé" in page
    LockException.objects.update(until=timezone.localdate() - timedelta(days=1))
    with pytest.raises(Closed):
        place.edit(report, 42)
    step("stock_report", report.pk, Step.APPROVE, place.other_lead)
    assert (
        "changed since approval"
        not in client.get(reverse("approval-detail", args=["stock_report", report.pk])).content.decode()
    )


def test_nobody_approves_what_they_have_not_seen(place: Place) -> None:
    report = place.report()
    step("stock_report", report.pk, Step.SUBMIT, place.clerk)
    seen = subject("stock_report", report.pk, place.researcher).content
    place.edit(report, 41)
    with pytest.raises(ChangedMeanwhile):
        take_step(subject("stock_report", report.pk, place.researcher), Step.VERIFY, by=place.researcher, seen=seen)
    assert Approval.objects.get().state == "submitted"


def test_a_visit_is_closed_as_a_month_is(place: Place) -> None:
    visit = SupervisionVisit.objects.create(
        site=place.site, state="done", done_on=a_day(), created_by=place.clerk, agreed="Revoir le registre"
    )
    approved(place, "visit", visit.pk)
    with pytest.raises(Closed):
        edit_visit(visit, by=place.clerk, version=visit.version, state="done", agreed="Autre chose")
    planned = SupervisionVisit.objects.create(site=place.site, state="planned", planned_on=a_day())
    assert find("visit", str(planned.pk), place.lead) is None


def test_a_single_value_is_closed_to_imports(place: Place) -> None:
    key, element = place.cell()
    approved(place, "cell", key)

    def sent(value: str) -> Any:
        record = {"dataElement": element.uid, "period": "202501", "orgUnit": place.site.uid, "value": value}
        headers = basic(place.lead.username, "a long test password")
        body = {"dataValues": [record]}
        return Client().post("/api/dataValueSets", body, content_type="application/json", headers=headers)

    assert sent("12").json()["response"]["unchanged"] == 1
    refused = sent("13")
    assert refused.json()["importCount"]["ignored"] == 1
    assert "approved and closed" in refused.content.decode()
    assert DataValue.objects.get(element=element).value == 12
    open_until(Approval.objects.get(), by=place.lead, until=timezone.localdate(), reason="Erreur de frappe")
    assert sent("13").status_code == 200
    assert DataValue.objects.get(element=element).value == 13
    client = Client()
    client.force_login(place.lead)
    assert "changed since approval" in client.get(reverse("approval-detail", args=["cell", key])).content.decode()


def test_another_district_is_as_if_it_were_not_there(place: Place) -> None:
    key, _element = place.cell()
    report = place.report()
    stranger = a_clerk_of(a_followed_site("medexis").unit)
    partner = a_user(Role.VIEWER)
    client = Client()
    client.force_login(stranger)
    for kind, which in (
        ("cell", key),
        ("stock_report", report.pk),
        ("stock_report", "0"),
        ("no", "1"),
        ("cell", "a.b"),
    ):
        assert client.get(reverse("approval-detail", args=[kind, which])).status_code == 404, (kind, which)
        assert client.post(reverse("approval-step", args=[kind, which, "submit"])).status_code == 404
    client.force_login(partner)
    assert client.get(reverse("approval-list")).status_code == 403
    assert client.get(reverse("approval-detail", args=["cell", key])).status_code == 403


def test_the_steps_on_the_page_are_those_that_work(place: Place) -> None:
    report = place.report()
    client = Client()
    client.force_login(place.clerk)
    address = reverse("approval-detail", args=["stock_report", report.pk])
    assert reverse("approval-step", args=["stock_report", report.pk, "submit"]) in client.get(address).content.decode()
    seen = subject("stock_report", report.pk, place.clerk).content
    answer = client.post(reverse("approval-step", args=["stock_report", report.pk, "submit"]), {"seen": seen})
    assert answer.status_code == 302
    assert "somebody else verifies it" in client.get(address).content.decode()
    client.force_login(place.researcher)
    refused = client.post(reverse("approval-step", args=["stock_report", report.pk, "return"]), {"seen": seen})
    assert refused.status_code == 422
    assert "Say why" in refused.content.decode()
    stale = client.post(reverse("approval-step", args=["stock_report", report.pk, "verify"]), {"seen": "0" * 64})
    assert stale.status_code == 422
