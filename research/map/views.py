"""The map of districts and CSCom: where are children reached, is the innovation in use, did stock run out?"""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from indicators.geography.models import OrgUnit
from indicators.pages.explorer_map import boundaries_of
from indicators.pages.map_words import finding
from indicators.pages.numbers import unit_name
from research.agenda.queries import conflict_units
from research.evaluations.policies import can_read_sites, hides_conflict_names
from research.evaluations.queries import site_names
from research.map.choice import Chosen, choose
from research.map.legend import fills_legend, forms_legend
from research.map.page import MapPage, SiteRow
from research.map.places import (
    as_read_by,
    country_of_the_study,
    districts_in,
    exposure_of,
    followed_sites,
    numbers_of,
    open_to,
    stock_of,
)
from research.map.unchanged import unless_unchanged
from research.medexis.episodes.told import Told
from research.medexis.policies import can_read as can_read_stock

SITES_A_PAGE = 60
"""As many CSCom are listed and drawn at a time; more cannot be told apart where they lie close."""


@login_not_required
@require_GET
def site_map(request: HttpRequest) -> HttpResponseBase:
    """`?mois=202509&indicator=&evaluation=&product=&district=`. Public as the pages of the evaluations are: with names,
    places and links only for whoever may follow them. Constant number of queries for any number of places."""
    country = country_of_the_study()
    everywhere = districts_in(country) if country else []
    form, chosen = choose(request.GET, request.user, country, everywhere) if country else (None, None)
    context: dict[str, Any] = {"form": form, "chosen": chosen, "signed_in": can_read_sites(request.user)}
    if country and chosen:
        context |= _shown(request, country, chosen)
    return unless_unchanged(request, render(request, "research/map/site_map.html", context))


def _shown(request: HttpRequest, country: OrgUnit, chosen: Chosen) -> dict[str, Any]:
    """The map of a choice, with a page of CSCom."""
    districts = [chosen.district] if chosen.district else districts_in(country, chosen.measure, chosen.month)
    lines = numbers_of(country, districts, chosen.measure, chosen.month, timezone.localdate())
    page = Paginator(followed_sites(chosen.district), SITES_A_PAGE).get_page(request.GET.get("page"))
    sites = list(page)
    linked = open_to(request.user, [unit.pk for unit in (country, *districts, *sites)])
    lines = as_read_by(lines, linked)
    rows = _rows(request.user, sites, page.start_index(), chosen, linked)
    drawn = [country.pk, *(one.pk for one in districts), *(row.unit.pk for row in rows if not row.hidden)]
    shown = MapPage(chosen.measure, lines, rows, boundaries_of(drawn), whole=chosen.district is None)
    month = chosen.month
    return {
        "shown": shown,
        "page": page,
        "title": finding(chosen.measure, month, lines[1:]),
        "unit_name": unit_name(chosen.measure.unit),
        "forms": forms_legend(shown.forms),
        "fills": fills_legend(shown.stocks),
        "neighbours": [
            (one, chosen.query(mois=one.id)) for one in (month.shift(-1), month.shift(1)) if one in chosen.months
        ],
    }


def _rows(user: Any, sites: Sequence[OrgUnit], first: int, chosen: Chosen, linked: set[int]) -> list[SiteRow]:
    """The CSCom in the order given, the first of which has the number `first`. Eight queries at most."""
    keys = [unit.pk for unit in sites]
    names = site_names(sites, user, first)
    hidden = conflict_units(sites) if hides_conflict_names(user) else set()
    exposure = exposure_of(chosen.evaluation, keys, chosen.month.end)
    stocks = stock_of(keys, chosen.products, chosen.month)
    exposure_url = reverse("exposure", args=[chosen.evaluation.code])
    reads_stock = can_read_stock(user)
    rows = []
    for unit in sites:
        standing, told = exposure[unit.pk], stocks[unit.pk]
        open_here = unit.pk in linked
        rows.append(
            SiteRow(
                unit,
                names[unit.pk],
                standing,
                [said for said, _month in told],
                demonstration=bool(standing.since and standing.since.demonstration)
                or any(month.demonstration for _said, month in told),
                hidden=unit.pk in hidden,
                url=reverse("site-detail", args=[unit.pk]) if open_here and hasattr(unit, "study_site") else "",
                exposure_url=exposure_url if open_here else "",
                stock_url=_record([month for _said, month in told]) if open_here and reads_stock else "",
            )
        )
    return rows


def _record(months: Sequence[Told]) -> str:
    """The address of what the fill was read in: the month's report, else a stock-out; blank where there is neither."""
    for month in months:
        if month.report:
            return reverse("stock-detail", args=[month.report])
    for month in months:
        if month.episode:
            return reverse("stock-out-episode", args=[month.episode])
    return ""
