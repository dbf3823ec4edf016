"""The filters of the list of reports; their state is the query string, so that a view can be shared."""

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from indicators.geography.models import OrgUnit
from indicators.pages.formats import month_text
from indicators.periods import Period
from research.medexis.models import StockReport
from research.medexis.reports import queries


def _sites(request: HttpRequest) -> QuerySet[OrgUnit]:
    return queries.sites_for(request.user)


def _districts(request: HttpRequest) -> QuerySet[OrgUnit]:
    return OrgUnit.objects.filter(pk__in=_sites(request).order_by().values("parent")).order_by("path")


def _months() -> list[tuple[str, str]]:
    return [(month.id, month_text(month)) for month in queries.months_on_record()]


class SiteFilter(filters.FilterSet):
    site = filters.ModelChoiceFilter(queryset=_sites, label=_("Site"), empty_label=_("All sites"))
    district = filters.ModelChoiceFilter(
        queryset=_districts, method="in_district", label=_("District"), empty_label=_("All districts")
    )

    def in_district(self, rows: QuerySet[Any], name: str, district: OrgUnit) -> QuerySet[Any]:
        return rows.filter(site__path__startswith=district.path)


class StockFilter(SiteFilter):
    etat = filters.ChoiceFilter(
        method="to_check",
        choices=[("out", _("With days out of stock"))],
        label=_("State"),
        empty_label=_("All reports"),
    )
    mois = filters.ChoiceFilter(choices=_months, method="in_month", label=_("Month"), empty_label=_("All months"))

    class Meta:
        model = StockReport
        fields: list[str] = []

    def to_check(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(lines__days_out__gt=0).distinct() if value == "out" else rows

    def in_month(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(period=Period.parse(value).code)
