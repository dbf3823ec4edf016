"""Reads of the agenda: questions with their parts, the study's places, the factors by typology."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from indicators.geography.models import OrgUnit
from research.agenda.models import AssessmentFactor, LearningQuestion, StudyDistrict, Typology


class FactorRow(NamedTuple):
    """One factor as the assessment words it, and whether it was named for each typology, in the order of the header."""

    factor: AssessmentFactor
    named: list[bool]


class FactorMatrix(NamedTuple):
    """`columns`: each assessed typology with the places where it was assessed."""

    columns: list[tuple[Typology, list[str]]]
    rows: list[FactorRow]


def questions() -> QuerySet[LearningQuestion]:
    """Every learning question in its order, with parts, grants, strategies, evaluations and source fetched."""
    return LearningQuestion.objects.select_related("hub", "source").prefetch_related(
        "parts", "grants", "strategies", "evaluations", "indicators"
    )


def study_units() -> QuerySet[OrgUnit]:
    """The org units of the study's CSCom, in the study's order (district, then site)."""
    return (
        OrgUnit.objects.filter(study_site__isnull=False)
        .select_related("study_site__district__unit", "study_site__district__typology")
        .order_by("study_site__district__order", "study_site__order")
    )


def in_conflict_district(unit: OrgUnit) -> bool:
    """Whether the unit is, or lies in, a study district whose typology is a conflict one."""
    return StudyDistrict.objects.filter(unit__in=unit.ancestor_ids, typology__is_conflict=True).exists()


def conflict_units(units: Iterable[OrgUnit]) -> set[int]:
    """Primary keys of those units that are, or lie in, a conflict district. One query."""
    districts = set(StudyDistrict.objects.filter(typology__is_conflict=True).values_list("unit", flat=True))
    return {unit.pk for unit in units if districts.intersection(unit.ancestor_ids)}


def factor_matrix() -> FactorMatrix:
    """Factors of the rapid assessment against typologies; the assessment named each factor for one place.

    A blank cell means that the assessment does not name the factor there, not that it is absent. Factors worded alike
    (in French) for two places share a row. Two queries.
    """
    typologies = list(Typology.objects.filter(Exists(AssessmentFactor.objects.filter(typology=OuterRef("pk")))))
    places: dict[int, list[str]] = {typology.pk: [] for typology in typologies}
    named: dict[str, tuple[AssessmentFactor, set[int]]] = {}
    for factor in AssessmentFactor.objects.select_related("typology", "source"):
        if factor.place not in places[factor.typology_id]:
            places[factor.typology_id].append(factor.place)
        named.setdefault(factor.text_fr.casefold(), (factor, set()))[1].add(factor.typology_id)
    rows = [FactorRow(factor, [typology.pk in keys for typology in typologies]) for factor, keys in named.values()]
    return FactorMatrix([(typology, places[typology.pk]) for typology in typologies], rows)
