"""Data sets and whom they are asked of, as an administrator maintains them."""

import pytest
from django.test import Client
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.models import DataElement, DataSet, DataSetAssignment, RefreshJob
from tests.builders import a_data_set, a_unit, a_user, an_element

pytestmark = pytest.mark.django_db
ADD = "admin:indicators_dataset_add"
FORM = {"uid": "DataSet0001", "name_fr": "PEV", "name_en": "EPI", "frequency": "Monthly", "timely_days": 15}


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(a_user(Role.ADMINISTRATOR, is_staff=True))
    return client


def test_a_new_data_set_counts_its_reports_and_asks_for_a_refresh(office: Client) -> None:
    element = an_element("DTP1")
    response = office.post(reverse(ADD), {**FORM, "elements": [element.pk]})
    assert response.status_code == 302
    assert DataSet.objects.get().counts.count() == 3
    assert list(DataSet.objects.get().elements.all()) == [element]
    assert RefreshJob.objects.get().scope == RefreshJob.Scope.EVERYTHING


def test_what_counts_reports_is_not_offered_as_an_element(office: Client) -> None:
    data_set = a_data_set([an_element("DTP1")], [])
    derived = DataElement.objects.exclude(derivation="").first()
    assert derived
    response = office.post(reverse(ADD), {**FORM, "elements": [derived.pk]})
    assert response.status_code == 200
    assert DataSet.objects.get() == data_set


def test_the_period_type_stays_and_a_data_set_is_not_deleted(office: Client) -> None:
    data_set = a_data_set([an_element("DTP1")], [], frequency="Quarterly")
    page = reverse("admin:indicators_dataset_change", args=[data_set.pk])
    office.post(page, {**FORM, "elements": [data_set.elements.get().pk]})
    data_set.refresh_from_db()
    assert (data_set.name_en, data_set.frequency) == ("EPI", "Quarterly")
    assert not data_set.counts.exists()
    assert office.post(reverse("admin:indicators_dataset_delete", args=[data_set.pk])).status_code == 403


def test_a_unit_is_asked_from_a_day_and_everything_is_computed_again(office: Client) -> None:
    data_set, unit = a_data_set([an_element("DTP1")], []), a_unit("Site")
    add = reverse("admin:indicators_datasetassignment_add")
    wrong = {"data_set": data_set.pk, "unit": unit.pk, "start": "2025-02-01", "end": "2025-01-31"}
    assert office.post(add, wrong).status_code == 200
    assert not DataSetAssignment.objects.exists()
    assert office.post(add, {**wrong, "end": ""}).status_code == 302
    assert RefreshJob.objects.get().scope == RefreshJob.Scope.EVERYTHING
    listed = office.get(reverse("admin:indicators_datasetassignment_changelist"), {"q": "Site"})
    assert listed.status_code == 200
    assert "Site" in listed.content.decode()


def test_the_list_counts_the_units(office: Client) -> None:
    a_data_set([an_element("DTP1")], [a_unit(), a_unit()])
    page = office.get(reverse("admin:indicators_dataset_changelist")).content.decode()
    assert '<td class="field-units_asked">2</td>' in page
