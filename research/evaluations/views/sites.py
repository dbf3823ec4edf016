"""The study's sites: the list, and what happened at one of them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from indicators.pages.explorer_choice import series_url
from indicators.pages.queries import published_figures
from indicators.pages.told_alone import CLAIMS, told
from indicators.pages.trend_words import trend_words
from indicators.periods import Period
from indicators.registry.definitions import definition
from research.agenda.models import StudySite
from research.coach2pev.policies import can_enter as can_enter_visits
from research.evaluations import charts
from research.evaluations.models import Evaluation, EvaluationSite
from research.evaluations.progress import part
from research.evaluations.queries import study_sites
from research.evaluations.trends import PRINTED_SINCE, quarters_with_data, site_trend
from research.evaluations.views import changes
from research.medexis.policies import can_enter as can_enter_stock
from research.medexis.policies import can_read as can_read_stock
from research.observations.models import Observation
from research.observations.policies import can_log, what_is_readable

EVENTS_OF_A_KIND = 30


def site_list(request: HttpRequest) -> HttpResponse:
    """The sites that the person may meet, each with its last quarter of first doses. Constant number of queries."""
    sites = list(limit_to_scope(study_sites(), request.user, unit="unit"))  # type: ignore[arg-type]
    units = [site.unit_id for site in sites]
    quarters = quarters_with_data(units, PRINTED_SINCE)[-1:]
    coverage = site_trend("dtp1_coverage", units, quarters)
    measure = definition("dtp1_coverage")
    rows = [(site, [part(measure, coverage.found, site.unit_id, q, units) for q in quarters]) for site in sites]
    context = {"rows": rows, "quarter": quarters[0] if quarters else None}
    return render(request, "research/evaluations/site_list.html", context)


def site_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that happened at a site, newest first; `pk` is the org unit's. 404 outside the person's districts."""
    user = request.user
    allowed = limit_to_scope(OrgUnit.objects.select_related("parent"), user)  # type: ignore[arg-type]
    unit = get_object_or_404(allowed.filter(study_site__isnull=False), pk=pk)
    quarters = quarters_with_data([unit.pk], PRINTED_SINCE)
    exposures = list(EvaluationSite.objects.with_exposure().filter(unit=unit).select_related("evaluation", "source"))
    stock_plan = [site for site in exposures if site.evaluation.code == Evaluation.MEDEXIS]
    context = {
        "unit": unit,
        "study_site": StudySite.objects.select_related("district__typology", "district__unit", "source").get(unit=unit),
        "exposures": exposures,
        "events": changes.at_site(user, unit, stock_plan, EVENTS_OF_A_KIND),
        "unread": Observation.objects.filter(site=unit).exclude(what_is_readable(user)).count(),
        "limit": EVENTS_OF_A_KIND,
        "trends": [_trend(code, unit, quarters) for code in ("dtp1_coverage", "zero_dose")] if quarters else [],
        "quarters": quarters,
        "printed": [
            {"figure": figure, "period": Period.from_code(figure.period) if figure.period else None}
            for figure in published_figures(["dtp1_coverage"], [unit])
        ],
        "aliases": unit.aliases.all(),
        "may_enter_visit": can_enter_visits(user, unit),
        "may_enter_stock": can_enter_stock(user, unit),
        "reads_stock": bool(stock_plan) and can_read_stock(user),
        "may_log": can_log(user),
    }
    return render(request, "research/evaluations/site_detail.html", context)


def _trend(code: str, unit: OrgUnit, quarters: list[Period]) -> dict[str, Any]:
    measure = definition(code)
    trend = site_trend(code, [unit.pk], quarters)
    parts = [part(measure, trend.found, unit.pk, quarter, [unit.pk]) for quarter in quarters]
    return {
        "definition": measure,
        "words": trend_words([trend.found[unit.pk, quarter] for quarter in quarters], "quarter"),
        "views": [
            (series_url(measure, unit, quarters, "trend"), _("See the trend")),
            (series_url(measure, unit, quarters, "control"), _("Control chart")),
        ],
        "chart": charts.one_site(trend, unit.pk, unit.name, measure.name),
        "parts": parts,
        "told": told(parts, measure, "quarter", without=CLAIMS),  # the words above it make the claim
    }
