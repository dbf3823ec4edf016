"""The products that come with the system: what a month of a site is asked about."""

import pytest
from django.core.management import call_command

from indicators.models import DataElement
from research.medexis.reports.queries import products
from research.models import Product, ProductUse

pytestmark = pytest.mark.django_db
Kind = Product.Kind


@pytest.fixture(autouse=True)
def loaded() -> None:
    call_command("load_study", verbosity=0)


def test_vaccines_and_what_is_needed_to_give_them() -> None:
    kinds = {kind: set(Product.objects.filter(kind=kind, active=True).values_list("key", flat=True)) for kind in Kind}
    assert kinds[Kind.VACCINE] == {"penta", "bcg", "vpo", "var-rr", "vaa"}
    assert kinds[Kind.DILUENT] == {"diluant-bcg", "diluant-var", "diluant-vaa"}
    assert kinds[Kind.SYRINGE] == {"seringues-sab", "seringues-reconstitution"}
    assert kinds[Kind.SAFETY_BOX] == {"boites-securite"}
    assert kinds[Kind.OTHER] == set()
    assert list(Product.objects.filter(tracer=True).values_list("key", flat=True)) == ["penta"]


def test_a_diluent_serves_the_vaccine_of_as_many_doses() -> None:
    pairs = {one.key: one.diluent for one in Product.objects.exclude(diluent=None).select_related("diluent")}
    assert {key: diluent.key for key, diluent in pairs.items() if diluent} == {
        "bcg": "diluant-bcg", "var-rr": "diluant-var", "vaa": "diluant-vaa"
    }  # fmt: skip
    for key, diluent in pairs.items():
        assert diluent is not None
        assert diluent.kind == Kind.DILUENT
        assert diluent.doses_per_vial == Product.objects.get(key=key).doses_per_vial


def test_doses_given_are_linked_to_what_they_use() -> None:
    uses = ProductUse.objects.values_list("product__key", "concept", "quantity")
    assert {(key, concept): quantity for key, concept, quantity in uses} == {("penta", "DTP1"): 1, ("penta", "DTP3"): 1}
    for _key, concept, _quantity in uses:
        assert DataElement.objects.filter(concept=concept).exists()


def test_another_health_product_stands_as_an_example_that_no_month_asks_for() -> None:
    example = Product.objects.get(key="exemple-sro")
    assert (example.kind, example.active, example.tracer) == (Kind.OTHER, False, False)
    assert example not in products()
    Product.objects.filter(pk=example.pk).update(active=True)  # a lead takes it into use
    assert example in products()


def test_loading_again_makes_nothing_twice() -> None:
    before = Product.objects.count(), ProductUse.objects.count()
    call_command("load_study", verbosity=0)
    assert (Product.objects.count(), ProductUse.objects.count()) == before
