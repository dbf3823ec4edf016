"""Stock-outs as all sources together have them: the list, and one with what each source says."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from indicators.pages.formats import month_text
from indicators.periods import Period
from research.medexis import policies
from research.medexis.episodes.days import length
from research.medexis.episodes.queries import episodes_for, in_order
from research.medexis.models import StockOut, StockOutEpisode
from research.medexis.stock_outs.filters import EpisodeFilter

PER_PAGE = 25
Basis = StockOutEpisode.Basis


@require_GET
@never_cache
def stock_out_list(request: HttpRequest) -> HttpResponse:
    policies.check_read(request.user)
    rows = EpisodeFilter(request.GET, queryset=episodes_for(request.user), request=request)
    page = Paginator(rows.qs.values_list("pk", flat=True), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "filter": rows,
        "page": page,
        "rows": [(row, _days(row)) for row in in_order(list(page))],
        "can_enter": policies.can_enter(request.user),
    }
    return render(request, "research/medexis/stock_out_list.html", context)


@require_GET
@never_cache
def stock_out_episode(request: HttpRequest, pk: int) -> HttpResponse:
    """One episode: what each source says of it, and the records behind."""
    policies.check_read(request.user)
    episode = get_object_or_404(episodes_for(request.user), pk=pk)
    enters = policies.can_enter(request.user)
    context = {
        "episode": episode,
        "days": _days(episode),
        "claims": [_claim(claim, episode, enters) for claim in episode.claims],
        "entry": _entry(episode),
        "can_enter": enters,
        "first_month": Period.month_of(episode.start),
        "evidence_key": f"{episode.site_id}/{episode.product.key}/{episode.start.isoformat()}",
    }
    return render(request, "research/medexis/stock_out_episode.html", context)


def _days(row: StockOutEpisode) -> int | None:
    """Days known so far: of one that goes on, those up to today."""
    if row.precision == StockOutEpisode.Precision.MONTH:
        return row.days
    return length(row.start, row.end or timezone.localdate())


def _claim(claim: dict[str, Any], episode: StockOutEpisode, enters: bool) -> dict[str, Any]:
    """A source's words for the page: which it is, what it says, and where it can be read."""
    source, key = claim["source"], claim["key"]
    start, end = parse_date(claim["start"]), parse_date(claim["end"] or "")
    told: dict[str, Any] = {"source": Basis(source).label, "start": start, "end": end, "days": claim["days"]}
    if source != Basis.REPORT and start:
        told["days"] = length(start, end or timezone.localdate())
    if source == Basis.REPORT and start:
        told |= {"month": month_text(Period.month_of(start)), "href": reverse("stock-detail", args=[key])}
    elif source == Basis.CARD:
        told["href"] = reverse("card-detail", args=[key])
    elif enters:
        told["href"] = reverse("stock-out-edit", args=[key])
    return told


def _entry(episode: StockOutEpisode) -> StockOut | None:
    """The entered stock-out among the sources, for its cause and what followed from it."""
    keys = [claim["key"] for claim in episode.claims if claim["source"] == Basis.ENTRY]
    return StockOut.objects.filter(pk__in=keys).order_by("start").first() if keys else None
