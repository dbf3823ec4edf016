"""Reads of stock-outs."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from research.medexis.models import Product, StockOut
from research.medexis.policies import can_read


def stock_outs_for(user: Any) -> QuerySet[StockOut]:
    """The stock-outs that the person may read, the latest first."""
    if not can_read(user):
        return StockOut.objects.none()
    rows = limit_to_scope(StockOut.objects.all(), user, unit="site")
    return rows.select_related("site__parent", "product", "created_by").order_by("-start", "site__path", "pk")


def overlapping(
    site: OrgUnit, product: Product, start: date, end: date | None, besides: StockOut | None = None
) -> StockOut | None:
    """A stock-out of the product at the site that shares a day with this one, if any; `besides` is not compared."""
    rows = StockOut.objects.filter(Q(end=None) | Q(end__gte=start), site=site, product=product)
    if end is not None:
        rows = rows.filter(start__lte=end)
    if besides is not None:
        rows = rows.exclude(pk=besides.pk)
    return rows.select_related("product").order_by("start").first()


def last_site(user: Any) -> OrgUnit | None:
    """The site of the stock-out that the person entered last; None where they entered none."""
    row = StockOut.objects.filter(created_by=user).select_related("site").order_by("-created_at").first()
    return row.site if row else None
