"""The denominators page: who says how many children there are, and what the choice does to a coverage."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from indicators.pages import denominator_table
from indicators.pages.comparison import BAND, DIFFERENCE
from indicators.pages.place_form import PlaceForm
from indicators.pages.places import places_named
from indicators.registry.definitions import Definition, definitions
from indicators.values.models import Denominator


def denominators(request: HttpRequest) -> HttpResponse:
    """Sources and years of one place side by side. A place that is not open to the person: 400, and a sentence."""
    scope = limit_to_scope(OrgUnit.objects.all(), request.user)  # type: ignore[arg-type]
    form = PlaceForm(request.GET, scope, over_one_population())
    valid = form.is_valid()
    context: dict[str, Any] = {"form": form, "threshold": DIFFERENCE, "band": BAND}
    if form.words:
        address = f"{reverse('denominators')}?indicator={form.answers['indicator']}&unit="
        context["found"] = [(place, f"{address}{place.pk}") for place in places_named(scope, form.words)]
    if valid and not form.nothing_open:
        context |= _shown(form.cleaned_data["unit"], form.rules[form.cleaned_data["indicator"]])
    return render(request, "indicators/pages/denominators.html", context, status=200 if valid else 400)


def over_one_population() -> dict[str, Definition]:
    """The percentages whose whole denominator is one population: a band of the target is a band of them."""
    return {
        code: rule
        for code, rule in definitions().items()
        if rule.unit == "percent" and rule.populations and list(rule.denominator.values()) == [1]
        if next(iter(rule.denominator)) in rule.populations and not set(rule.numerator) & set(rule.populations)
    }


def _shown(place: OrgUnit, rule: Definition) -> dict[str, Any]:
    tables = denominator_table.kinds(place)
    kind = Denominator.Kind(rule.populations[0])
    table = next((one for one in tables if one.kind == kind), None)
    return {
        "place": place,
        "measure": rule,
        "tables": tables,
        "kind": kind.label,
        "table": table,
        "effects": denominator_table.effects(rule, place, table) if table else [],
    }
