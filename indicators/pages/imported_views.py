"""Indicators of another DHIS2: their numbers for a place and a year, or why there are none."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from indicators.geography.models import OrgUnit
from indicators.geography.scopes import limit_to_scope
from indicators.pages.breakdown import Part
from indicators.pages.formats import period_text
from indicators.pages.numbers import value_text
from indicators.pages.place_form import PlaceForm
from indicators.pages.places import places_named
from indicators.periods import FIRST_YEAR, LAST_YEAR, Frequency, Period
from indicators.registry.models import ImportedIndicator
from indicators.registry.refusal_words import reason
from indicators.rollup.imported import Key, imported_readings, refusals
from indicators.rollup.readings import Reading

INDICATORS_A_PAGE = 50


class ImportedForm(PlaceForm):
    """A place and a year; the indicators are all shown."""

    year = forms.IntegerField(label=_("Year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)

    def __init__(self, asked: QueryDict, scope: QuerySet[OrgUnit]) -> None:
        self.usual: Mapping[str, str] = {"year": str(localdate().year)}
        super().__init__(asked, scope, {})
        del self.fields["indicator"]


class Row(NamedTuple):
    """An indicator with its quarters and its year."""

    indicator: ImportedIndicator
    parts: list[Part]


def imported_indicators(request: HttpRequest) -> HttpResponse:
    """Every imported indicator, those with numbers first, a page at a time. A bad choice: 400, and a sentence."""
    scope = limit_to_scope(OrgUnit.objects.all(), request.user)  # type: ignore[arg-type]
    form = ImportedForm(request.GET, scope)
    valid = form.is_valid()
    context: dict[str, Any] = {"form": form}
    if form.words:
        address = f"{reverse('imported-indicators')}?unit="
        context["found"] = [(place, f"{address}{place.pk}") for place in places_named(scope, form.words)]
    if valid and not form.nothing_open:
        context |= _shown(form, request.GET.get("page"))
    return render(request, "indicators/pages/imported_indicators.html", context, status=200 if valid else 400)


def _shown(form: ImportedForm, number: str | None) -> dict[str, Any]:
    """The same number of queries for any number of indicators."""
    place, year = form.cleaned_data["unit"], form.cleaned_data["year"]
    periods = [Period(Frequency.QUARTER, year, number) for number in range(1, 5)] + [Period(Frequency.YEAR, year)]
    indicators = list(ImportedIndicator.objects.select_related("source"))
    why = refusals(indicators)
    page = Paginator(sorted(indicators, key=lambda one: one.uid in why), INDICATORS_A_PAGE).get_page(number)
    found = imported_readings(list(page), [place], periods, refused=why).readings
    return {
        "place": place,
        "year": year,
        "periods": [period_text(when) for when in periods],
        "page": page,
        "query": f"unit={place.pk}&year={year}",
        "rows": [_row(one, found, place, periods) for one in page if one.uid not in why],
        "refused": [(one, reason(why[one.uid])) for one in page if one.uid in why],
        "demonstration": any(reading.demonstration for reading in found.values()),
    }


def _row(indicator: ImportedIndicator, found: Mapping[Key, Reading], place: OrgUnit, periods: list[Period]) -> Row:
    unit = "percent" if indicator.factor == 100 else ""
    readings = [found[indicator.uid, place.pk, when] for when in periods]
    return Row(
        indicator,
        [
            Part(period_text(when), value_text(reading.value, unit), reading, "", "incomplete" in reading.flags)
            for when, reading in zip(periods, readings, strict=True)
        ],
    )
