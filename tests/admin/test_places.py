"""The back office of boundaries and of names that wait for a person."""

import pytest
from django.test import Client
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.geography.name_actions import set_aside
from indicators.models import NameSetAside, OrgUnitAlias, UnitBoundary
from tests.builders import a_unit, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(a_user(Role.ADMINISTRATOR, is_staff=True, language="en"))
    return client


def a_name(name: str = "Bougouni Oest") -> NameSetAside:
    set_aside({name: "unknown"}, purpose="boundary", origin="cercles.geojson")
    return NameSetAside.objects.get(name=name)


def test_a_person_says_which_unit_a_name_means_and_it_becomes_an_alias(office: Client) -> None:
    row, unit = a_name(), a_unit("Bougouni Ouest")
    address = reverse("admin:indicators_namesetaside_change", args=[row.pk])
    assert "cercles.geojson" in office.get(address).content.decode()
    assert office.post(address, {"unit": unit.pk}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.unit) == ("assigned", unit)
    assert OrgUnitAlias.objects.get().unit == unit
    assert office.post(address, {"unit": unit.pk}).status_code == 302  # once more changes nothing
    assert OrgUnitAlias.objects.count() == 1


def test_a_name_means_one_unit(office: Client) -> None:
    row, taken = a_name(), a_unit("Bougouni")
    OrgUnitAlias.objects.create(unit=taken, name="BOUGOUNI-OEST")
    answer = office.post(
        reverse("admin:indicators_namesetaside_change", args=[row.pk]), {"unit": a_unit("Bougouni Ouest").pk}
    )
    assert answer.status_code == 200
    assert "is an alias of Bougouni already" in answer.content.decode()
    row.refresh_from_db()
    assert row.state == "open"


def test_names_are_left_out_and_wait_again(office: Client) -> None:
    rows = [a_name(), a_name("Nulle part")]
    address = reverse("admin:indicators_namesetaside_changelist")
    for action, state in (("leave_out", "ignored"), ("let_wait", "open")):
        office.post(address, {"action": action, "_selected_action": [row.pk for row in rows]})
        assert set(NameSetAside.objects.values_list("state", flat=True)) == {state}
    assert rows[0].history.count() == 3


def test_a_boundary_is_read_and_removed_but_not_drawn_by_hand(office: Client) -> None:
    row = UnitBoundary.objects.create(unit=a_unit("Nord"), geometry={"type": "Point", "coordinates": [0, 0]})
    assert "point" in office.get(reverse("admin:indicators_unitboundary_change", args=[row.pk])).content.decode()
    assert office.get(reverse("admin:indicators_unitboundary_add")).status_code == 403
    office.post(reverse("admin:indicators_unitboundary_delete", args=[row.pk]), {"post": "yes"})
    assert not UnitBoundary.objects.exists()
