"""The filters of the list of stock-outs; their state is the query string, so that a view can be shared."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from research.medexis.models import Product, StockOut
from research.medexis.reports.filters import SiteFilter


class StockOutFilter(SiteFilter):
    product = filters.ModelChoiceFilter(
        queryset=Product.objects.order_by("order", "pk"), label=_("Product"), empty_label=_("All products")
    )
    state = filters.ChoiceFilter(
        method="in_state",
        choices=[("ongoing", _("Going on")), ("ended", _("Ended"))],
        label=_("State"),
        empty_label=_("All stock-outs"),
    )

    class Meta:
        model = StockOut
        fields: list[str] = []

    def in_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(end__isnull=value == "ongoing")
