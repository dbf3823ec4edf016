"""Reads of who stands on the map: the districts of the country with their numbers, and the CSCom that are followed."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from indicators.pages import explorer
from indicators.pages.explorer_choice import BELOW, Choice
from indicators.periods import Period
from indicators.registry.definition import Definition
from research.agenda.models import Hub, StudyDistrict
from research.evaluations.models import Evaluation, EvaluationSite, ExposureStage
from research.evaluations.policies import can_read_sites
from research.map.stages import Stage, Standing, standing
from research.map.stock import Said
from research.medexis.episodes.told import Told, told
from research.medexis.models import Product

MOST_DISTRICTS = 500
"""More cannot be told apart on one map."""


def country_of_the_study() -> OrgUnit | None:
    """None before the study is loaded. One query."""
    hub = Hub.objects.select_related("country").first()
    return hub.country if hub else None


def districts_in(country: OrgUnit, measure: Definition | None = None, month: Period | None = None) -> list[OrgUnit]:
    """The places of the level that the study's districts have, by name; with a measure and a month, those that lay in
    the country in the months which it counts. At most three queries."""
    level = StudyDistrict.objects.order_by("unit__level").values_list("unit__level", flat=True).first()
    if level is None or level <= country.level:
        return []
    there = Q(path__startswith=country.path, level=level)
    if measure and month:
        there = _choice(country, level - country.level, measure, month).children.where
    return list(OrgUnit.objects.filter(there).order_by("name", "pk")[:MOST_DISTRICTS])


def numbers_of(
    country: OrgUnit, districts: Sequence[OrgUnit], measure: Definition, month: Period, today: date
) -> list[explorer.Line]:
    """The measure of the country and of each district, from stored sums: never a mean of the parts."""
    depth = districts[0].level - country.level if districts else 1
    return explorer.table(_choice(country, depth, measure, month), [country, *districts], today)


def _choice(country: OrgUnit, depth: int, measure: Definition, month: Period) -> Choice:
    return Choice(measure, country, BELOW, "month", (month,), view="map", depth=depth)


def followed_sites(district: OrgUnit | None) -> QuerySet[OrgUnit]:
    """The study's CSCom and those of the evaluations, the study's in its order first, with their district fetched."""
    wanted = Q(study_site__isnull=False) | Q(pk__in=EvaluationSite.objects.order_by().values("unit"))
    if district:
        wanted &= Q(path__startswith=district.path)
    return (
        OrgUnit.objects.filter(wanted)
        .select_related("parent", "study_site")
        .order_by(
            F("study_site__district__order").asc(nulls_last=True),
            F("study_site__order").asc(nulls_last=True),
            "parent__name",
            "name",
            "path",
        )
    )


def exposure_of(evaluation: Evaluation, sites: Collection[int], day: date) -> dict[int, Standing]:
    """How far each site is with the innovation at the end of the day; every site has an entry. Two queries."""
    followed = set(evaluation.sites.filter(unit__in=sites).order_by().values_list("unit", flat=True))
    stages: dict[int, list[Stage]] = defaultdict(list)
    rows = ExposureStage.objects.filter(site__evaluation=evaluation, site__unit__in=sites).order_by("began_on", "pk")
    columns = ("site__unit", "stage", "began_on", "approximate", "demonstration")
    for site, kind, began_on, approximate, made_up in rows.values_list(*columns):
        stages[site].append(Stage(kind, began_on, approximate, made_up))
    return {site: standing(site in followed, stages[site], day) for site in sites}


def stock_of(sites: Collection[int], products: Sequence[Product], month: Period) -> dict[int, list[tuple[Said, Told]]]:
    """What is on record of each product at each site in the month; every site has an entry. Four queries."""
    if not sites or not products:
        return {site: [] for site in sites}
    found = told(sites, [product.pk for product in products], [month])
    months: dict[int, list[tuple[Said, Told]]] = {}
    for site in sites:
        own = [(product, found[site, product.pk][0]) for product in products]
        months[site] = [(Said(product.name, one.cell, one.is_offered), one) for product, one in own]
    return months


def as_read_by(lines: Sequence[explorer.Line], linked: Collection[int]) -> list[explorer.Line]:
    """The lines without the addresses of what the reader may not open. No query."""
    return [line if line.subject.pk in linked else _unlinked(line) for line in lines]


def _unlinked(line: explorer.Line) -> explorer.Line:
    cells = [replace(cell, part=cell.part._replace(url="")) for cell in line.cells]
    return replace(line, cells=cells, url="")


def open_to(user: Any, units: Collection[int]) -> set[int]:
    """The units whose pages the person may open: none for strangers. One query besides the person's districts."""
    if not can_read_sites(user):
        return set()
    return set(limit_to_scope(OrgUnit.objects.filter(pk__in=units), user).values_list("pk", flat=True))
