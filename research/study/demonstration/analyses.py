"""A plan of an analysis over made-up doses, locked before anything was computed, and a run that a worker computes.

The doses hold no effect of the innovation (`doses.py`): what the page shows is how a result reads, not a result.
"""

from django.db import transaction
from django.utils import timezone

from indicators.models import OrgUnit
from research.evaluations.models import Evaluation
from research.linkage.plans.content import content_of, fingerprint
from research.linkage.plans.models import AnalysisPlan, AnalysisRun, Method, PlanVersion
from research.linkage.plans.run import ask
from research.study.demonstration.visits import demonstration_uuid

_SITE, _FIRST, _LAST = "pelengana-nord", "202201", "202512"
_WHY = (
    "Démonstration : une seule aire de santé, mois par mois, avant et depuis qu’elle utilise l’outil. La saison des "
    "pluies fait baisser les doses chaque année : le modèle en tient compte."
)


def ensure_analysis(units: dict[str, OrgUnit]) -> dict[type, int]:
    """One plan, its only version and its run; nothing where the plan is there already."""
    identity = demonstration_uuid("analysis:its")
    if AnalysisPlan.objects.filter(client_uuid=identity).exists():
        return {}
    evaluation = Evaluation.objects.get(code=Evaluation.COACH2PEV)
    with transaction.atomic():
        plan = AnalysisPlan.objects.create(
            client_uuid=identity, demonstration=True, evaluation=evaluation,
            learning_question=evaluation.learning_question,
            title_fr="Démonstration : couverture DTC1 avant et depuis Coach2PEV",
            title_en="Demonstration: DTP1 coverage before and since Coach2PEV",
        )  # fmt: skip
        version = PlanVersion.objects.create(
            plan=plan, number=1, demonstration=True, client_uuid=demonstration_uuid("analysis:its:1"),
            method=Method.ITS_QUASIPOISSON, options={"fourier": 1}, outcome="dtp1_coverage", first=_FIRST, last=_LAST,
            exposure=PlanVersion.Exposure.STAGES, why=_WHY,
        )  # fmt: skip
        version.units.set([units[_SITE]])
        version.locked_at, version.sha256 = timezone.now(), fingerprint(content_of(version))
        version.save()
        ask(version, by=None)
    return {AnalysisPlan: 1, PlanVersion: 1, AnalysisRun: 1}
