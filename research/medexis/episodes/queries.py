"""Reads of what ran out when."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from research.medexis.episodes.days import Episode
from research.medexis.models import StockOut


def tracer_episodes(sites: Collection[int], until: date) -> dict[int, list[tuple[Episode, bool]]]:
    """Stock-outs of tracers that began by that day, by site, each with whether it is made up. One query."""
    rows = StockOut.objects.filter(site__in=sites, product__tracer=True, start__lte=until).order_by("start", "pk")
    found: dict[int, list[tuple[Episode, bool]]] = defaultdict(list)
    for site, product, start, end, made_up in rows.values_list("site", "product", "start", "end", "demonstration"):
        found[site].append((Episode(product, start, end), made_up))
    return found
