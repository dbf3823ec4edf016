"""The explorer: what is the value, where, when, and can it be trusted? Its whole state stands in the address."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from indicators.pages import explorer
from indicators.pages.downloads import csv_file, xlsx_file
from indicators.pages.explorer_choice import Choice
from indicators.pages.explorer_form import ExplorerForm
from indicators.pages.explorer_view import Showing
from indicators.pages.explorer_views_offered import VIEWS
from indicators.pages.move_words import moves_told
from indicators.pages.numbers import formula, unit_name
from indicators.pages.places import places_named
from indicators.pages.queries import elements_by_concept, term_names, term_names_of_all
from indicators.registry.definitions import definitions


def explore(request: HttpRequest) -> HttpResponse:
    """One indicator at a place, at each place below it, or of groups, in the view asked for; and its definition. Bad
    parameters: 400, and a sentence beside the field."""
    scope = limit_to_scope(OrgUnit.objects.all(), request.user)  # type: ignore[arg-type]
    form = ExplorerForm(request.GET, scope)
    valid = form.is_valid()
    context: dict[str, Any] = {"form": form}
    if form.words:
        context["found"] = [(place, _address(form.choice, place)) for place in places_named(scope, form.words)]
    if form.choice:
        context |= _shown(Showing(form.choice, scope, localdate(), request.GET.get("page")))
    return render(request, "indicators/pages/explorer.html", context, status=200 if valid else 400)


def download(request: HttpRequest, kind: str) -> HttpResponse:
    """Everything chosen, as CSV or XLSX, in the rows of the view. A bad choice is answered by the explorer."""
    scope = limit_to_scope(OrgUnit.objects.all(), request.user)  # type: ignore[arg-type]
    form = ExplorerForm(request.GET, scope)
    choice = form.choice if form.is_valid() else None
    showing = Showing(choice, scope, localdate()) if choice else None
    if choice is None or showing is None or not showing.files[kind]:
        return HttpResponseRedirect(f"{reverse('explorer')}?{request.GET.urlencode()}")
    view = VIEWS[choice.view]
    headers, rows = view.headers(choice), view.rows(showing)
    first, last = choice.periods[0], choice.periods[-1]
    shown = "" if choice.view == "values" else f"-{choice.view}"
    name = f"{choice.measure.code}{shown}-{choice.place.uid}-{first.id}-{last.id}"
    if kind == "csv":
        return csv_file(name, headers, rows)
    facts = [_("What"), _("Text")]
    return xlsx_file(name, [(_("Values"), headers, rows), (_("Definition"), facts, _facts(choice))])


def _shown(showing: Showing) -> dict[str, Any]:
    """The page below the form. The number of queries depends neither on lines nor on periods."""
    choice, measure = showing.choice, showing.choice.measure
    years = {when.year for when in choice.periods}
    sources = explorer.denominator_sources(measure, [choice.place], years)
    by_source: dict[str, list[int]] = {}
    for year in sorted(years) if measure.populations else ():
        by_source.setdefault(sources.get((choice.place.pk, year), ""), []).append(year)
    view = VIEWS[choice.view]
    return {
        "choice": choice,
        "measure": measure,
        "unit_name": unit_name(measure.unit),
        "formula": formula(measure, term_names(measure, elements_by_concept(measure))),
        "views": [(other, choice.seen_as(other.key).url, other is view) for other in VIEWS.values()],
        "part": view.template,
        "files": showing.files,
        "moves": moves_told(choice.place, choice.periods),
        "denominators": [(", ".join(map(str, found)), source) for source, found in by_source.items()],
    } | view.shown(showing)


def _address(choice: Choice | None, place: OrgUnit) -> str:
    return choice.of(place).url if choice else f"{reverse('explorer')}?unit={place.pk}"


def _facts(choice: Choice) -> list[list[Any]]:
    """The sheet that says what the numbers are."""
    measure = choice.measure
    return [
        [_("Indicator"), measure.name],
        [_("Formula"), formula(measure, term_names(measure, elements_by_concept(measure)))],
        [_("Unit"), unit_name(measure.unit)],
        [_("What it means"), measure.note],
        [_("Source"), measure.source],
        [_("Place"), choice.place.name],
        [_("Sums"), _("Numerators and denominators are summed over places and months; rates are never averaged.")],
        *([state.value, explorer.state_words(state)] for state in explorer.State),
    ]


def indicator_list(request: HttpRequest) -> HttpResponse:
    """Every definition in one line each: name, formula, unit, source. One query."""
    rules = list(definitions().values())
    named = term_names_of_all(rules)
    rows = [(rule, formula(rule, named), unit_name(rule.unit)) for rule in rules]
    return render(request, "indicators/pages/indicator_list.html", {"rows": rows})
