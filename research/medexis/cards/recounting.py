"""The balances that stand on the lines, made anew from them. For writers only, with the card locked."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from indicators.periods import Period, between
from research.medexis.cards.balances import Movement, running
from research.medexis.models import CardLine, StockCard

BATCH = 500


def lock_card(site: int, product: int, *, demonstration: bool = False) -> StockCard:
    """The card of a product at a site, made where there is none, and locked until the transaction ends."""
    card, _new = StockCard.objects.get_or_create(
        site_id=site, product_id=product, defaults={"demonstration": demonstration}
    )
    return StockCard.objects.select_for_update().get(pk=card.pk)


def recount(card: StockCard | int) -> int:
    """Writes the balances that follow from the lines that count, and returns how many lines had another one.

    Read from the card's beginning: a late line moves all after it, and a card has some thousand lines at most. A
    cancelled line keeps the balance it had; nobody is shown it.
    """
    lines = CardLine.objects.filter(card=card, cancelled_because="").order_by("occurred_on", "recorded_at", "pk")
    rows = list(lines.values_list("occurred_on", "lot", "reason__kind", "quantity", "pk", "balance", "lot_balance"))
    movements = (Movement(day, lot, kind, quantity, "", pk) for day, lot, kind, quantity, pk, *_stored in rows)
    wanted = {
        after.key: after
        for after, row in zip(running(movements), rows, strict=True)
        if (after.balance, after.lot_balance) != row[-2:]
    }
    differing = list(lines) if len(wanted) > BATCH else list(lines.filter(pk__in=wanted))
    for line in differing:
        after = wanted.get(line.pk)
        line.balance, line.lot_balance = after[1:3] if after else (line.balance, line.lot_balance)
    # Ten times as fast as bulk_update; the rows are there, and locked with their card, so that none is inserted.
    CardLine.objects.bulk_create(
        differing,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["balance", "lot_balance"],
        batch_size=BATCH,
    )
    return len(wanted)


def months_since(site: int, day: date) -> set[tuple[int, Period]]:
    """The site-months that a line of that day has a say in: its own and all after it, up to the current one."""
    today = timezone.localdate()
    return {(site, month) for month in between(Period.month_of(day), Period.month_of(max(day, today)))}


def months_of_all(sites_days: Iterable[tuple[int, date]]) -> set[tuple[int, Period]]:
    """`months_since` of several lines, each site from its earliest day on."""
    first: dict[int, date] = {}
    for site, day in sites_days:
        first[site] = min(day, first.get(site, day))
    return {month for site, day in first.items() for month in months_since(site, day)}
