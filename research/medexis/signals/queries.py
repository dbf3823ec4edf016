"""The three signals, each for the sites of a person, the most pressing first."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta
from math import isinf
from typing import NamedTuple

from django.db.models import Count, F, Q
from django.utils import timezone

from indicators.periods import Period
from research.medexis.cards.queries import LotOnHand, lots_on_hand
from research.medexis.formulas.consumption import MonthUse, amc
from research.medexis.models import StockLine
from research.medexis.products.norms import norms
from research.medexis.reports.series import MONTHS, days_of, series
from research.medexis.signals.deliveries import Delivery, next_delivery
from research.medexis.signals.expiries import DAYS_AHEAD, Ahead, ahead
from research.medexis.signals.projection import Projection, project
from research.medexis.signals.silence import Months

AT_RISK = 0.5
"""From this probability on a site is told to run out before the next delivery."""


class Threatened(NamedTuple):
    """A product at a site: on hand at the end of `month` (of report `report`), in the product's unit."""

    site: int
    product: int
    month: Period
    report: int
    on_hand: int
    delivery: Delivery
    projection: Projection
    demonstration: bool

    @property
    def flagged(self) -> bool:
        """Something is there still, and it will more likely than not be used up."""
        return self.on_hand > 0 and self.projection.risk >= AT_RISK

    @property
    def risk_percent(self) -> float:
        return 100 * self.projection.risk

    @property
    def never_at_the_slowest(self) -> bool:
        """At the slowest use foreseen nothing is used, and so the stock has no end."""
        return isinf(self.projection.latest)


class RunOuts(NamedTuple):
    """`refused`: pairs with a stock on hand of which nothing can be said, under four months known or nothing used."""

    rows: list[Threatened]
    refused: int

    @property
    def flagged(self) -> int:
        return sum(row.flagged for row in self.rows)

    @property
    def out(self) -> int:
        """Out already: what is foreseen has come."""
        return sum(not row.on_hand for row in self.rows)


def run_outs(sites: Collection[int], products: Collection[int], last: Period) -> RunOuts:
    """Of each pair with a stock on hand in the 12 months up to `last`, the likeliest to run out first, and
    what is out already last. Three queries."""
    designed, rows, refused = norms(sites, products), [], 0
    days = {month: month.days for month in (last.shift(-back) for back in range(MONTHS - 1, -1, -1))}
    for (site, product), one in series(sites, last, products).items():
        month = one.latest
        if month is None:
            continue
        line, norm = one.months[month], designed.get((site, product))
        past = [(when, one.months[when]) for when in days if when in one.months and when <= month]
        received = [when for when, said in past if said.received]
        delivery = next_delivery(received, month, norm.interval if norm else None)
        uses = [MonthUse(said.issued, days[when], said.days_out) for when, said in past]
        found = project(line.closing or 0, uses, delivery.months)
        if found is None:
            refused += 1
            continue
        made_up = any(told.demonstration for told in one.months.values())
        rows.append(Threatened(site, product, month, line.report, line.closing or 0, delivery, found, made_up))
    rows.sort(key=lambda row: (not row.on_hand, -row.projection.risk, row.projection.days, row.site, row.product))
    return RunOuts(rows, refused)


class Expiring(NamedTuple):
    """A lot on a site's card that has expired or will within `DAYS_AHEAD` days; `use` per month, None: not known."""

    lot: LotOnHand
    ahead: Ahead
    use: float | None
    demonstration: bool

    @property
    def expired(self) -> bool:
        """No part of it can be used any more."""
        return self.ahead.expires_on < timezone.localdate()


def expiries(
    sites: Collection[int], products: Collection[int] | None, last: Period | None, today: date
) -> list[Expiring]:
    """The first to expire first. Monthly use is the average (`formulas.consumption.DEFAULT`) of the 12 months
    of reports up to `last`. Two queries."""
    lots = lots_on_hand(sites, products, until=today + timedelta(days=DAYS_AHEAD))
    by_card: dict[tuple[int, int], list[LotOnHand]] = defaultdict(list)
    for lot in lots:
        by_card[lot.site, lot.product].append(lot)
    if not by_card:
        return []
    there = {site for site, _product in by_card}, {product for _site, product in by_card}
    told = series(there[0], last, there[1]) if last else {}
    found = []
    for pair, on_card in by_card.items():
        use = amc(told[pair].uses(last)) if last and pair in told else None
        use_made_up = pair in told and any(line.demonstration for line in told[pair].months.values())
        keyed = {lot.lot: lot for lot in on_card}
        for one in ahead([(lot.lot, lot.expires_on, lot.balance) for lot in on_card], use, today):
            found.append(Expiring(keyed[one.lot], one, use, keyed[one.lot].demonstration or use_made_up))
    return sorted(found, key=lambda one: (one.ahead.expires_on, one.lot.site, one.lot.product, one.lot.lot))


class Silent(NamedTuple):
    """A site's months of products (lines), counted."""

    site: int
    months: Months
    demonstration: int


def silences(sites: Collection[int], products: Collection[int] | None, last: Period) -> list[Silent]:
    """Sites that never report a stock-out and end at zero, and sites that contradict themselves, over the 12 months up
    to `last`; the most silent months first. One query, counted in the database."""
    months = [last.shift(-back) for back in range(MONTHS)]
    rows = StockLine.objects.filter(report__site__in=sites, report__period__in=[month.code for month in months])
    if products is not None:
        rows = rows.filter(product__in=products)
    counted = (
        rows.order_by()
        .annotate(in_month=days_of(months))
        .values("report__site")
        .annotate(
            reported=Count("pk"),
            silent=Count("pk", filter=Q(closing=0, days_out=0)),
            told=Count("pk", filter=Q(days_out__gt=0)),
            contradicting=Count("pk", filter=Q(closing__gt=0, days_out__gte=F("in_month"))),
            made_up=Count("pk", filter=Q(report__demonstration=True)),
        )
        .filter(Q(silent__gt=0) | Q(contradicting__gt=0))
    )
    found = [
        Silent(
            row["report__site"],
            Months(row["reported"], row["silent"], row["told"], row["contradicting"]),
            row["made_up"],
        )
        for row in counted
    ]
    asked = [one for one in found if one.months.is_signal or one.months.contradicting]
    return sorted(asked, key=lambda one: (-one.months.silent, -one.months.contradicting, one.site))
