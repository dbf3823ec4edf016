"""Data elements and imported indicators in the back office: what is derived follows, and is not edited."""

import pytest
from django.test import Client
from django.urls import reverse

from indicators.accounts.roles import Role
from indicators.models import DataElement, ImportedIndicator
from indicators.rollup.operand_actions import keep_operands
from tests.builders import a_user, an_element, the_default_combo

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(a_user(Role.ADMINISTRATOR, is_staff=True, language="en"))
    return client


def an_operand() -> DataElement:
    """A part of the element `Given000001`, for the indicator that asks for it."""
    an_element(uid="Given000001")
    names = {"uid": "Indicator01", "name_fr": "Un", "name_en": "One", "factor": 1, "annualised": False}
    numerator = f"#{{Given000001.{the_default_combo().uid}}}"
    ImportedIndicator.objects.create(numerator=numerator, denominator="1", **names)
    keep_operands(by=None)
    return DataElement.objects.get(derivation="operand")


def test_a_derived_element_is_shown_and_not_edited(office: Client) -> None:
    address = reverse("admin:indicators_dataelement_change", args=[an_operand().pk])
    assert office.get(address).status_code == 200
    assert office.post(address, {"name_fr": "Autre", "name_en": "Other"}).status_code == 403
    assert office.post(address.replace("change", "delete"), {"post": "yes"}).status_code == 403


def test_a_new_name_of_an_element_is_that_of_its_parts(office: Client) -> None:
    operand = an_operand()
    element = operand.operand_of
    assert element
    fields = {"uid": element.uid, "name_fr": "Doses", "name_en": "Doses", "value_type": "NUMBER", "aggregation": "SUM"}
    office.post(reverse("admin:indicators_dataelement_change", args=[element.pk]), fields)
    operand.refresh_from_db()
    assert operand.name_en == "Doses – default"


def test_the_parts_go_with_the_last_indicator_that_asks_for_them(office: Client) -> None:
    an_operand()
    indicator = ImportedIndicator.objects.get()
    office.post(reverse("admin:indicators_importedindicator_delete", args=[indicator.pk]), {"post": "yes"})
    assert not ImportedIndicator.objects.exists()
    assert not DataElement.objects.filter(derivation="operand").exists()


def test_constants_may_be_read_and_searched(office: Client) -> None:
    assert office.get(reverse("admin:indicators_constant_changelist"), {"q": "a"}).status_code == 200
