"""Rival definitions side by side: what the choice of one changes for a place and a year."""

from typing import Any, NamedTuple

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from indicators.pages.breakdown import Part, part
from indicators.pages.formats import period_text
from indicators.pages.numbers import formula, unit_name
from indicators.pages.place_form import PlaceForm
from indicators.pages.places import places_named
from indicators.pages.queries import last_period, term_names_of_all
from indicators.periods import Frequency, Period
from indicators.registry.definitions import Definition, definitions
from indicators.registry.rivals import rivals
from indicators.rollup.readings import readings


class RivalForm(PlaceForm):
    year = forms.IntegerField(label=_("Year"), min_value=1900, max_value=2100)


class Difference(NamedTuple):
    """A rival's number, and by how much it lies above the first definition's, in the unit of both."""

    part: Part
    by: float | None


def indicator_rivals(request: HttpRequest) -> HttpResponse:
    """The quarters and the year of one place under each definition. A bad choice: 400, and a sentence."""
    scope = limit_to_scope(OrgUnit.objects.all(), request.user)  # type: ignore[arg-type]
    rules = {code: rule for code, rule in definitions().items() if len(rivals(code)) > 1}
    form = RivalForm(request.GET, scope, rules)
    valid = form.is_valid()
    context: dict[str, Any] = {"form": form}
    if form.words:
        address = f"{reverse('indicator-rivals')}?indicator={form.answers['indicator']}&unit="
        context["found"] = [(place, f"{address}{place.pk}") for place in places_named(scope, form.words)]
    if valid and not form.nothing_open:
        context |= _shown(form)
    return render(request, "indicators/pages/indicator_rivals.html", context, status=200 if valid else 400)


def _shown(form: RivalForm) -> dict[str, Any]:
    """At most three queries a definition, whatever the place."""
    place, year = form.cleaned_data["unit"], form.cleaned_data["year"]
    family = rivals(form.cleaned_data["indicator"])
    if year is None:
        last = last_period(family[0].concepts, [place], Frequency.YEAR)
        year = last.year if last else localdate().year
        form.answers["year"] = str(year)
    periods = [Period(Frequency.QUARTER, year, number) for number in range(1, 5)] + [Period(Frequency.YEAR, year)]
    names = term_names_of_all(family)
    columns = [_column(rule, place, periods) for rule in family]
    rows = [
        (period_text(when), [_difference(column[i], columns[0][i]) for column in columns])
        for i, when in enumerate(periods)
    ]
    return {
        "place": place,
        "year": year,
        "unit_name": unit_name(family[0].unit),
        "family": [(rule, formula(rule, names)) for rule in family],
        "rows": rows,
        "demonstration": any(cell.reading.demonstration for column in columns for cell in column),
    }


def _column(rule: Definition, place: OrgUnit, periods: list[Period]) -> list[Part]:
    found = readings(rule.code, [place], periods)
    return [part(rule, period_text(when), found[place.pk, when], place.pk, when) for when in periods]


def _difference(own: Part, first: Part) -> Difference:
    here, there = own.reading.value, first.reading.value
    return Difference(own, None if own is first or here is None or there is None else here - there)
