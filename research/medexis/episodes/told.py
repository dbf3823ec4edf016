"""What all sources say of products at sites, month by month, read for many at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.utils import timezone

from indicators.periods import Period
from indicators.registry.stockout_days import Stockout
from research.medexis.cards.queries import SiteProduct, cards_known
from research.medexis.episodes.cells import Cell, cell
from research.medexis.episodes.queries import episodes_of
from research.medexis.models import StockLine, StockOutEpisode
from research.medexis.products.offers import offers_of, recorded


class Told(NamedTuple):
    """A month with its cell; `closing`, stock on hand by its report (None: not reported); `offered`, None where nothing
    is recorded; and what is behind it: keys of an episode and of the month's report."""

    month: Period
    cell: Cell
    closing: int | None
    offered: bool | None
    episode: int | None
    report: int | None
    demonstration: bool

    @property
    def is_offered(self) -> bool:
        """What is recorded; else whether the month's report has a line, or anybody says something."""
        return self.report is not None or not self.cell.says_nothing if self.offered is None else self.offered


def told(sites: Collection[int], products: Collection[int], months: Sequence[Period]) -> dict[SiteProduct, list[Told]]:
    """The months given, which follow one another, of each pair of site and product; every pair has an entry. Four
    queries for any number."""
    today = timezone.localdate()
    present, dates = Period.month_of(today), [(month, month.code, month.start, month.end) for month in months]
    lines = StockLine.objects.filter(
        product__in=products, report__site__in=sites, report__period__range=(months[0].code, months[-1].code)
    ).order_by()
    said = {
        (site, product, code): rest
        for site, product, code, *rest in lines.values_list(
            "report__site", "product", "report__period", "days_out", "closing", "report", "report__demonstration"
        )
    }
    episodes: dict[SiteProduct, list[StockOutEpisode]] = defaultdict(list)
    rows = episodes_of(sites, months[0], months[-1], products)
    for episode in rows.only("site", "product", "start", "end", "precision", "demonstration"):
        episodes[episode.site_id, episode.product_id].append(episode)
    offers, cards = offers_of(sites, products), cards_known(sites, products)
    found: dict[SiteProduct, list[Told]] = {}
    for pair in ((site, product) for site in sites for product in products):
        own, entries, card = episodes.get(pair, []), offers.get(pair, ()), cards.get(pair)
        found[pair] = []
        for month, code, start, end in dates:
            reported, closing, report, made_up = said.get((*pair, code), (None, None, None, False))
            inside = [one for one in own if one.start <= end and (one.end or today) >= start]
            offered = recorded(entries, month) if entries else None
            about = cell(
                month,
                present=present,
                offered=offered,
                dated=dated_days(inside, today),
                reported=reported,
                closing=closing,
                kept=bool(card and card.covers(month, today)),
            )
            made_up = bool(made_up) or any(one.demonstration for one in inside)
            first = inside[0].pk if inside else None
            found[pair].append(Told(month, about, closing, offered, first, report, made_up))
    return found


def dated_days(episodes: Iterable[StockOutEpisode], today: date) -> list[Stockout]:
    """Those known to the day, as days out of stock up to today."""
    day = StockOutEpisode.Precision.DAY
    return [
        Stockout(one.start, min(one.end or today, today) + timedelta(days=1))
        for one in episodes
        if one.precision == day
    ]  # fmt: skip
