"""Rival definitions of stock indicators, side by side for a site, a product and a month."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from indicators.geography.models import OrgUnit
from indicators.pages.formats import month_text
from indicators.periods import Period
from indicators.registry.stockout_days import Stockout
from research.entry_forms import SiteField
from research.medexis import policies
from research.medexis.definitions.rivals import Inputs, groups
from research.medexis.episodes.queries import episodes_of
from research.medexis.models import Product, StockLine, StockOutEpisode
from research.medexis.products.norms import norms
from research.medexis.reports.queries import QUANTITIES, line_of, months_on_record, quantity_labels, sites_to_enter

MONTHS = 12


class ChoiceForm(forms.Form):
    site = SiteField()
    product = forms.ModelChoiceField(Product.objects.order_by("order", "pk"), label=_("Product"), empty_label=None)
    mois = forms.ChoiceField(label=_("Last month"))

    def __init__(self, data: Any = None, *, user: Any) -> None:
        super().__init__(data)
        site: Any = self.fields["site"]
        site.offer(sites_to_enter(user).select_related("parent").order_by("path"), None)
        months: Any = self.fields["mois"]
        months.choices = [(month.id, month_text(month)) for month in months_on_record()]


@require_GET
@never_cache
def stock_definitions(request: HttpRequest) -> HttpResponse:
    """With `?site=&product=&mois=` every definition computed from the stored lines of the twelve months up to it."""
    policies.check_read(request.user)
    form = ChoiceForm(request.GET if "site" in request.GET else None, user=request.user)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        context |= _computed(form.cleaned_data)
    return render(request, "research/medexis/stock_definitions.html", context)


def _computed(chosen: dict[str, Any]) -> dict[str, Any]:
    site, product, last = chosen["site"], chosen["product"], Period.parse(chosen["mois"])
    months = [last.shift(-back) for back in range(MONTHS - 1, -1, -1)]
    rows = StockLine.objects.filter(
        report__site=site, product=product, report__period__range=(months[0].code, last.code)
    ).select_related("report")
    stored = {Period.from_code(row.report.period): row for row in rows}
    lines = {month: line_of(row) for month, row in stored.items()}
    norm = norms([site.pk], [product.pk]).get((site.pk, product.pk))
    inputs = Inputs(
        months,
        lines,
        _dated(site, product, months),
        bcg=product.key == "bcg",
        minimum=norm.minimum if norm else None,
        maximum=norm.maximum if norm else None,
    )
    labels = quantity_labels()
    return {
        "groups": groups(inputs),
        "unit": site,
        "product": product,
        "last": last,
        "columns": list(labels.values()),
        "used": [
            (month, stored[month].report, [getattr(lines[month], name) for name in QUANTITIES])
            for month in reversed(months)
            if month in lines
        ],
    }


def _dated(site: OrgUnit, product: Product, months: list[Period]) -> list[Stockout]:
    today = timezone.localdate()
    rows = episodes_of([site.pk], months[0], months[-1], [product.pk])
    dated = rows.filter(precision=StockOutEpisode.Precision.DAY).values_list("start", "end")
    return [Stockout(start, min(end or today, today) + timedelta(days=1)) for start, end in dated]
