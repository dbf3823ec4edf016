"""The denominators page: who says how many children there are, and what the choice does to a coverage."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from indicators.pages import denominator_files, denominator_table
from indicators.pages.comparison import BAND, DIFFERENCE
from indicators.pages.denominator_table import Kind
from indicators.pages.downloads import csv_file, xlsx_file
from indicators.pages.place_form import PlaceForm
from indicators.pages.places import places_named
from indicators.registry.definitions import Definition, definitions
from indicators.values.models import Denominator


def denominators(request: HttpRequest) -> HttpResponse:
    """Sources and years of one place side by side. A place that is not open to the person: 400, and a sentence."""
    form = _form(request)
    valid = form.is_valid()
    context: dict[str, Any] = {"form": form, "threshold": DIFFERENCE, "band": BAND}
    if form.words:
        address = f"{reverse('denominators')}?indicator={form.answers['indicator']}&unit="
        context["found"] = [(place, f"{address}{place.pk}") for place in places_named(form.scope, form.words)]
    if valid and not form.nothing_open:
        context |= _shown(form.cleaned_data["unit"], form.rules[form.cleaned_data["indicator"]])
    return render(request, "indicators/pages/denominators.html", context, status=200 if valid else 400)


def download(request: HttpRequest, kind: str) -> HttpResponse:
    """The figures as CSV, or figures and effects as XLSX. A bad choice is answered by the page."""
    form = _form(request)
    if not form.is_valid() or form.nothing_open:
        return HttpResponseRedirect(f"{reverse('denominators')}?{request.GET.urlencode()}")
    place, rule = form.cleaned_data["unit"], form.rules[form.cleaned_data["indicator"]]
    found = _shown(place, rule)
    figures = (_("Figures"), denominator_files.figure_headers(), denominator_files.figure_rows(place, found["tables"]))
    name = f"denominators-{place.uid}"
    if kind == "csv":
        return csv_file(name, *figures[1:])
    table: Kind | None = found["table"]
    headers = denominator_files.effect_headers(table.sources if table else [])
    rows = denominator_files.effect_rows(rule, place, found["effects"])
    return xlsx_file(name, [figures, (_("What the choice changes"), headers, rows)])


def _form(request: HttpRequest) -> PlaceForm:
    scope = limit_to_scope(OrgUnit.objects.all(), request.user)  # type: ignore[arg-type]
    return PlaceForm(request.GET, scope, over_one_population())


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
    query = f"unit={place.pk}&indicator={rule.code}"
    return {
        "files": {file: f"{reverse(f'denominators-{file}')}?{query}" for file in ("csv", "xlsx")},
        "place": place,
        "measure": rule,
        "tables": tables,
        "kind": kind.label,
        "table": table,
        "effects": denominator_table.effects(rule, place, table) if table else [],
    }
