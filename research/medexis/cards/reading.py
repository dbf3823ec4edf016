"""What the pages of stock cards show, limited to what the person may meet."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from indicators.periods import Period
from research.medexis.cards.balances import Movement, running
from research.medexis.cards.comparison import Compared, compare
from research.medexis.cards.flags import UNUSABLE_VVM, Checked, LotStock, flags, usable
from research.medexis.cards.months import implied_months, known_days
from research.medexis.cards.queries import movements_of
from research.medexis.formulas.balance import Line
from research.medexis.models import CardLine, Lot, Product, StockCard, StockLine
from research.medexis.policies import can_read
from research.medexis.reports.queries import line_of, sites_for

MONTHS_SHOWN = 12
QUESTIONS_SHOWN = 8


def cards_for(user: Any) -> QuerySet[StockCard]:
    """The cards that the person may read, by site and product, each with `balance` and `last_on` (day of the last
    line); None where no line counts. Cancelled lines do not count.
    """
    if not can_read(user):
        return StockCard.objects.none()
    cards = limit_to_scope(StockCard.objects.all(), user, unit="site")
    lines = CardLine.objects.filter(card=OuterRef("pk"), cancelled_because="")
    last = lines.order_by("-occurred_on", "-recorded_at", "-pk")
    cards = cards.annotate(
        balance=Subquery(last.values("balance")[:1]), last_on=Subquery(last.values("occurred_on")[:1])
    )
    return cards.select_related("site__parent", "product").order_by("site__path", "product__order", "pk")


def sites_to_enter(user: Any) -> QuerySet[OrgUnit]:
    """The person's sites of the evaluation, and sites that left it but have cards, which can still be corrected."""
    wanted = Q(pk__in=sites_for(user).order_by().values("pk")) | Q(pk__in=StockCard.objects.values("site"))
    return limit_to_scope(OrgUnit.objects.filter(wanted), user).select_related("parent").order_by("path")


def lines_for(user: Any) -> QuerySet[CardLine]:
    """The lines of the cards that the person may read."""
    if not can_read(user):
        return CardLine.objects.none()
    lines = limit_to_scope(CardLine.objects.all(), user, unit="card__site")
    return lines.select_related("card__site__parent", "card__product", "lot", "reason")


def lines_newest_first(card: StockCard) -> QuerySet[CardLine]:
    """All lines of a card, cancelled ones too, the last one first."""
    lines = CardLine.objects.filter(card=card).select_related("lot", "reason")
    return lines.order_by("-occurred_on", "-recorded_at", "-pk")


def last_line_by(user: Any) -> CardLine | None:
    """The line that the person entered last; None where they entered none."""
    lines = CardLine.objects.filter(created_by=user).select_related("card__site", "card__product")
    return lines.order_by("-created_at", "-pk").first()


def products_to_enter() -> QuerySet[Product]:
    return Product.objects.filter(active=True).order_by("order", "pk")


class LotLeft(NamedTuple):
    """A lot (None: lines that name none) and what is left of it."""

    lot: Lot | None
    balance: int
    expired: bool


class Month(NamedTuple):
    """A month by the card and by the report; `report` is its primary key, None where the month was not reported."""

    period: Period
    report: int | None
    columns: list[Compared]

    @property
    def differs(self) -> bool:
        return any(one.difference for one in self.columns)


class CardAsked(NamedTuple):
    """The first lines that raise a question, the newest first, and how many there are in all."""

    lines: list[CardLine]
    total: int


def movements(card: StockCard) -> list[Movement]:
    """The lines of a card that count, in order. One query."""
    return movements_of([card.site_id], [card.product_id]).get((card.site_id, card.product_id), [])


def lots_left(lines: Sequence[Movement]) -> list[LotLeft]:
    """Lots with something left (or less than nothing), the first to expire first, those without a date last."""
    after = running(lines)
    left = {line.lot: one.lot_balance for line, one in zip(lines, after, strict=True)}
    lots, today = Lot.objects.in_bulk([key for key in left if key is not None]), timezone.localdate()
    found = []
    for key, balance in left.items():
        lot = lots[key] if key is not None else None
        expires = lot.expires_on if lot else None
        if balance:
            found.append(LotLeft(lot, balance, expires is not None and expires < today))
    return sorted(found, key=lambda one: (one.lot and one.lot.expires_on) or date.max)


def usable_stock(lots: Sequence[LotLeft]) -> int:
    """Doses of lots that have not expired by today."""
    stocks = (LotStock(one.balance, one.lot.expires_on if one.lot else None) for one in lots)
    return usable(stocks, timezone.localdate())


def asked(card: StockCard) -> CardAsked:
    """Which lines raise questions. Two queries, whatever the length of the card; the database looks for candidates."""
    below = Q(balance__lt=0) | Q(lot_balance__lt=0)
    odd = below | Q(lot__expires_on__lt=F("occurred_on")) | Q(vvm__gte=UNUSABLE_VVM)
    rows = CardLine.objects.filter(odd, card=card, cancelled_because="").order_by("-occurred_on", "-recorded_at", "-pk")
    values = rows.values_list(
        "pk", "occurred_on", "reason__kind", "reason__column", "balance", "lot_balance", "lot__expires_on", "vvm"
    )
    found = [pk for pk, day, *line in values if flags(Checked(day, *line))]  # type: ignore[arg-type]
    shown = CardLine.objects.select_related("lot", "reason").in_bulk(found[:QUESTIONS_SHOWN])
    return CardAsked([shown[pk] for pk in found[:QUESTIONS_SHOWN]], len(found))


def months(card: StockCard, lines: Sequence[Movement], last: Period) -> list[Month]:
    """The twelve months up to `last`, newest first, as far as card or report tell anything of them. One query."""
    wanted = [last.shift(-back) for back in range(MONTHS_SHOWN)]
    rows = StockLine.objects.filter(
        report__site=card.site_id, product=card.product_id, report__period__in=[month.code for month in wanted]
    ).select_related("report")
    reported = {row.report.period: row for row in rows}
    known = known_days(lines)
    until = min(timezone.localdate(), known[1]) if known else timezone.localdate()
    implied = implied_months(lines, wanted, until)
    found = []
    for month in wanted:
        row = reported.get(month.code)
        if row is not None or not implied[month].is_blank:
            columns = compare(implied[month], line_of(row) if row else Line())
            found.append(Month(month, row.report_id if row else None, columns))
    return found
