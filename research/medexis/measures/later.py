"""Measures of many sites are made anew after the request: remembered in the database, done by a worker in pieces."""

from time import monotonic

from django.db import transaction
from django.db.models import QuerySet

from indicators.accounts.models import User
from indicators.geography.models import OrgUnit
from indicators.periods import Period
from indicators.rollup.doorbell import ring
from research.medexis.measures.actions import SITES_AT_ONCE, publish_measures
from research.medexis.models import Product, StockLine, StockPublication

TASK = "research.medexis.tasks.publish_asked"
SECONDS = 120
"""After so long no further piece is begun: a worker stops a task after 270."""


def publish_later(*, product: Product | None = None, unit: OrgUnit | None = None, by: User | None) -> None:
    """Has the measures of the months with a known stock on hand made anew once the transaction is committed: of one
    tracer product or of all, below a unit or everywhere. Answers at once; a lost bell costs a minute."""
    asked = StockPublication.objects.create(product=product, unit=unit, asked_by=by).pk
    transaction.on_commit(lambda: ring(asked, task=TASK, called="publication of stock measures"), robust=True)


def publish_asked(*, seconds: float = SECONDS) -> bool:
    """Does what waits, oldest first; True where something is left when the time is over, or somebody else is at it."""
    until = monotonic() + seconds
    while _piece():
        if monotonic() > until:
            break
    return StockPublication.objects.exists()


@transaction.atomic
def _piece() -> bool:
    """The next sites of the first one that nobody is at; False where there is none."""
    asked = StockPublication.objects.select_for_update(skip_locked=True, of=("self",)).order_by("pk").first()
    if asked is None:
        return False
    again = StockPublication.objects.filter(product=asked.product_id, unit=asked.unit_id, pk__gt=asked.pk)
    lines = _lines(asked)
    sites = [] if again.exists() else _next_sites(lines, asked.done_to)
    if not sites:
        asked.delete()
        return True
    reported = lines.filter(report__site__in=sites).values_list("report__site", "report__period").distinct()
    publish_measures({(site, Period.from_code(code)) for site, code in reported}, by=asked.asked_by)
    asked.done_to = sites[-1]
    asked.save(update_fields=["done_to"])
    return True


def _lines(asked: StockPublication) -> QuerySet[StockLine]:
    """A norm is held against the stock on hand that a report tells; months without one have nothing to hold it
    against."""
    lines = StockLine.objects.filter(product__tracer=True, closing__isnull=False).order_by()
    if asked.product_id:
        lines = lines.filter(product=asked.product_id)
    return lines.filter(report__site__path__startswith=asked.unit.path) if asked.unit else lines


def _next_sites(lines: QuerySet[StockLine], after: int) -> list[int]:
    keys = lines.filter(report__site__gt=after).values_list("report__site", flat=True).distinct()
    return list(keys.order_by("report__site")[:SITES_AT_ONCE])
