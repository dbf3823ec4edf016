"""Reads of what rounds of visits are chosen from, and of plans."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, FloatField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast

from indicators.geography.models import OrgUnit
from research.coach2pev.models import SectionScore, SupervisionVisit, VisitPlan
from research.coach2pev.planning.ranking import Candidate
from research.coach2pev.visits.queries import sites_for, visits_for
from research.evaluations.models import Evaluation, EvaluationSite, ExposureStage

State = SupervisionVisit.State
TO_COME = (State.PLANNED, State.SCHEDULED, State.IN_PROGRESS)


def districts_for(user: Any) -> QuerySet[OrgUnit]:
    """The districts of the sites that the person may meet."""
    return OrgUnit.objects.filter(pk__in=sites_for(user).order_by().values("parent")).order_by("path")


def candidates(sites: QuerySet[OrgUnit]) -> list[Candidate]:
    """The sites with what a choice may rest on, in their order. One query.

    `share` is that of the latest done visit whose checklist gave a score; an unscored later visit does not take it
    away. `visits` and `last` are of all done visits.
    """
    scored = SectionScore.objects.filter(
        section=None, possible__gt=0, visit__site=OuterRef("pk"), visit__state=State.DONE
    ).order_by("-visit__done_on", "-visit__pk")
    share = Cast(F("points"), FloatField()) / Cast(F("possible"), FloatField())
    done = SupervisionVisit.objects.filter(state=State.DONE, site=OuterRef("pk")).order_by().values("site")
    rows = sites.annotate(
        last_share=Subquery(scored.annotate(share=share).values("share")[:1]),
        done_visits=Subquery(done.annotate(total=Count("pk")).values("total")),
        last_done=Subquery(done.annotate(latest=Max("done_on")).values("latest")),
        made_up=Exists(done.filter(demonstration=True)),
    )
    return [
        Candidate(
            row["pk"], row["uid"], row["name"], row["last_share"], row["done_visits"] or 0, row["last_done"],
            row["made_up"],
        )
        for row in rows.values("pk", "uid", "name", "last_share", "done_visits", "last_done", "made_up")
    ]  # fmt: skip


def busy_sites(first: date, last: date) -> set[int]:
    """Primary keys of sites for which a visit is planned for one of these days already, or in progress. One query."""
    open_visits = SupervisionVisit.objects.filter(state__in=TO_COME)
    there = open_visits.filter(Q(planned_on__range=(first, last)) | Q(state=State.IN_PROGRESS))
    return set(there.order_by().values_list("site", flat=True))


def comparison_sites() -> set[int]:
    """Primary keys of the evaluation's sites for which no stage of exposure is recorded. One query.

    Empty where no site has any: then nothing says which serve as comparison.
    """
    stages = ExposureStage.objects.filter(site=OuterRef("pk")).order_by()
    followed = EvaluationSite.objects.filter(evaluation__code=Evaluation.COACH2PEV)
    rows = followed.annotate(staged=Exists(stages)).order_by().values_list("unit", "staged")
    staged = {unit for unit, there in rows if there}
    return {unit for unit, _there in rows} - staged if staged else set()


def plans_for(user: Any) -> QuerySet[VisitPlan]:
    """The plans with a visit that the person may read; the latest first."""
    visits = visits_for(user).filter(plan=OuterRef("pk")).order_by()
    return VisitPlan.objects.filter(Exists(visits)).select_related("created_by").order_by("-first", "-pk")


def visits_of(plan: VisitPlan, user: Any) -> list[SupervisionVisit]:
    """The plan's visits that the person may read, in the order of the days planned. One query."""
    return list(visits_for(user).filter(plan=plan).order_by("planned_on", "pk"))


def rows_seen(plan: VisitPlan, sites: Collection[int]) -> tuple[list[dict[str, Any]], int]:
    """The plan's ranking with `place` and `percent`, only of sites that the person may meet; how many are left out."""
    placed = [{**row, "place": place} for place, row in enumerate(plan.ranking, 1)]
    for row in placed:
        row["last"] = date.fromisoformat(row["last"]) if row["last"] else None
        row["percent"] = None if row["share"] is None else row["share"] * 100
    seen = [row for row in placed if row["site"] in sites]
    return seen, len(placed) - len(seen)
