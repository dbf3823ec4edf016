"""Progress of an evaluation: is it rolled out as planned, is it done well, does anything follow from it?"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from indicators.pages.queries import last_refresh, published_figures
from indicators.pages.told_together import told_together
from indicators.periods import Period
from indicators.registry.definitions import definition
from research.agenda.queries import conflict_units
from research.coach2pev.policies import can_read as can_read_visits
from research.evaluations import charts
from research.evaluations.before_after import before_after
from research.evaluations.carried_out import carried_out, month_shown
from research.evaluations.measures import indicators_of
from research.evaluations.models import Evaluation
from research.evaluations.policies import can_read_context, can_read_sites, hides_conflict_names
from research.evaluations.progress import Part, Progress, part, progress, quality
from research.evaluations.queries import (
    Followed,
    Window,
    evaluations,
    followed,
    site_names,
    sites_of,
    unit_keys,
    window,
)
from research.evaluations.trends import PRINTED_SINCE, Trend, quarters_with_data, site_trend
from research.evaluations.views.records import records_of, within, words
from research.evidence.queries import for_evaluation as findings_of
from research.medexis.policies import can_read as can_read_reports
from research.medexis.products.assumptions import assumed
from research.observations.policies import can_log
from research.observations.queries import evidence_counts, for_evaluation

OBSERVATIONS_SHOWN = 5
SITES_A_PAGE = 9


@login_not_required
def evaluation_detail(request: HttpRequest, code: str) -> HttpResponse:
    """Public, with names and links only for whoever may follow them.

    Sums are over all sites, added up in the database; cards, tables and charts show a page of sites, `?page=`. Constant
    number of queries, and as much to draw, for any number of sites.
    """
    user = request.user
    evaluation = get_object_or_404(evaluations(), code=code)
    everywhere = followed(evaluation)
    unit_ids = [site.unit_id for site in everywhere]
    page = Paginator(sites_of(evaluation, user), SITES_A_PAGE).get_page(request.GET.get("page"))
    sites = list(page)
    units = [site.unit for site in sites]
    names = site_names(units, user, page.start_index())
    links = _links(units, user)
    months = window(everywhere, timezone.localdate())
    trend = site_trend("dtp1_coverage", list(names), quarters_with_data(unit_ids, PRINTED_SINCE))
    rows = _trend_rows(trend, names, links)
    records = records_of(evaluation, everywhere, months)
    context = {
        "evaluation": evaluation,
        "signed_in": can_read_sites(user),
        "page": page,
        "progress": progress(sites, names, records, months, links),
        "words": words(evaluation.code),
        "carried_out": carried_out(evaluation.code, unit_ids),
        **_of_the_month(request, months, lambda only: progress(sites, names, within(records, evaluation, only), only)),
        **_go_live(evaluation, everywhere),
        "quality": quality(evaluation.code, unit_ids, list(names), names, links),
        "chart": charts.site_coverage(trend, names) if trend.quarters else None,
        "quarters": trend.quarters,
        "trend_rows": rows,
        "told": told_together(rows, definition(trend.code), "quarter"),
        "printed": _printed(unit_ids, user),
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


def _go_live(evaluation: Evaluation, sites: Sequence[Followed]) -> dict[str, Any]:
    """Before and after go-live, and what that depends on. Four queries at most for Medexis, none for others."""
    compared = before_after(evaluation.code, sites)
    if compared is None:
        return {}
    return {"before_after": compared, "assumed": assumed(unit_keys(evaluation), timezone.localdate())}


def _of_the_month(request: HttpRequest, months: Window | None, counted: Callable[[Window], Progress]) -> dict[str, Any]:
    """Planned against done in one month of the plan, `?mois=202509`, with its neighbours within the plan."""
    month = month_shown(request.GET.get("mois", ""), months, timezone.localdate())
    if month is None or months is None:
        return {}
    return {
        "month": month,
        "month_before": month.shift(-1) if month.code > months.first.code else None,
        "month_after": month.shift(1) if month.code < months.last.code else None,
        "of_the_month": counted(Window(month, month)),
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


def _printed(units: Collection[int], user: Any) -> list[dict[str, Any]]:
    """Coverage that others printed for sub-districts: of these sites, and of places that belong to none.

    A figure of a site whose name is hidden is left out for a stranger: its printed place is the name.
    """
    figures = published_figures(["dtp1_coverage"])
    printed = [figure.unit for figure in figures if figure.unit]
    hidden = conflict_units(printed) if hides_conflict_names(user) else set()
    own = set(units) - hidden
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
