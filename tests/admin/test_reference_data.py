"""The administrator's back office: what may be maintained there, what an edit sets off, and what stays out."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.geography.models import OrgUnit
from indicators.models import ChangedCell, Denominator, DenominatorTotal, RefreshJob, User
from indicators.periods import Period
from indicators.rollup.actions import record_values, refresh_now
from indicators.values.actions import Reported
from tests.builders import a_source, a_unit, a_user, an_element, the_default_combo

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(a_user(Role.ADMINISTRATOR, is_staff=True))
    return client


def unit_form(unit: OrgUnit, **changes: object) -> dict[str, object]:
    parts = ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    inline = {f"{rows}-{part}": 0 for rows in ("aliases", "former_parents") for part in parts}
    return {"uid": unit.uid, "name": unit.name, "parent": unit.parent_id or "", **inline, **changes}


def test_every_list_that_an_administrator_sees_can_be_searched(office: Client) -> None:
    for model, page in admin.site._registry.items():
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        response = office.get(address, {"q": "a"})
        if response.status_code == 200:
            assert page.search_fields or model is RefreshJob, model
        else:
            assert response.status_code == 403, model


def test_what_the_study_collected_is_not_in_the_technical_office(office: Client) -> None:
    for name in ("observation", "supervisionvisit", "stockreport"):
        assert office.get(reverse(f"admin:research_{name}_changelist")).status_code == 403


def test_a_corrected_parent_takes_those_below_along_and_asks_for_a_refresh(office: Client) -> None:
    country = a_unit("Pays")
    north, south = a_unit("Nord", country), a_unit("Sud", country)
    site = a_unit("Site", north)
    village = a_unit("Village", site)
    fields = unit_form(site, parent=south.pk, correction="on")
    office.post(reverse("admin:indicators_orgunit_change", args=[site.pk]), fields)
    village.refresh_from_db()
    assert village.path == f"{south.path}{site.pk}/{village.pk}/"
    assert RefreshJob.objects.get().scope == RefreshJob.Scope.EVERYTHING
    history = office.get(reverse("admin:indicators_orgunit_history", args=[site.pk]))
    assert history.status_code == 200
    assert site.history.first().history_user is not None


def test_a_unit_cannot_be_put_below_itself(office: Client) -> None:
    country = a_unit("Pays")
    north = a_unit("Nord", country)
    site = a_unit("Site", north)
    response = office.post(
        reverse("admin:indicators_orgunit_change", args=[north.pk]), unit_form(north, parent=site.pk)
    )
    assert response.status_code == 200
    assert "parent" in response.context["adminform"].form.errors
    north.refresh_from_db()
    assert north.parent == country


def test_a_corrected_denominator_asks_for_a_refresh(office: Client) -> None:
    known = {"year": 2024, "kind": "surviving_infants"}
    row = Denominator.objects.create(unit=a_unit("Site"), value=100, source=a_source(), **known)
    fields = {**known, "unit": row.unit_id, "value": "120", "source": row.source_id, "preferred": "on"}
    response = office.post(reverse("admin:indicators_denominator_change", args=[row.pk]), fields)
    assert response.status_code == 302
    row.refresh_from_db()
    assert row.value == 120
    assert RefreshJob.objects.count() == 1


@pytest.mark.parametrize("deleted", [False, True])
def test_a_corrected_denominator_counts_though_values_changed_as_well(office: Client, deleted: bool) -> None:
    """A refresh of what changed leaves the targets alone, unless one of them did."""
    site = a_unit("Site")
    known = {"year": 2024, "kind": "surviving_infants"}
    row = Denominator.objects.create(unit=site, value=100, source=a_source(), **known)
    refresh_now()
    combo = the_default_combo()
    month = Period.parse("202401").code
    record_values(
        [Reported(an_element("DTP1").pk, month, site.pk, combo.pk, combo.pk, 3.0)], origin="entry", label="", by=None
    )
    if deleted:
        chosen = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
        office.post(reverse("admin:indicators_denominator_changelist"), chosen)
    else:
        fields = {**known, "unit": site.pk, "value": "120", "source": row.source_id, "preferred": "on"}
        office.post(reverse("admin:indicators_denominator_change", args=[row.pk]), fields)
    refresh_now("changed")
    assert list(DenominatorTotal.objects.values_list("sum", flat=True)) == ([] if deleted else [120])
    assert not ChangedCell.objects.exists()


def test_an_administrator_cannot_reach_a_superuser_account(office: Client) -> None:
    root = User.objects.create_superuser("root", password="a long test password")
    assert office.get(reverse("admin:indicators_user_change", args=[root.pk])).status_code == 302
    assert office.post(reverse("admin:auth_user_password_change", args=[root.pk])).status_code in {302, 403, 404}


def test_nobody_gives_themselves_a_role(client: Client) -> None:
    person = a_user(Role.ADMINISTRATOR, is_staff=True)
    client.force_login(person)
    lead = Group.objects.get(name=Role.LEAD.value)
    address = reverse("admin:indicators_user_change", args=[person.pk])
    client.post(address, {"username": person.username, "language": "en", "groups": [lead.pk]})
    person = User.objects.get(pk=person.pk)
    assert person.language == "en"
    assert person.roles == {Role.ADMINISTRATOR}


def test_an_administrator_gives_roles_to_others(office: Client) -> None:
    person = a_user()
    clerk = Group.objects.get(name=Role.CLERK.value)
    address = reverse("admin:indicators_user_change", args=[person.pk])
    office.post(address, {"username": person.username, "language": "fr", "is_active": "on", "groups": [clerk.pk]})
    assert User.objects.get(pk=person.pk).roles == {Role.CLERK}
