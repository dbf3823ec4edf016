import pytest

from research.agenda.queries import conflict_units, factor_matrix, in_conflict_district, study_units
from research.models import AssessmentFactor, Typology
from tests.builders import a_study_district, a_study_site, a_unit, the_hub

pytestmark = pytest.mark.django_db


def a_factor(typology: Typology, text: str, place: str) -> AssessmentFactor:
    number = AssessmentFactor.objects.count()
    return AssessmentFactor.objects.create(
        typology=typology,
        key=f"f{number}",
        place=place,
        text_fr=text,
        text_en=text,
        order=number,
        source=the_hub().source,
    )


def test_conflict_is_that_of_the_district_above() -> None:
    district, calm = a_study_district(conflict=True), a_study_site().unit
    site = a_study_site(district=district).unit
    below = a_unit(parent=site)
    assert in_conflict_district(site)
    assert in_conflict_district(below)
    assert in_conflict_district(district.unit)
    assert not in_conflict_district(calm)
    assert not in_conflict_district(the_hub().country)
    assert conflict_units([site, below, calm, the_hub().country]) == {site.pk, below.pk}


def test_sites_come_in_the_studys_order_and_units_outside_it_not_at_all() -> None:
    district = a_study_district()
    first, second = a_study_site(district=district), a_study_site(district=district)
    a_unit(parent=district.unit)
    second.order, first.order = 1, 2
    first.save()
    second.save()
    assert list(study_units()) == [second.unit, first.unit]


def test_factors_worded_alike_share_a_row_and_a_blank_is_no_claim() -> None:
    urban = Typology.objects.create(key="urban", name_fr="urbain", name_en="urban", order=1)
    rural = Typology.objects.create(key="rural", name_fr="rural", name_en="rural", order=2)
    Typology.objects.create(key="unused", name_fr="x", name_en="x", order=3)
    a_factor(urban, "Rumeurs", "Commune VI")
    a_factor(rural, "rumeurs", "Ségou")
    a_factor(rural, "Distance", "Ségou")
    matrix = factor_matrix()
    assert matrix.columns == [(urban, ["Commune VI"]), (rural, ["Ségou"])]
    assert [(row.factor.text_fr, row.named) for row in matrix.rows] == [
        ("Rumeurs", [True, True]),
        ("Distance", [False, True]),
    ]


def test_without_factors_the_matrix_is_empty() -> None:
    assert factor_matrix() == ([], [])
