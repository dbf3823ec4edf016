"""Reads of orders: records, and the sums from which order fill and lead time are read."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, QuerySet, Sum

from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from research.medexis.formulas.ratios import Ratio
from research.medexis.models import OrderLine, StockOrder
from research.medexis.policies import can_read


def orders_for(user: Any) -> QuerySet[StockOrder]:
    """The orders that the person may read, the latest first."""
    if not can_read(user):
        return StockOrder.objects.none()
    rows = limit_to_scope(StockOrder.objects.all(), user, unit="site")
    return rows.select_related("site__parent", "created_by").order_by("-ordered_on", "site__path", "pk")


def lines_for(user: Any) -> QuerySet[OrderLine]:
    """The lines of the orders that the person may read, in no order."""
    if not can_read(user):
        return OrderLine.objects.none()
    return limit_to_scope(OrderLine.objects.all(), user, unit="order__site").order_by()


def last_site(user: Any) -> OrgUnit | None:
    """The site of the order that the person entered last; None where they entered none."""
    row = StockOrder.objects.filter(created_by=user).select_related("site").order_by("-created_at").first()
    return row.site if row else None


class Sums(NamedTuple):
    """Of some lines of orders: `fill` and `lead` as in `formulas.ordering`, None where nothing is answered or came.

    `waiting`: lines without an answer, which are in neither. `contradicting`: lines that came before they were ordered,
    which are not in `lead`.
    """

    key: int | None
    lines: int
    waiting: int
    contradicting: int
    fill: Ratio | None
    lead: Ratio | None

    @property
    def fill_percent(self) -> float | None:
        return None if self.fill is None or self.fill.value is None else 100 * self.fill.value

    @property
    def over(self) -> bool:
        """More came than was asked for."""
        return bool(self.fill and self.fill.numerator > self.fill.denominator)


_ANSWERED = Q(received__isnull=False)
_CAME = Q(received__gt=0, received_on__gte=F("order__ordered_on"))
_SUMS: dict[str, Any] = {
    "lines": Count("pk"),
    "waiting": Count("pk", filter=~_ANSWERED),
    "contradicting": Count("pk", filter=Q(received_on__lt=F("order__ordered_on"))),
    "answered": Count("pk", filter=_ANSWERED),
    "got": Sum("received", filter=_ANSWERED),
    "asked": Sum("ordered", filter=_ANSWERED),
    "came": Count("pk", filter=_CAME),
    "took": Sum(
        ExpressionWrapper(F("received_on") - F("order__ordered_on"), output_field=DurationField()), filter=_CAME
    ),
}


def sums(lines: QuerySet[OrderLine]) -> Sums:
    """Of all these lines together. One query."""
    return _sums(None, lines.aggregate(**_SUMS))


def sums_by(lines: QuerySet[OrderLine], group: str, keys: Iterable[int] | None = None) -> list[Sums]:
    """By `group` (`product` or `order__site`), of these keys only where given; a group without a line has no entry, and
    the order is that of the keys. One query."""
    if keys is not None:
        lines = lines.filter(**{f"{group}__in": list(keys)})
    rows = lines.order_by(group).values(group).annotate(**_SUMS)
    return [_sums(row[group], row) for row in rows]


def _sums(key: int | None, row: dict[str, Any]) -> Sums:
    fill = Ratio(row["got"], row["asked"]) if row["answered"] else None
    lead = Ratio((row["took"] or timedelta()) / timedelta(days=1), row["came"]) if row["came"] else None
    return Sums(key, row["lines"], row["waiting"], row["contradicting"], fill, lead)
