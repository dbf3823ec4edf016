"""The filters of the list of stock-outs; their state is the query string, so that a view can be shared."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from research.medexis.models import Product, StockOutEpisode
from research.medexis.reports.filters import SiteFilter


class EpisodeFilter(SiteFilter):
    product = filters.ModelChoiceFilter(
        queryset=Product.objects.order_by("order", "pk"), label=_("Product"), empty_label=_("All products")
    )
    state = filters.ChoiceFilter(
        method="in_state",
        choices=[("ongoing", _("Going on")), ("ended", _("Ended")), ("disagree", _("Sources disagree"))],
        label=_("State"),
        empty_label=_("All stock-outs"),
    )
    source = filters.ChoiceFilter(
        field_name="basis", choices=StockOutEpisode.Basis.choices, label=_("Source"), empty_label=_("All sources")
    )

    class Meta:
        model = StockOutEpisode
        fields: list[str] = []

    def in_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == "disagree":
            return rows.filter(disagreement=True)
        return rows.filter(end__isnull=value == "ongoing")
