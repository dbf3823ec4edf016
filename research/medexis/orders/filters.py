"""The filters of orders; their state is the query string, so that a view can be shared."""

from typing import Any

import django_filters as filters
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from indicators.geography.models import OrgUnit
from research.medexis.models import OrderLine, Product, StockOrder
from research.medexis.reports.filters import SiteFilter


class OrderFilter(SiteFilter):
    produit = filters.ModelChoiceFilter(
        queryset=Product.objects.order_by("order", "pk"),
        method="of_product",
        label=_("Product"),
        empty_label=_("All products"),
    )
    etat = filters.ChoiceFilter(
        method="in_state",
        choices=[
            ("waiting", _("Something still to come")),
            ("short", _("Less came than was ordered")),
            ("over", _("More came than was ordered")),
        ],
        label=_("State"),
        empty_label=_("All orders"),
    )

    class Meta:
        model = StockOrder
        fields: list[str] = []

    def of_product(self, rows: QuerySet[Any], name: str, product: Product) -> QuerySet[Any]:
        return rows.filter(Exists(OrderLine.objects.filter(order=OuterRef("pk"), product=product)))

    def in_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        lines = OrderLine.objects.filter(order=OuterRef("pk"))
        if value == "waiting":
            return rows.filter(Exists(lines.filter(received=None)))
        side = "lt" if value == "short" else "gt"
        return rows.filter(Exists(lines.filter(**{f"received__{side}": F("ordered")})))


class LineFilter(SiteFilter):
    """Of the sums: lines instead of orders."""

    site = None
    produit = filters.ModelChoiceFilter(
        queryset=Product.objects.order_by("order", "pk"),
        field_name="product",
        label=_("Product"),
        empty_label=_("All products"),
    )
    du = filters.DateFilter(field_name="order__ordered_on", lookup_expr="gte", label=_("Ordered from"))
    au = filters.DateFilter(field_name="order__ordered_on", lookup_expr="lte", label=_("Ordered until"))

    class Meta:
        model = OrderLine
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("du", "au"):
            self.form.fields[name].widget.input_type = "date"
            self.form.fields[name].widget.format = "%Y-%m-%d"
            self.form.fields[name].input_formats = ["%Y-%m-%d", "%d/%m/%Y"]

    def in_district(self, rows: QuerySet[Any], name: str, district: OrgUnit) -> QuerySet[Any]:
        return rows.filter(order__site__path__startswith=district.path)
