"""Dated events: entry that makes one record, who reads them, where they apply."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from indicators.accounts.roles import Role
from research.linkage.annotations.actions import annotate, edit, withdraw
from research.linkage.annotations.models import DatedAnnotation
from research.linkage.annotations.queries import annotations_of
from research.revisions import Conflict
from tests.builders import a_study_district, a_study_site, a_user

pytestmark = pytest.mark.django_db
DAY = date(2025, 3, 10)


def values(unit: Any, **more: Any) -> dict[str, Any]:
    return {
        "kind": "campaign", "unit": unit, "starts_on": DAY, "ends_on": None, "approximate": False,
        "title_fr": "Semaine de vaccination", "title_en": "", "text": "", "source": None, "restricted": False,
    } | more  # fmt: skip


def an_annotation(unit: Any, by: Any = None, **more: Any) -> DatedAnnotation:
    return annotate(by=by or a_user(Role.LEAD), client_uuid=uuid.uuid4(), values=values(unit, **more))


def test_one_form_sent_twice_is_one_event_and_other_content_is_a_conflict() -> None:
    lead, key, unit = a_user(Role.LEAD), uuid.uuid4(), a_study_site().unit
    first = annotate(by=lead, client_uuid=key, values=values(unit))
    assert annotate(by=lead, client_uuid=key, values=values(unit)) == first
    with pytest.raises(Conflict):
        annotate(by=lead, client_uuid=key, values=values(unit, title_fr="Autre"))
    assert DatedAnnotation.objects.count() == 1


def test_an_edit_of_an_older_version_is_refused_and_nothing_is_overwritten() -> None:
    lead, row = a_user(Role.LEAD), an_annotation(a_study_site().unit)
    edited = edit(row, by=lead, version=1, values=values(row.unit, title_fr="Campagne"))
    assert edited.version == 2
    assert edit(row, by=lead, version=2, values=values(row.unit, title_fr="Campagne")).version == 2
    with pytest.raises(Conflict):
        edit(row, by=lead, version=1, values=values(row.unit, title_fr="Perdu"))
    assert DatedAnnotation.objects.get().title_fr == "Campagne"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"ends_on": DAY - timedelta(days=1)}, "ends_on"),
        ({"title_fr": "", "title_en": ""}, "title_fr"),
        ({"starts_on": date(2999, 1, 1)}, "starts_on"),
        ({"kind": "eclipse"}, "kind"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(more: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        an_annotation(a_study_site().unit, **more)
    assert field in caught.value.message_dict
    assert not DatedAnnotation.objects.exists()


def test_an_incident_in_a_conflict_district_is_restricted_by_itself() -> None:
    calm, conflict = a_study_district(), a_study_district(conflict=True)
    assert an_annotation(conflict.unit, kind="conflict").restricted
    assert not an_annotation(calm.unit, kind="conflict").restricted
    assert not an_annotation(conflict.unit, kind="campaign").restricted


def test_who_reads_and_who_writes(client: Client) -> None:
    district = a_study_district(conflict=True)
    site = a_study_site(district=district).unit
    author = a_user(Role.RESEARCHER)
    row = an_annotation(site, author, restricted=True)
    near = a_user(Role.RESEARCHER, districts=[district.unit])
    far, clerk, partner = a_user(Role.RESEARCHER), a_user(Role.CLERK, districts=[district.unit]), a_user(Role.VIEWER)
    for user, status in ((author, 200), (near, 200), (far, 404), (clerk, 404), (partner, 404)):
        client.force_login(user)
        assert client.get(f"/evenements/{row.pk}/").status_code == status
        there = row.title_fr in client.get("/evenements/").content.decode()
        assert there is (status == 200)
        shown = annotations_of([site], DAY, DAY, user)
        assert (len(shown.rows), shown.hidden) == ((1, 0) if status == 200 else (0, 1))
    client.force_login(near)
    assert client.get(f"/evenements/{row.pk}/modifier/").status_code == 403  # its author and leads
    for user in (clerk, partner):
        with pytest.raises(PermissionDenied):
            an_annotation(site, user)


def test_it_applies_to_what_lies_below_and_touches_its_days_only() -> None:
    district = a_study_district()
    site, other = a_study_site(district=district).unit, a_study_site().unit
    lead = a_user(Role.LEAD)
    an_annotation(district.unit, ends_on=DAY + timedelta(days=20))
    for unit, first, last, number in (
        (site, DAY, DAY, 1), (site, DAY + timedelta(days=20), DAY + timedelta(days=40), 1),
        (site, DAY + timedelta(days=21), DAY + timedelta(days=40), 0), (site, DAY - timedelta(days=9), DAY, 1),
        (site, DAY - timedelta(days=9), DAY - timedelta(days=1), 0), (other, DAY, DAY, 0),
        (district.unit, DAY, DAY, 1),
    ):  # fmt: skip
        assert len(annotations_of([unit], first, last, lead).rows) == number


def test_what_is_withdrawn_says_why_stays_on_record_and_is_drawn_no_more(client: Client) -> None:
    lead, unit = a_user(Role.LEAD, language="en"), a_study_site().unit
    row = an_annotation(unit)
    client.force_login(lead)
    client.post(f"/evenements/{row.pk}/retirer/", {"reason": " "})
    assert annotations_of([unit], DAY, DAY, lead).rows
    client.post(f"/evenements/{row.pk}/retirer/", {"reason": "Never took place"})
    assert annotations_of([unit], DAY, DAY, lead).rows == []
    assert "Never took place" in client.get(f"/evenements/{row.pk}/").content.decode()
    with pytest.raises(PermissionDenied):
        withdraw(row, by=a_user(Role.RESEARCHER), reason="Not mine")


def test_entered_and_edited_on_the_page_with_both_versions_where_two_met(client: Client) -> None:
    client.force_login(a_user(Role.LEAD, language="en"))
    unit = a_study_site().unit
    sent = {"kind": "strike", "unit": unit.pk, "starts_on": "2025-03-10", "title_en": "Strike of nurses"}
    answer = client.post("/evenements/nouveau/", sent | {"client_uuid": str(uuid.uuid4())})
    row = DatedAnnotation.objects.get()
    assert answer["Location"] == f"/evenements/{row.pk}/"
    edited = sent | {"client_uuid": str(row.client_uuid), "version": 1, "title_en": "Strike"}
    assert client.post(f"/evenements/{row.pk}/modifier/", edited).status_code == 302
    met = client.post(f"/evenements/{row.pk}/modifier/", edited | {"title_en": "Walk-out"})
    assert met.status_code == 409
    assert "Walk-out" in met.content.decode()
    assert DatedAnnotation.objects.get().title_en == "Strike"
    future = client.post("/evenements/nouveau/", sent | {"starts_on": f"{timezone.localdate().year + 1}-01-01"})
    assert future.status_code == 200
    assert DatedAnnotation.objects.count() == 1
