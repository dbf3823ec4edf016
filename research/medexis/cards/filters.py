"""The filters of the list of stock cards; their state is the query string, so that a view can be shared."""

from typing import Any

import django_filters as filters
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from indicators.geography.models import OrgUnit
from research.medexis.cards import reading
from research.medexis.models import CardLine, Product, StockCard


def _sites(request: HttpRequest) -> QuerySet[OrgUnit]:
    return reading.sites_to_enter(request.user)


def _districts(request: HttpRequest) -> QuerySet[OrgUnit]:
    return OrgUnit.objects.filter(pk__in=_sites(request).order_by().values("parent")).order_by("path")


class CardFilter(filters.FilterSet):
    site = filters.ModelChoiceFilter(queryset=_sites, label=_("Site"), empty_label=_("All sites"))
    district = filters.ModelChoiceFilter(
        queryset=_districts, method="in_district", label=_("District"), empty_label=_("All districts")
    )
    produit = filters.ModelChoiceFilter(
        queryset=Product.objects.order_by("order", "pk"),
        field_name="product",
        label=_("Product"),
        empty_label=_("All products"),
    )
    etat = filters.ChoiceFilter(
        method="in_state",
        choices=[("out", _("Without stock now")), ("below", _("Below zero at some time"))],
        label=_("State"),
        empty_label=_("All stock cards"),
    )

    class Meta:
        model = StockCard
        fields: list[str] = []

    def in_district(self, rows: QuerySet[Any], name: str, district: OrgUnit) -> QuerySet[Any]:
        return rows.filter(site__path__startswith=district.path)

    def in_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == "out":
            return rows.filter(balance__lte=0)
        below = CardLine.objects.filter(card=OuterRef("pk"), cancelled_because="", balance__lt=0)
        return rows.filter(Exists(below))
