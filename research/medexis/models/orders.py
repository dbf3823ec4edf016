from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from research.entries import Entry
from research.medexis.models.products import Product


class StockOrder(Entry):
    """What a site asked its depot for on a day. Order fill and lead time are read from its lines."""

    site = models.ForeignKey("indicators.OrgUnit", models.PROTECT, related_name="stock_orders", verbose_name=_("site"))
    number = models.CharField(_("order number"), max_length=60, blank=True)
    ordered_on = models.DateField(_("ordered on"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("stock order")
        verbose_name_plural = _("stock orders")
        ordering = ["-ordered_on", "site__path", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], condition=~Q(number=""), name="stock_order_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.number or self.ordered_on}"


class OrderLine(models.Model):
    """A product of an order. `received` and `received_on` (day of the last delivery) stay blank until it came; 0
    received is an answer: the depot closed the order without sending any.
    """

    order = models.ForeignKey(StockOrder, models.CASCADE, related_name="lines", verbose_name=_("stock order"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="order_lines", verbose_name=_("product"))
    ordered = models.PositiveIntegerField(_("quantity ordered"))
    received = models.PositiveIntegerField(_("quantity received"), null=True, blank=True)
    received_on = models.DateField(_("received on"), null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("line of a stock order")
        verbose_name_plural = _("lines of stock orders")
        ordering = ["order", "product__order"]
        constraints = [
            models.UniqueConstraint(fields=["order", "product"], name="order_line_once"),
            models.CheckConstraint(condition=Q(ordered__gt=0), name="order_line_asks_for_something"),
            models.CheckConstraint(
                condition=Q(received=None, received_on=None) | Q(received__isnull=False, received_on__isnull=False),
                name="order_line_received_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} – {self.product}"
