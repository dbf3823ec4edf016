"""Reads of the calendar of stock-outs: a product at the sites of a page, month by month of a year."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone

from indicators.geography.models import OrgUnit
from indicators.periods import Frequency, Period
from indicators.registry.stockout_days import Stockout
from research.medexis.cards.queries import cards_known
from research.medexis.episodes.cells import Cell, State, cell
from research.medexis.episodes.queries import episodes_of
from research.medexis.models import Product, StockLine, StockOutEpisode
from research.medexis.products.offers import offers_of, recorded


class Day(NamedTuple):
    """A cell with where it leads: an episode (`episode`), else the month's report (`report`)."""

    month: Period
    cell: Cell
    episode: int | None
    report: int | None
    demonstration: bool


class Row(NamedTuple):
    site: OrgUnit
    cells: list[Day]
    days: int
    known: int  # months that anybody says something of


def months_of_year(year: int) -> list[Period]:
    return [Period(Frequency.MONTH, year, number) for number in range(1, 13)]


def calendar(sites: Sequence[OrgUnit], product: Product, year: int) -> list[Row]:
    """A row for each site, in the order given. Four queries for any number of sites."""
    months, keys = months_of_year(year), [site.pk for site in sites]
    today = timezone.localdate()
    present = Period.month_of(today)
    lines = StockLine.objects.filter(
        product=product, report__site__in=keys, report__period__range=(months[0].code, months[-1].code)
    ).order_by()
    said = {
        (site, code): rest
        for site, code, *rest in lines.values_list(
            "report__site", "report__period", "days_out", "closing", "report", "report__demonstration"
        )
    }
    episodes: dict[int, list[StockOutEpisode]] = defaultdict(list)
    for episode in episodes_of(keys, months[0], months[-1], [product.pk]):
        episodes[episode.site_id].append(episode)
    offers = offers_of(keys, [product.pk])
    cards = cards_known(keys, [product.pk])
    rows = []
    for site in sites:
        own = episodes[site.pk]
        dated = [
            Stockout(one.start, min(one.end or today, today) + timedelta(days=1))
            for one in own
            if one.precision == StockOutEpisode.Precision.DAY
        ]
        cells = []
        for month in months:
            reported, closing, report, made_up = said.get((site.pk, month.code), (None, None, None, False))
            found = cell(
                month,
                present=present,
                offered=recorded(offers.get((site.pk, product.pk), ()), month),
                dated=dated,
                reported=reported,
                closing=closing,
                kept=bool((card := cards.get((site.pk, product.pk))) and card.covers(month, today)),
            )
            inside = [one for one in own if one.start <= month.end and (one.end or today) >= month.start]
            made_up = bool(made_up) or any(one.demonstration for one in inside)
            cells.append(Day(month, found, inside[0].pk if inside else None, report, made_up))
        said_of = [day.cell for day in cells if day.cell.state not in (State.TO_COME, State.MISSING, State.NOT_OFFERED)]
        counted = sum(one.days or 0 for one in said_of if one.state is not State.IMPOSSIBLE)
        rows.append(Row(site, cells, counted, len(said_of)))
    return rows
