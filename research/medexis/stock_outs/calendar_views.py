"""The calendar of stock-outs: sites down, months across, one product and one year at a time."""

from typing import Any

import django_filters as filters
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from indicators.geography.models import OrgUnit
from indicators.periods import Period
from research.medexis import policies
from research.medexis.models import Product
from research.medexis.reports.filters import SiteFilter
from research.medexis.reports.queries import months_on_record, sites_to_enter
from research.medexis.stock_outs.calendar_queries import calendar, months_of_year

PER_PAGE = 40


def _years() -> list[tuple[str, str]]:
    years = {month.year for month in months_on_record()} | {timezone.localdate().year}
    return [(str(year), str(year)) for year in sorted(years, reverse=True)]


class CalendarFilter(SiteFilter):
    """Sites by district; the product and the year choose what the cells say."""

    site = None
    product = filters.ModelChoiceFilter(
        queryset=Product.objects.order_by("order", "pk"), label=_("Product"), method="keep", empty_label=None
    )
    annee = filters.ChoiceFilter(choices=_years, label=_("Year"), method="keep", empty_label=None)

    class Meta:
        model = OrgUnit
        fields: list[str] = []

    def in_district(self, rows: QuerySet[Any], name: str, district: OrgUnit) -> QuerySet[Any]:
        return rows.filter(path__startswith=district.path)

    def keep(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return rows


@require_GET
@never_cache
def stock_calendar(request: HttpRequest) -> HttpResponse:
    policies.check_read(request.user)
    product, year = _product(request), _year(request)
    asked = request.GET.copy()
    if product:
        asked["product"] = str(product.pk)
    asked["annee"] = str(year)
    sites = CalendarFilter(asked, queryset=sites_to_enter(request.user).select_related("parent").order_by("path"),
                           request=request)  # fmt: skip
    page = Paginator(sites.qs, PER_PAGE).get_page(request.GET.get("page"))
    rows = calendar(list(page), product, year) if product else []
    context = {
        "filter": sites,
        "page": page,
        "product": product,
        "year": year,
        "months": months_of_year(year),
        "rows": rows,
    }
    return render(request, "research/medexis/stock_calendar.html", context)


def _product(request: HttpRequest) -> Product | None:
    """The product asked for; else the first tracer, else the first of all; None where there is none."""
    asked = request.GET.get("product", "")
    found = Product.objects.filter(pk=asked).first() if asked.isascii() and asked.isdecimal() else None
    return found or Product.objects.order_by("-tracer", "order", "pk").first()


def _year(request: HttpRequest) -> int:
    """The year asked for; else that of the latest report, else this one."""
    asked = request.GET.get("annee", "")
    if asked.isascii() and asked.isdecimal() and len(asked) == 4 and 2000 <= int(asked) <= timezone.localdate().year:
        return int(asked)
    months: list[Period] = months_on_record()
    return months[0].year if months else timezone.localdate().year
