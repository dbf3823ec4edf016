"""Which results were there already when a plan was locked: a fact of times, not of what anybody says."""

from datetime import datetime

from indicators.registry.rivals import rivals
from research.linkage.plans.models import AnalysisRun, PlanVersion


def results_before(version: PlanVersion, at: datetime) -> list[int]:
    """Runs that were done by then and whose outcome and places are those of the version, the earliest first.

    An outcome is the same in each of its definitions; a place is met by any place above or below it. A result that was
    declared void since had been seen all the same. Three queries.
    """
    family = [one.code for one in rivals(version.outcome)]
    done = AnalysisRun.objects.filter(
        version__outcome__in=family, state=AnalysisRun.State.DONE, finished_at__lte=at
    ).order_by("finished_at", "pk")
    own = [unit.path for unit in [*version.units.all(), *version.comparison.all()]]
    by_version: dict[int, list[str]] = {}
    for field in ("units", "comparison"):
        through = getattr(PlanVersion, field).through
        pairs = through.objects.filter(planversion__in=done.order_by().values("version"))
        for pk, path in pairs.values_list("planversion", "orgunit__path"):
            by_version.setdefault(pk, []).append(path)
    met = {pk for pk, paths in by_version.items() if any(_meet(path, mine) for path in paths for mine in own)}
    return [pk for pk, of in done.values_list("pk", "version") if of in met]


def _meet(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
