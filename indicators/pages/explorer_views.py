"""The explorer: what is the value, where, when, and can it be trusted? Its whole state stands in the address."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from indicators.pages import explorer
from indicators.pages.downloads import csv_file, xlsx_file
from indicators.pages.explorer_form import Choice, ExplorerForm
from indicators.pages.formats import period_text
from indicators.pages.numbers import formula, unit_name
from indicators.pages.places import places_named
from indicators.pages.queries import elements_by_concept, term_names, term_names_of_all
from indicators.registry.definitions import definitions

CELLS_A_PAGE, FEWEST_PLACES, MOST_PLACES = 180, 3, 30
MOST_ROWS = {"csv": 100_000, "xlsx": 10_000}
"""Of a download; a workbook takes several times as long to write, and beyond that nobody reads one."""


def explore(request: HttpRequest) -> HttpResponse:
    """Chart, table and definition of one indicator at a place or at each place below it. Bad parameters: 400, and a
    sentence beside the field."""
    scope = limit_to_scope(OrgUnit.objects.all(), request.user)  # type: ignore[arg-type]
    form = ExplorerForm(request.GET, scope)
    valid = form.is_valid()
    context: dict[str, Any] = {"form": form}
    if form.words:
        context["found"] = [(place, _address(form.choice, place)) for place in places_named(scope, form.words)]
    if form.choice:
        context |= _shown(request, form.choice, scope)
    return render(request, "indicators/pages/explorer.html", context, status=200 if valid else 400)


def download(request: HttpRequest, kind: str) -> HttpResponse:
    """Everything chosen, as CSV or XLSX, one row per place and period. A bad choice is answered by the explorer."""
    scope = limit_to_scope(OrgUnit.objects.all(), request.user)  # type: ignore[arg-type]
    form = ExplorerForm(request.GET, scope)
    choice = form.choice if form.is_valid() else None
    places = _places(choice, scope) if choice else []
    if choice is None or len(places) * len(choice.periods) > MOST_ROWS[kind]:
        return HttpResponseRedirect(f"{reverse('explorer')}?{request.GET.urlencode()}")
    rows = explorer.rows(choice, places, localdate())
    first, last = choice.periods[0], choice.periods[-1]
    name = f"{choice.measure.code}-{choice.place.uid}-{first.id}-{last.id}"
    if kind == "csv":
        return csv_file(name, explorer.headers(), rows)
    facts = [_("What"), _("Text")]
    return xlsx_file(name, [(_("Values"), explorer.headers(), rows), (_("Definition"), facts, _facts(choice))])


def _places(choice: Choice, scope: Any) -> list[OrgUnit]:
    if not choice.below:
        return [choice.place]
    return [choice.place, *scope.filter(parent=choice.place).order_by("name", "pk")]


def _shown(request: HttpRequest, choice: Choice, scope: Any) -> dict[str, Any]:
    """The page below the form. The number of queries depends neither on places nor on periods."""
    measure = choice.measure
    page = None
    places: list[OrgUnit] = [choice.place]
    if choice.below:
        many = min(MOST_PLACES, max(FEWEST_PLACES, CELLS_A_PAGE // len(choice.periods)))
        page = Paginator(scope.filter(parent=choice.place).order_by("name", "pk"), many).get_page(
            request.GET.get("page")
        )
        places += page.object_list
    lines = explorer.table(choice, places, localdate())
    years = {when.year for when in choice.periods}
    sources = explorer.denominator_sources(measure, [choice.place], years)
    by_source: dict[str, list[int]] = {}
    for year in sorted(years) if measure.populations else ():
        by_source.setdefault(sources.get((choice.place.pk, year), ""), []).append(year)
    rows = (page.paginator.count + 1 if page else 1) * len(choice.periods)
    files = {
        kind: f"{reverse(f'explorer-{kind}')}?{choice.query}" if rows <= most else ""
        for kind, most in MOST_ROWS.items()
    }
    return {
        "choice": choice,
        "measure": measure,
        "unit_name": unit_name(measure.unit),
        "formula": formula(measure, term_names(measure, elements_by_concept(measure))),
        "lines": [(line, _address(choice, line.place)) for line in lines],
        "labels": [period_text(when) for when in choice.periods],
        "page": page,
        "chart": explorer.chart(choice, lines, files["csv"]),
        "files": files,
        "denominators": [(", ".join(map(str, found)), source) for source, found in by_source.items()],
        "most_lines": explorer.LINES,
    }


def _address(choice: Choice | None, place: OrgUnit) -> str:
    query = choice.of(place) if choice else f"unit={place.pk}"
    return f"{reverse('explorer')}?{query}"


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
