"""Made-up stages beside those of the sources: trainings, and use that was seen. No site becomes exposed by them."""

from datetime import date

from simple_history.utils import bulk_create_with_history

from indicators.models import OrgUnit, Source
from research.evaluations.models import Evaluation, EvaluationSite, ExposureStage

_STAGES = (
    ("pelengana-nord", "trained", date(2025, 7, 22), False),
    ("cinzana-gare", "trained", date(2025, 7, 22), False),
    ("kologo", "trained", date(2025, 7, 25), False),
    ("niono-central", "trained", date(2025, 7, 28), True),
    ("pelengana-nord", "active", date(2025, 9, 15), False),
    ("bougouni-est", "active", date(2025, 9, 30), True),
)
_EVIDENCE = {
    "trained": ("Démonstration : liste de présence de la formation", "Demonstration: attendance list of the training"),
    "active": ("Démonstration : grille remplie vue par le coach", "Demonstration: filled checklist seen by the coach"),
}


def ensure_stages(units: dict[str, OrgUnit]) -> int:
    """How many stages were made now, only at sites that the sources say use the tool."""
    sites = {
        site.unit_id: site
        for site in EvaluationSite.objects.with_exposure().filter(evaluation__code=Evaluation.COACH2PEV)
        if site.exposed_from
    }
    there = set(ExposureStage.objects.values_list("site", "stage", "began_on"))
    source = Source.objects.get(key="demonstration")
    missing = []
    for key, stage, day, approximate in _STAGES:
        site = sites.get(units[key].pk)
        if site and (site.pk, stage, day) not in there:
            french, english = _EVIDENCE[stage]
            missing.append(
                ExposureStage(
                    site=site, stage=stage, began_on=day, approximate=approximate, evidence_fr=french,
                    evidence_en=english, source=source, demonstration=True,
                )
            )  # fmt: skip
    bulk_create_with_history(missing, ExposureStage)
    return len(missing)
