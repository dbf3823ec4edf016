"""Rival definitions side by side: what the choice of one changes for a place, by month, quarter or year."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from indicators.pages.downloads import csv_file, xlsx_file
from indicators.pages.numbers import formula, unit_name
from indicators.pages.periods_form import PeriodsForm
from indicators.pages.places import places_named
from indicators.pages.queries import term_names_of_all
from indicators.pages.rival_table import file_rows, headers, rival_chart, rival_rows
from indicators.registry.definitions import Definition, definitions
from indicators.registry.rivals import rivals


def indicator_rivals(request: HttpRequest) -> HttpResponse:
    """One place in consecutive periods under each definition. A bad choice: 400, and a sentence."""
    form = _form(request)
    valid = form.is_valid()
    context: dict[str, Any] = {"form": form}
    if form.words:
        found = places_named(form.scope, form.words)
        context["found"] = [(place, f"{reverse('indicator-rivals')}?{_query(form, place)}") for place in found]
    if form.periods:
        context |= _shown(form)
    return render(request, "indicators/pages/indicator_rivals.html", context, status=200 if valid else 400)


def download(request: HttpRequest, kind: str) -> HttpResponse:
    """The same as CSV or XLSX, one row per period and definition. A bad choice is answered by the page."""
    form = _form(request)
    if not form.is_valid() or not form.periods:
        return HttpResponseRedirect(f"{reverse('indicator-rivals')}?{request.GET.urlencode()}")
    place, family = form.cleaned_data["unit"], _family(form)
    rows = file_rows(family, place, rival_rows(family, place, form.periods))
    name = f"{family[0].code}-rivals-{place.uid}-{form.periods[0].id}-{form.periods[-1].id}"
    if kind == "csv":
        return csv_file(name, headers(), rows)
    names = term_names_of_all(family)
    facts = [[rule.code, rule.name, formula(rule, names), rule.note, rule.source] for rule in family]
    columns = [_("Code"), _("Indicator"), _("Formula"), _("What it means"), _("Source")]
    return xlsx_file(name, [(_("Values"), headers(), rows), (_("The definitions"), columns, facts)])


def _form(request: HttpRequest) -> PeriodsForm:
    scope = limit_to_scope(OrgUnit.objects.all(), request.user)  # type: ignore[arg-type]
    rules = {code: rule for code, rule in definitions().items() if len(rivals(code)) > 1}
    return PeriodsForm(request.GET, scope, rules)


def _family(form: PeriodsForm) -> list[Definition]:
    return rivals(form.cleaned_data["indicator"])


def _query(form: PeriodsForm, place: OrgUnit) -> str:
    """The same choice for a place, with nothing left to defaults."""
    pairs: list[tuple[str, Any]] = [("indicator", form.answers["indicator"]), ("unit", place.pk)]
    given = [(name, form.answers[name]) for name in ("frequency", "from", "to") if form.answers.get(name)]
    return urlencode(pairs + given)


def _shown(form: PeriodsForm) -> dict[str, Any]:
    """The number of queries grows with the definitions only."""
    place, family = form.cleaned_data["unit"], _family(form)
    names = term_names_of_all(family)
    rows = rival_rows(family, place, form.periods)
    files = {kind: f"{reverse(f'indicator-rivals-{kind}')}?{_query(form, place)}" for kind in ("csv", "xlsx")}
    return {
        "place": place,
        "unit_name": unit_name(family[0].unit),
        "family": [(rule, formula(rule, names)) for rule in family],
        "rows": rows,
        "chart": rival_chart(family, place, rows, files["csv"]),
        "files": files,
        "demonstration": any(cell.part.reading.demonstration for row in rows for cell in row.cells),
    }
