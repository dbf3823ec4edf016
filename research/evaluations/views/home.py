"""The dashboard: are fewer children missed, and are the two innovations moving?"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from indicators.geography.models import OrgUnit, OrgUnitGroup
from indicators.geography.scopes import is_in_scope
from indicators.pages.breakdown import number_url
from indicators.pages.numbers import explanations
from indicators.pages.queries import last_refresh, published_figures
from indicators.periods import Period
from indicators.registry.definitions import definition
from indicators.rollup.readings import Members, Reading
from research.agenda.models import Hub
from research.evaluations import charts
from research.evaluations.models import Evaluation
from research.evaluations.policies import can_read_sites
from research.evaluations.progress import Progress, progress
from research.evaluations.queries import evaluations, followed, window
from research.evaluations.trends import (
    LEVELS_SINCE,
    last_full_year,
    level_groups,
    levels,
    members_of_levels,
    quarters_with_data,
)
from research.evaluations.views import changes
from research.evaluations.views.records import records_of, words
from research.evidence.queries import latest as latest_findings
from research.welcome.queries import steps_on_the_dashboard

FINDINGS_SHOWN = 3


class Summary(NamedTuple):
    evaluation: Evaluation
    progress: Progress
    sites: int
    label: str


class ZeroDose(NamedTuple):
    """Surviving infants without a first dose at one level in one year, signed."""

    level: str
    reading: Reading
    explanations: list[str]
    url: str


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """For strangers what the hub is and how far the evaluations are; numbers and news for whoever is signed in."""
    today = timezone.localdate()
    hub = Hub.objects.select_related("country", "source").prefetch_related("partners").first()
    context: dict[str, Any] = {"hub": hub, "summaries": _summaries(today), "refresh": last_refresh()}
    if can_read_sites(request.user):
        context |= {"overdue": changes.overdue(request.user, today), "changes": changes.latest(request.user)}
        steps = steps_on_the_dashboard(request.user)
        context |= {"first_steps": steps, "first_steps_done": sum(step.done for step in steps)}
        context["findings"] = latest_findings(request.user, FINDINGS_SHOWN)
        if hub:
            context |= _numbers(hub.country, request.user)
    return render(request, "research/evaluations/home.html", context)


def _summaries(today: date) -> list[Summary]:
    found = []
    for evaluation in evaluations():
        sites = followed(evaluation)
        months = window(sites, today)
        counted = progress([], {}, records_of(evaluation, sites, months), months)  # totals only: no site is named here
        found.append(Summary(evaluation, counted, len(sites), words(evaluation.code)["counted"]))
    return found


def _numbers(country: OrgUnit, user: Any) -> dict[str, Any]:
    """The three levels by quarter, zero-dose of the last full year, and what others published about the country."""
    groups = level_groups()
    quarters, year = quarters_with_data([country.pk], LEVELS_SINCE), last_full_year(country)
    members = members_of_levels(groups, [*quarters, *([year] if year else [])])
    doses = levels("dtp1_doses", country, groups, quarters, members) if quarters else []
    coverage = levels("dtp1_coverage", country, groups, quarters, members) if quarters else []
    published = list(published_figures(["dtp1_coverage", "dtp3_coverage", "zero_dose"], [country]).order_by("period"))
    estimates = [figure for figure in published if figure.indicator != "zero_dose"]
    years = sorted({Period.from_code(f.period) for f in estimates if f.period})
    follow = is_in_scope(user, country)
    return {
        "doses": charts.level_doses(doses) if doses else None,
        "coverage": charts.level_coverage(coverage) if coverage else None,
        "latest_quarter": quarters[-1] if quarters else None,
        "trend_url": number_url("dtp1_doses", country.pk, quarters[-1]) if quarters and follow else "",
        "year": year,
        "zero_dose": _zero_dose(country, groups, year, members, follow) if year else [],
        "published_zero_dose": [
            (figure, Period.from_code(figure.period) if figure.period else None)
            for figure in published
            if figure.indicator == "zero_dose"
        ],
        "estimates": charts.published_estimates(estimates, years),
    }


def _zero_dose(
    country: OrgUnit, groups: Sequence[OrgUnitGroup], year: Period, members: Members, follow: bool
) -> list[ZeroDose]:
    measure = definition("zero_dose")
    rows = []
    for level in levels("zero_dose", country, groups, [year], members):
        reading = level.readings[year]
        url = number_url(measure.code, level.unit, year) if level.unit and follow else ""
        rows.append(ZeroDose(level.name, reading, explanations(reading, measure), url))
    return rows
