"""Progress of an evaluation: is it rolled out as planned, is it done well, does anything follow from it?"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from indicators.pages.queries import last_refresh, published_figures
from indicators.periods import Period
from indicators.registry.definitions import definition
from research.agenda.queries import conflict_units
from research.coach2pev.policies import can_read as can_read_visits
from research.evaluations import charts
from research.evaluations.before_after import before_after
from research.evaluations.carried_out import carried_out, month_shown
from research.evaluations.measures import indicators_of
from research.evaluations.models import Evaluation, EvaluationSite
from research.evaluations.policies import can_read_context, can_read_sites, hides_conflict_names
from research.evaluations.progress import Part, part, progress, quality
from research.evaluations.queries import Window, evaluations, site_names, sites_of, window
from research.evaluations.trends import PRINTED_SINCE, Trend, quarters_with_data, site_trend
from research.evaluations.views.records import records_of, words
from research.evidence.queries import for_evaluation as findings_of
from research.medexis.policies import can_read as can_read_reports
from research.medexis.products.assumptions import assumed
from research.observations.policies import can_log
from research.observations.queries import evidence_counts, for_evaluation

OBSERVATIONS_SHOWN = 5
CHARTS_A_PAGE = 12


@login_not_required
def evaluation_detail(request: HttpRequest, code: str) -> HttpResponse:
    """Public, with names and links only for whoever may follow them. Constant number of queries."""
    user = request.user
    evaluation = get_object_or_404(evaluations(), code=code)
    sites = list(sites_of(evaluation))
    units = [site.unit for site in sites]
    names = site_names(units, user)
    links = _links(units, user)
    months = window(sites, timezone.localdate())
    page = Paginator(units, CHARTS_A_PAGE).get_page(request.GET.get("page"))
    shown = {unit.pk: names[unit.pk] for unit in page}
    trend = site_trend("dtp1_coverage", list(shown), quarters_with_data([unit.pk for unit in units], PRINTED_SINCE))
    context = {
        "evaluation": evaluation,
        "signed_in": can_read_sites(user),
        "progress": progress(sites, names, records_of(evaluation, units, months), months, links),
        "words": words(evaluation.code),
        "carried_out": carried_out(evaluation.code, [unit.pk for unit in units]),
        **_of_the_month(request, evaluation, sites, names, months),
        **_go_live(evaluation, sites),
        "quality": quality(evaluation.code, [unit.pk for unit in units], names, links),
        "page": page,
        "chart": charts.site_coverage(trend, shown) if trend.quarters else None,
        "quarters": trend.quarters,
        "trend_rows": _trend_rows(trend, shown, links),
        "printed": _printed(units, user),
        "evidence": evidence_counts(evaluation=evaluation),
        "observations": for_evaluation(evaluation, user)[:OBSERVATIONS_SHOWN],
        "findings": findings_of(evaluation, user)[:OBSERVATIONS_SHOWN],
        "may_log": can_log(user),
        "shows_context": can_read_context(user),
        "hides_names": any(names[unit.pk] != unit.name for unit in units),
        "records_url": _records_url(evaluation, user),
        "indicators": [definition(one) for one in indicators_of(evaluation.code)],
        "refresh": last_refresh(),
    }
    return render(request, "research/evaluations/evaluation_detail.html", context)


def _go_live(evaluation: Evaluation, sites: Sequence[EvaluationSite]) -> dict[str, Any]:
    """Before and after go-live, and what that depends on. Two queries for Medexis, none for others."""
    compared = before_after(evaluation.code, sites)
    if compared is None:
        return {}
    return {"before_after": compared, "assumed": assumed([site.unit_id for site in sites], timezone.localdate())}


def _of_the_month(
    request: HttpRequest,
    evaluation: Evaluation,
    sites: Sequence[EvaluationSite],
    names: Mapping[int, str],
    months: Window | None,
) -> dict[str, Any]:
    """Planned against done in one month of the plan, `?mois=202509`, with its neighbours within the plan."""
    month = month_shown(request.GET.get("mois", ""), months, timezone.localdate())
    if month is None or months is None:
        return {}
    only = Window(month, month)
    counts = records_of(evaluation, [site.unit for site in sites], only)
    return {
        "month": month,
        "month_before": month.shift(-1) if month.code > months.first.code else None,
        "month_after": month.shift(1) if month.code < months.last.code else None,
        "of_the_month": progress(sites, names, counts, only),
    }


def _links(units: Sequence[OrgUnit], user: Any) -> set[int]:
    """The units whose numbers the person may take apart: none for strangers. One query."""
    if not can_read_sites(user):
        return set()
    pks = [unit.pk for unit in units]
    return set(limit_to_scope(OrgUnit.objects.filter(pk__in=pks), user).values_list("pk", flat=True))


def _trend_rows(trend: Trend, names: Mapping[int, str], links: set[int]) -> list[tuple[str, list[Part]]]:
    measure = definition(trend.code)
    return [
        (name, [part(measure, trend.found, unit, quarter, links) for quarter in trend.quarters])
        for unit, name in names.items()
    ]


def _printed(units: Sequence[OrgUnit], user: Any) -> list[dict[str, Any]]:
    """Coverage that others printed for sub-districts: of these sites, and of places that belong to none.

    A figure of a site whose name is hidden is left out for a stranger: its printed place is the name.
    """
    hidden = conflict_units(units) if hides_conflict_names(user) else set()
    own = {unit.pk for unit in units} - hidden
    figures = published_figures(["dtp1_coverage"])
    return [
        {"figure": figure, "period": Period.from_code(figure.period) if figure.period else None}
        for figure in figures
        if figure.unit_id is None or figure.unit_id in own
    ]


def _records_url(evaluation: Evaluation, user: Any) -> str:
    """Name of the page that lists the records behind the counts, empty where the person may not open it."""
    if evaluation.code == Evaluation.COACH2PEV and can_read_visits(user):
        return "visit-list"
    return "stock-list" if evaluation.code == Evaluation.MEDEXIS and can_read_reports(user) else ""
