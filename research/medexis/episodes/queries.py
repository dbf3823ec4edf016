"""Reads of what ran out when."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from indicators.geography.scopes import limit_to_scope
from indicators.periods import Period
from research.medexis.episodes.days import Episode
from research.medexis.models import StockOutEpisode
from research.medexis.policies import can_read


def episodes_for(user: Any) -> QuerySet[StockOutEpisode]:
    """The episodes that the person may read, the latest first."""
    if not can_read(user):
        return StockOutEpisode.objects.none()
    rows = limit_to_scope(StockOutEpisode.objects.all(), user, unit="site")
    return rows.select_related("site__parent", "product").order_by("-start", "site_id", "product_id", "pk")


def in_order(keys: Sequence[int]) -> list[StockOutEpisode]:
    """The episodes with these keys, in their order, with site and product. One query.

    For a page of a long list: its keys alone are sorted and counted off, and only its rows are read whole.
    """
    rows = StockOutEpisode.objects.select_related("site__parent", "product").in_bulk(list(keys))
    return [rows[key] for key in keys if key in rows]


def episodes_of(
    sites: Collection[int], first: Period, last: Period, products: Collection[int] | None = None
) -> QuerySet[StockOutEpisode]:
    """The episodes at these sites that have a day from the first month to the last, oldest first."""
    there = Q(end=None) | Q(end__gte=first.start)
    rows = StockOutEpisode.objects.filter(there, site__in=sites, start__lte=last.end)
    if products is not None:
        rows = rows.filter(product__in=products)
    return rows.order_by("start", "pk")


def tracer_episodes(sites: Collection[int], until: date) -> dict[int, list[tuple[Episode, bool]]]:
    """Episodes of tracers known to the day that began by then, by site, each with whether it is made up. One query."""
    rows = StockOutEpisode.objects.filter(
        site__in=sites, product__tracer=True, precision=StockOutEpisode.Precision.DAY, start__lte=until
    ).order_by("start", "pk")
    found: dict[int, list[tuple[Episode, bool]]] = defaultdict(list)
    for site, product, start, end, made_up in rows.values_list("site", "product", "start", "end", "demonstration"):
        found[site].append((Episode(product, start, end), made_up))
    return found
