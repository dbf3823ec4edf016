"""The calendar of stock-outs: sites down, months across, one product and one year at a time."""

from typing import Any, NamedTuple

import django_filters as filters
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from indicators.geography.models import OrgUnit
from indicators.pages.formats import number_text
from indicators.periods import Period
from research.medexis import policies
from research.medexis.episodes.cells import State
from research.medexis.episodes.told import Told
from research.medexis.models import Product
from research.medexis.reports.filters import DistrictFilter
from research.medexis.reports.queries import months_on_record, sites_to_enter
from research.medexis.stock_outs.calendar_queries import calendar, months_of_year

PER_PAGE = 40
WORDS = {
    State.MISSING: ("—", _("nobody says")),
    State.NOT_OFFERED: ("∅", _("not offered")),
    State.UNKNOWN: ("?", _("out, days not known")),
    State.DOUBTFUL: ("0?", _("0 days reported, yet nothing left on the last day")),
}
"""The mark of what is no plain number of days, and what it means."""


class Square(NamedTuple):
    """A cell as it is shown; `words` say what a mark means, and `href` leads to what is behind it."""

    css: str
    mark: str
    words: str
    href: str
    demonstration: bool


class CalendarFilter(DistrictFilter):
    """The product and the year choose what the cells say."""

    product = filters.ModelChoiceFilter(
        queryset=Product.objects.order_by("order", "pk"), label=_("Product"), method="keep", empty_label=None
    )
    annee = filters.ChoiceFilter(label=_("Year"), method="keep", empty_label=None)

    class Meta:
        model = OrgUnit
        fields: list[str] = []

    def __init__(self, *args: Any, months: list[Period], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = sorted({month.year for month in months} | {timezone.localdate().year}, reverse=True)
        self.filters["annee"].extra["choices"] = [(str(year), str(year)) for year in years]


@require_GET
@never_cache
def stock_calendar(request: HttpRequest) -> HttpResponse:
    policies.check_read(request.user)
    recorded = months_on_record()
    product, year = _product(request), _year(request, recorded)
    asked = request.GET.copy()
    if product:
        asked["product"] = str(product.pk)
    asked["annee"] = str(year)
    offered = sites_to_enter(request.user).select_related("parent").order_by("path")
    sites = CalendarFilter(asked, queryset=offered, request=request, months=recorded)
    page = Paginator(sites.qs, PER_PAGE).get_page(request.GET.get("page"))
    told = calendar(list(page), product, year) if product else []
    rows = [(row, [_square(one) for one in row.cells]) for row in told]
    context = {
        "filter": sites,
        "page": page,
        "product": product,
        "year": year,
        "months": months_of_year(year),
        "rows": rows,
    }
    return render(request, "research/medexis/stock_calendar.html", context)


def _square(one: Told) -> Square:
    about = one.cell
    mark, words = WORDS.get(about.state, ("" if about.days is None else str(about.days), ""))
    if about.state is State.IMPOSSIBLE:
        days = number_text(about.days)
        mark, words = f"{days}?", gettext("%(days)s days reported: impossible, not counted") % {"days": days}
    href = ""
    if one.episode:
        href = reverse("stock-out-episode", args=[one.episode])
    elif one.report:
        href = reverse("stock-detail", args=[one.report])
    return Square(about.css, mark, str(words), href, one.demonstration)


def _product(request: HttpRequest) -> Product | None:
    """The product asked for; else the first tracer, else the first of all; None where there is none."""
    asked = request.GET.get("product", "")
    found = Product.objects.filter(pk=asked).first() if asked.isascii() and asked.isdecimal() else None
    return found or Product.objects.order_by("-tracer", "order", "pk").first()


def _year(request: HttpRequest, recorded: list[Period]) -> int:
    """The year asked for; else that of the latest report, else this one."""
    asked = request.GET.get("annee", "")
    if asked.isascii() and asked.isdecimal() and len(asked) == 4 and 2000 <= int(asked) <= timezone.localdate().year:
        return int(asked)
    return recorded[0].year if recorded else timezone.localdate().year
