"""What the page of exposure shows: each site's stages on one time axis, and dose and reach of the coaching."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Prefetch, QuerySet

from indicators.geography.scopes import limit_to_scope
from research.evaluations.exposure.timeline import Axis, Dated, Strip, axis, strip
from research.evaluations.models import Evaluation, EvaluationSite, ExposureStage
from research.evaluations.queries import sites_of


class Row(NamedTuple):
    """A site with its stages in order; `strip` is None where no site has a stage or a plan."""

    site: EvaluationSite
    stages: Sequence[ExposureStage]
    strip: Strip | None
    comparison: bool


def sites_for(evaluation: Evaluation, user: Any) -> QuerySet[EvaluationSite]:
    """The sites of the evaluation that the person may meet, with their stages and sources fetched."""
    stages = ExposureStage.objects.select_related("source").order_by("began_on", "pk")
    sites = limit_to_scope(sites_of(evaluation), user, unit="unit")
    return sites.prefetch_related(Prefetch("stages", queryset=stages))


def stages_for(evaluation: Evaluation, user: Any) -> QuerySet[ExposureStage]:
    """The stages that the person may meet."""
    rows = ExposureStage.objects.filter(site__evaluation=evaluation).select_related("site__unit__parent", "source")
    return limit_to_scope(rows, user, unit="site__unit")


def time_axis(evaluation: Evaluation, today: date) -> Axis | None:
    """One axis for all sites, so that their strips can be compared. Two queries."""
    stages = ExposureStage.objects.filter(site__evaluation=evaluation).order_by()
    plans = evaluation.sites.order_by().values_list("expected_from", flat=True)
    return axis([Dated(*row) for row in stages.values_list("stage", "began_on", "approximate")], plans, today)


def rows(sites: Collection[EvaluationSite], over: Axis | None, today: date) -> list[Row]:
    """The sites as the page draws them, exposed ones first as they began. No query."""
    found = []
    for site in sites:
        stages = list(site.stages.all())
        dated = [Dated(one.stage, one.began_on, one.approximate) for one in stages]
        drawn = strip(dated, over, today) if over else None
        found.append(Row(site, stages, drawn, site.exposed_from is None))
    return found
