"""Names that nobody knows wait for a person; what waits for them goes in once their unit is said."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.geography.name_actions import set_aside
from indicators.models import DataValue, NameSetAside, OrgUnit, OrgUnitAlias, WaitingRecord
from tests.builders import a_user
from tests.exchange.files import record
from tests.imports.people import a_clerk, a_lead, page_of, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known")]


def a_waiting_name(client: Client, **fields: Any) -> NameSetAside:
    rows = [record(period=f"20250{month}", orgUnit="Poste Xyz", **fields) for month in (1, 2)]
    taken(client, json.dumps({"dataValues": [record(), *rows]}))
    return NameSetAside.objects.get()


def unit() -> OrgUnit:
    return OrgUnit.objects.get(uid="OrgUnit0002")


def test_the_list_says_how_many_wait_and_where(client: Client) -> None:
    a_lead(client)
    name = a_waiting_name(client)
    page = page_of(client, "import-names")
    assert "Poste Xyz" in page
    assert "2 records wait" in page
    assert "values.json" in page
    assert reverse("import-name", args=[name.pk]) in page


def test_the_list_takes_as_many_queries_for_twenty_as_for_one(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    a_lead(client)
    set_aside({f"Nom {number}": "unknown" for number in range(40)}, purpose="values", origin="a.json")
    with django_assert_max_num_queries(11):
        assert "Nom 1" in page_of(client, "import-names")
    assert "2 of 2" in page_of(client, "import-names", query="?page=2")


def test_a_unit_is_searched_without_script_and_what_waited_goes_in(client: Client) -> None:
    a_lead(client)
    name = a_waiting_name(client)
    address = reverse("import-name", args=[name.pk])
    assert "Poste 2" not in client.get(address).content.decode()
    page = client.get(address + "?q=poste+2").content.decode()
    assert "Poste 2" in page
    assert f'name="unit" value="{unit().pk}"' in page
    answer = client.post(address, {"unit": unit().pk}, follow=True)
    page = answer.content.decode()
    assert "“Poste Xyz” means" in page
    assert "2 records went in." in page
    assert DataValue.objects.filter(unit=unit()).count() == 2
    assert OrgUnitAlias.objects.get().unit == unit()
    assert "No name waits" in page


def test_records_that_fail_are_shown_with_the_reason(client: Client) -> None:
    a_lead(client)
    name = a_waiting_name(client)
    waiting = WaitingRecord.objects.latest("pk")
    waiting.record["period"] = "209901"  # not yet begun
    waiting.save()
    answer = client.post(reverse("import-name", args=[name.pk]), {"unit": unit().pk}, follow=True)
    page = answer.content.decode()
    assert "1 record went in." in page
    assert "1 record could not go in." in page
    assert "Records that could not go in" in page


def test_a_name_is_left_out_and_waits_again(client: Client) -> None:
    a_lead(client)
    name = a_waiting_name(client)
    address = reverse("import-name", args=[name.pk])
    assert "is left out from now on" in client.post(address, {"do": "ignore"}, follow=True).content.decode()
    assert "Poste Xyz" in page_of(client, "import-names", query="?etat=ignored")
    assert "waits again" in client.post(address, {"do": "reopen"}, follow=True).content.decode()
    name.refresh_from_db()
    assert name.state == NameSetAside.State.OPEN


@pytest.mark.parametrize("text", ["", "x", "0", "9" * 30, "-1", "²"])
def test_no_unit_no_assignment(client: Client, text: str) -> None:
    a_lead(client)
    name = a_waiting_name(client)
    answer = client.post(reverse("import-name", args=[name.pk]), {"unit": text})
    assert answer.status_code == 200
    assert "Choose a unit of the list." in answer.content.decode()
    assert WaitingRecord.objects.filter(batch=None).count() == 2


def test_a_name_means_one_unit(client: Client) -> None:
    a_lead(client)
    name = a_waiting_name(client)
    OrgUnitAlias.objects.create(unit=OrgUnit.objects.get(uid="OrgUnit0001"), name="Poste Xyz")
    answer = client.post(reverse("import-name", args=[name.pk]), {"unit": unit().pk})
    assert answer.status_code == 409
    assert "is an alias of" in answer.content.decode()


def test_an_assigned_name_is_not_assigned_again(client: Client) -> None:
    a_lead(client)
    name = a_waiting_name(client)
    address = reverse("import-name", args=[name.pk])
    client.post(address, {"unit": unit().pk})
    assert client.post(address, {"unit": unit().pk}).status_code == 409
    assert client.get(address).status_code == 200


def test_who_may_say_what_a_name_means(client: Client) -> None:
    a_lead(client)
    name = a_waiting_name(client)
    address = reverse("import-name", args=[name.pk])
    client.force_login(a_user(Role.RESEARCHER))
    assert client.get(address).status_code == 200
    assert client.post(address, {"unit": unit().pk}).status_code == 403
    a_clerk(client)
    assert client.get(reverse("import-names")).status_code == 403
    assert client.get(address).status_code == 403
    a_lead(client)
    assert client.get(reverse("import-name", args=[77])).status_code == 404
