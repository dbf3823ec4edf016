"""Two districts and their CSCom, on a map."""

from typing import Any, NamedTuple

from indicators.geography.boundary_actions import save_boundaries
from indicators.geography.outlines import Outline
from indicators.models import OrgUnit
from research.agenda.models import StudySite
from research.evaluations.models import ExposureStage
from research.medexis.models import Offer, Product, StockLine
from tests.builders import (
    a_day,
    a_followed_site,
    a_product,
    a_source,
    a_stock_report,
    a_study_district,
    a_study_site,
    an_evaluation,
)
from tests.evaluations.given import given_infants, given_values, refreshed

MONTH = "202509"


class Scene(NamedTuple):
    """`high` has 150 %, `silent` no number; `used`, `trained` and `lost` lie in `high`, `kept` in `silent`, where there
    is conflict. Nobody knows where `lost` lies."""

    high: OrgUnit
    silent: OrgUnit
    used: OrgUnit
    trained: OrgUnit
    lost: OrgUnit
    kept: OrgUnit
    product: Product


def square(west: float) -> Outline:
    ring = [(west, 12.0), (west + 1, 12.0), (west + 1, 13.0), (west, 13.0), (west, 12.0)]
    return Outline(polygons=((ring,),))


def a_stage(site: Any, stage: str, day: str) -> ExposureStage:
    return ExposureStage.objects.create(
        site=site, stage=stage, began_on=a_day(day), evidence_fr="Registre", evidence_en="Register", source=a_source()
    )


def a_line(site: OrgUnit, product: Product, **told: Any) -> StockLine:
    return StockLine.objects.create(report=a_stock_report(MONTH, site=site), product=product, **told)


def the_scene() -> Scene:
    """By September 2025 one site uses Coach2PEV, one is trained, one has no stage; the fourth is not followed."""
    high, silent = a_study_district("Secteur Haut"), a_study_district("Secteur Muet", conflict=True)
    used, trained, lost = (a_study_site(f"Poste {name}", district=high) for name in ("Actif", "Formé", "Perdu"))
    kept: StudySite = a_study_site("Poste Gardé", district=silent)
    an_evaluation("coach2pev", order=0)
    for site, stages in ((used, ("trained 2025-07-01", "active 2025-08-01")), (trained, ("trained 2025-09-15",))):
        followed = a_followed_site(unit=site.unit)
        for stage in stages:
            a_stage(followed, *stage.split())
    a_followed_site(unit=lost.unit)
    an_evaluation("medexis", order=1)
    product = a_product(tracer=True, name_en="Penta", name_fr="Penta")
    a_line(used.unit, product, days_out=5, closing=20)
    a_line(trained.unit, product, days_out=0, closing=20)
    Offer.objects.create(site=lost.unit, product=product, since=a_day("2025-01-01"), offered=False, basis="Lead")
    given_infants(used.unit, 120, 2025)
    given_values("DTP1", {(used.unit, MONTH): 15})
    refreshed()
    lies = {high.unit_id: square(-8), silent.unit_id: square(-7), used.unit_id: Outline(point=(-7.7, 12.5))}
    lies |= {trained.unit_id: Outline(point=(-7.3, 12.5)), kept.unit_id: Outline(point=(-6.5, 12.5))}
    save_boundaries(lies, source=a_source(title_en="OCHA"), file_name="places.geojson")
    return Scene(high.unit, silent.unit, used.unit, trained.unit, lost.unit, kept.unit, product)
