"""The filters of the list of reports; their state is the query string, so that a view can be shared."""

from typing import Any

import django_filters as filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from indicators.geography.models import OrgUnit
from indicators.pages.formats import month_text
from indicators.periods import Period
from research.medexis.models import StockLine, StockReport
from research.medexis.reports import queries
from research.medexis.reports.flagged import to_check

SITES_OFFERED = 300
"""More in one list make the page heavy; the district is chosen first."""
MONTHS_CHECKED = 3
"""Over all months of many sites the question would take seconds; a month can be chosen."""


def _sites(request: HttpRequest) -> QuerySet[OrgUnit]:
    """The person's sites; where they are too many for one list, those of the district chosen, and the site chosen."""
    sites = queries.sites_for(request.user)
    if sites.order_by().count() <= SITES_OFFERED:
        return sites
    district, site = (request.GET.get(name, "") for name in ("district", "site"))
    offered = Q(pk=None)
    if _is_key(district):
        offered |= Q(parent=district)
    if _is_key(site):
        offered |= Q(pk=site)
    return sites.filter(offered)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _districts(request: HttpRequest) -> QuerySet[OrgUnit]:
    sites = queries.sites_for(request.user).order_by()
    return OrgUnit.objects.filter(pk__in=sites.values("parent")).order_by("path")


def _months() -> list[tuple[str, str]]:
    return [(month.id, month_text(month)) for month in queries.months_on_record()]


class SiteFilter(filters.FilterSet):
    district = filters.ModelChoiceFilter(
        queryset=_districts, method="in_district", label=_("District"), empty_label=_("All districts")
    )
    site = filters.ModelChoiceFilter(queryset=_sites, label=_("Site"), empty_label=_("All sites"))

    def in_district(self, rows: QuerySet[Any], name: str, district: OrgUnit) -> QuerySet[Any]:
        return rows.filter(site__path__startswith=district.path)


class StockFilter(SiteFilter):
    etat = filters.ChoiceFilter(
        method="in_state",
        choices=[
            ("out", _("With days out of stock")),
            ("check", _("To check (chosen month, or last 3)")),
        ],
        label=_("State"),
        empty_label=_("All reports"),
    )
    mois = filters.ChoiceFilter(choices=_months, method="in_month", label=_("Month"), empty_label=_("All months"))

    class Meta:
        model = StockReport
        fields: list[str] = []

    def in_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == "check":
            month = self.form.cleaned_data.get("mois")
            return to_check(rows, [Period.parse(month)] if month else queries.months_on_record()[:MONTHS_CHECKED])
        return rows.filter(Exists(StockLine.objects.filter(report=OuterRef("pk"), days_out__gt=0)))

    def in_month(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(period=Period.parse(value).code)
