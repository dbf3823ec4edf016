"""Rival definitions of stock indicators, side by side for a site, a product and months."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from research.medexis import policies
from research.medexis.definitions.form import ChoiceForm
from research.medexis.definitions.groups import groups
from research.medexis.definitions.queries import read
from research.medexis.reports.queries import QUANTITIES, quantity_labels


@require_GET
@never_cache
def stock_definitions(request: HttpRequest) -> HttpResponse:
    """With `?site=&product=&mois=` (and `de=`) every definition, for the last month and for all months up to it."""
    policies.check_read(request.user)
    form = ChoiceForm(request)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        context |= _computed(form, request.user)
    return render(request, "research/medexis/stock_definitions.html", context)


def _computed(form: ChoiceForm, user: Any) -> dict[str, Any]:
    site, product, months = form.cleaned_data["site"], form.cleaned_data["product"], form.months
    found = read(site, product, months, user=user)
    return {
        "groups": groups(found.inputs),
        "unit": site,
        "product": product,
        "first": months[0],
        "last": months[-1],
        "demonstration": found.demonstration,
        "columns": list(quantity_labels().values()),
        "used": [
            (month, found.stored[month].report, [getattr(found.stored[month], name) for name in QUANTITIES])
            for month in reversed(months)
            if month in found.stored
        ],
        "number": len(months),
    }
