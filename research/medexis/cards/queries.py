"""Reads of stock cards."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import F, Max, Min, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from indicators.geography.models import OrgUnit
from indicators.periods import Period
from research.medexis.cards.balances import Movement
from research.medexis.cards.months import implied_months, known_days
from research.medexis.formulas.balance import Line
from research.medexis.models import CardLine, Product

SiteProduct = tuple[int, int]
"""Primary keys of a site and a product."""


def movements_of(
    sites: Collection[OrgUnit | int], products: Collection[Product | int] | None = None
) -> dict[SiteProduct, list[Movement]]:
    """The lines of the cards of these sites (and products) in each card's order; cancelled ones are left out.

    One query. A pair without a card, or whose lines are all cancelled, has no entry.
    """
    lines = CardLine.objects.filter(card__site__in=sites, cancelled_because="")
    if products is not None:
        lines = lines.filter(card__product__in=products)
    found: dict[SiteProduct, list[Movement]] = defaultdict(list)
    rows = lines.order_by("card", "occurred_on", "recorded_at", "pk").values_list(
        "card__site", "card__product", "occurred_on", "lot", "reason__kind", "quantity", "reason__column", "pk"
    )
    for site, product, day, lot, kind, quantity, column, key in rows.iterator():
        found[site, product].append(Movement(day, lot, kind, quantity, column, key))
    return dict(found)


class Known(NamedTuple):
    """The days of which a card knows the stock (see `months.known_days`), and whether the card is made up."""

    first: date
    last: date
    demonstration: bool

    def covers(self, month: Period, today: date) -> bool:
        """Whether it knows every day of the month so far."""
        return self.first <= month.start <= min(self.last, today)


def cards_known(sites: Collection[OrgUnit | int], products: Collection[Product | int]) -> dict[SiteProduct, Known]:
    """What days the cards of these sites and products know; one without a line that counts has no entry. One query."""
    lines = CardLine.objects.filter(card__site__in=sites, card__product__in=products, cancelled_because="").order_by()
    rows = lines.values_list("card__site", "card__product", "card__demonstration").annotate(
        first=Min("occurred_on"), last=Max("occurred_on")
    )
    return {
        (site, product): Known(first, Period.month_of(last).end, made_up)
        for site, product, made_up, first, last in rows
    }


def implied_lines(site: OrgUnit | int, months: Iterable[Period]) -> dict[tuple[int, Period], Line]:
    """What the site's cards imply for these months, by product and month, up to today. One query.

    A product without a card, a month before its card begins or after the one of its last line, have no entry.
    """
    wanted, today = list(months), timezone.localdate()
    found: dict[tuple[int, Period], Line] = {}
    for (_site, product), movements in movements_of([site]).items():
        known = known_days(movements)
        until = min(today, known[1]) if known else today
        for month, line in implied_months(movements, wanted, until).items():
            if not line.is_blank:
                found[product, month] = line
    return found


class LotOnHand(NamedTuple):
    """What is left of a lot at a site by its card; below 0 where more went out than came. `lot` is its primary key;
    `demonstration` where the card is made up."""

    site: int
    product: int
    card: int
    lot: int
    code: str
    expires_on: date | None
    demonstration: bool
    balance: int


def lots_on_hand(
    sites: Collection[OrgUnit | int],
    products: Collection[Product | int] | None = None,
    *,
    until: date | None = None,
) -> list[LotOnHand]:
    """Lots with a balance other than 0 on the cards of these sites, the first to expire first, those without a date
    last; `until`: only those that expire by that day. Lines that name no lot are left out. One query.
    """
    lines = CardLine.objects.filter(card__site__in=sites, cancelled_because="", lot__isnull=False)
    if products is not None:
        lines = lines.filter(card__product__in=products)
    if until is not None:
        lines = lines.filter(lot__expires_on__lte=until)
    order = [F("occurred_on").desc(), F("recorded_at").desc(), F("pk").desc()]
    newest = Window(RowNumber(), partition_by=[F("card"), F("lot")], order_by=order)
    last = (
        lines.annotate(place=newest)
        .filter(place=1)
        .order_by(F("lot__expires_on").asc(nulls_last=True), "lot__code", "card")
    )
    columns = ("card__site", "card__product", "card", "lot", "lot__code", "lot__expires_on", "card__demonstration")
    return [LotOnHand(*row) for row in last.values_list(*columns, "lot_balance") if row[-1]]
