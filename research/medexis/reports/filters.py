"""The filters of the list of reports, and those that other pages of stock share with it; their state is the query
string, so that a view can be shared."""

from typing import Any

import django_filters as filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, QueryDict
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


def sites_offered(request: HttpRequest) -> QuerySet[OrgUnit]:
    """The person's sites, as far as they fit into one list."""
    return few_enough(queries.sites_for(request.user), request.GET)


def few_enough(sites: QuerySet[OrgUnit], asked: QueryDict) -> QuerySet[OrgUnit]:
    """These sites; where they are too many for one list, those of the district chosen, and the site chosen."""
    if sites.order_by().count() <= SITES_OFFERED:
        return sites
    district, site = (asked.get(name, "") for name in ("district", "site"))
    offered = Q(pk=None)
    if _is_key(district):
        offered |= Q(parent=district)
    if _is_key(site):
        offered |= Q(pk=site)
    return sites.filter(offered)


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def districts(request: HttpRequest) -> QuerySet[OrgUnit]:
    sites = queries.sites_for(request.user).order_by()
    return OrgUnit.objects.filter(pk__in=sites.values("parent")).order_by("path")


def month_choices(months: list[Period]) -> list[tuple[str, str]]:
    return [(month.id, month_text(month)) for month in months]


class SiteFilter(filters.FilterSet):
    """Records by the site that they are of, and by its district."""

    district = filters.ModelChoiceFilter(
        queryset=districts, method="in_district", label=_("District"), empty_label=_("All districts")
    )
    site = filters.ModelChoiceFilter(queryset=sites_offered, label=_("Site"), empty_label=_("All sites"))

    def in_district(self, rows: QuerySet[Any], name: str, district: OrgUnit) -> QuerySet[Any]:
        return rows.filter(site__path__startswith=district.path)


class DistrictFilter(SiteFilter):
    """Sites by district; what else is chosen (method `keep`) says what is looked at, and leaves no site out."""

    site = None

    def in_district(self, rows: QuerySet[Any], name: str, district: OrgUnit) -> QuerySet[Any]:
        return rows.filter(path__startswith=district.path)

    def keep(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return rows


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
    mois = filters.ChoiceFilter(method="in_month", label=_("Month"), empty_label=_("All months"))

    class Meta:
        model = StockReport
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.months = queries.months_on_record()  # once: a form asks for its choices whenever it is read or shown
        self.filters["mois"].extra["choices"] = month_choices(self.months)

    def in_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        if value == "check":
            month = self.form.cleaned_data.get("mois")
            return to_check(rows, [Period.parse(month)] if month else self.months[:MONTHS_CHECKED])
        return rows.filter(Exists(StockLine.objects.filter(report=OuterRef("pk"), days_out__gt=0)))

    def in_month(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(period=Period.parse(value).code)
