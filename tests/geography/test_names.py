import pytest
from django.db import IntegrityError, transaction

from indicators.geography.models import OrgUnitAlias
from indicators.geography.names import normalise
from tests.builders import a_unit


@pytest.mark.parametrize(
    "spelling",
    ["N'Debougou", "N’Debougou", "Ndebougou", "NDEBOUGOU", "N'Débougou", "N'De\u0301bougou", " n debougou "],
)
def test_spellings_of_one_name(spelling: str) -> None:
    assert normalise(spelling) == "ndebougou"


def test_names_that_differ_by_a_letter_stay_apart() -> None:
    assert len({normalise(n) for n in ["Bougouni Est", "Bougouni Oest", "Bougouni Ouest"]}) == 3


@pytest.mark.django_db
def test_a_name_is_an_alias_of_one_unit_only() -> None:
    one, other = a_unit("Ndebougou"), a_unit("Niono Central")
    OrgUnitAlias.objects.create(unit=one, name="N'Debougou")
    with pytest.raises(IntegrityError), transaction.atomic():
        OrgUnitAlias.objects.create(unit=other, name="N’DÉBOUGOU")
