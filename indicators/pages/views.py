"""Where one number comes from, and what an indicator means."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from indicators.accounts.permissions import may
from indicators.approvals.locks import CELL
from indicators.approvals.policies import can_read as can_read_approvals
from indicators.approvals.queries import states_of
from indicators.geography.models import OrgUnit
from indicators.geography.queries import children_in, moves_for, parent_on
from indicators.geography.scopes import limit_to_scope
from indicators.pages import breakdown
from indicators.pages.charts import Series, line_chart
from indicators.pages.explorer_choice import series_url
from indicators.pages.formats import period_text
from indicators.pages.move_words import months_text, moves_told
from indicators.pages.number_trend import number_trend
from indicators.pages.numbers import (
    expectation,
    explanations,
    formula,
    is_coverage,
    unit_name,
    value_text,
    without_brackets,
)
from indicators.pages.queries import elements_by_concept, last_period, last_refresh, published_figures, term_names
from indicators.pages.rival_effect import rival_effect
from indicators.pages.trend_words import trend_words
from indicators.pages.uses import uses_of, uses_of_number
from indicators.periods import BadPeriod, Frequency, Period, between
from indicators.registry.annualisation import months_counted
from indicators.registry.definitions import Definition, definition
from indicators.registry.rivals import rivals
from indicators.rollup.contributions import Contribution
from indicators.rollup.readings import Behind, readings

PLACES_A_PAGE = 50
YEARS_SHOWN = 3
VALUES_OF_A_SITE, VALUES_OF_A_SUM = 200, 25
"""Who is told which account brought a value in: partners are not."""


def number_detail(request: HttpRequest, code: str, unit: int, period: str) -> HttpResponse:
    """One number taken apart: its formula with the figures in it, the places and months below, the values behind.

    404 for an unknown indicator or period and for a place outside the person's districts.
    """
    measure, when = _definition(code), _period(period)
    scope = limit_to_scope(OrgUnit.objects.select_related("parent"), request.user)  # type: ignore[arg-type]
    place = get_object_or_404(scope, pk=unit)
    elements = elements_by_concept(measure)
    names = term_names(measure, elements)
    reading = readings(code, [place], [when])[place.pk, when]
    counted = months_counted(measure.annualisation, when)
    moves = moves_for(counted)
    inside = children_in(place, counted, moves)
    parent = parent_on(place, counted[-1].start, moves)
    above = scope.filter(pk=parent).first() if parent else None
    below = Paginator(scope.filter(inside.where).order_by("name"), PLACES_A_PAGE)
    page = below.get_page(request.GET.get("page"))
    behind = Behind(code, place, when, moves)
    values = behind.rows(limit=VALUES_OF_A_SUM if below.count else VALUES_OF_A_SITE)
    return render(
        request,
        "indicators/pages/number_detail.html",
        {
            "definition": measure,
            "unit_name": unit_name(measure.unit),
            "place": place,
            "above": above,
            "moves": moves_told(place, [when]),
            "period": when,
            "reading": reading,
            "value": value_text(reading.value, measure.unit),
            "explanations": explanations(reading, measure),
            "expectation": expectation(reading),
            "formula": formula(measure, names, when),
            "terms": breakdown.terms(measure, names, place, when),
            "sub_periods": breakdown.sub_periods(measure, place, when),
            "trend": number_trend(measure, place, when),
            "longer": breakdown.longer_periods(measure, place, when),
            "children": breakdown.children(measure, list(page), when, inside.only),
            "page": page,
            "values": _told(values, request.user),
            "values_total": behind.count,
            "shows_who": bool(may(request.user, "number.read_who")),
            "printed": published_figures([code], [place]).filter(period=when.code),
            "uses": uses_of_number(code, place.pk, when.id, request.user) + uses_of(code),
            "refresh": last_refresh(),
        },
    )


def _told(values: Sequence[Contribution], user: Any) -> list[tuple[Contribution, str, str, str, str]]:
    """Each with its name, its months, the key of its cell (blank where the person verifies nothing) and its state."""
    keys = [_cell(value) if can_read_approvals(user) else "" for value in values]
    states = states_of(CELL, {key for key in keys if key}) if any(keys) else {}
    return [
        (value, without_brackets(value.what), months_text(value.months), key, states.get(key, ""))
        for value, key in zip(values, keys, strict=True)
    ]


def _cell(value: Contribution) -> str:
    period = value.period
    return f"{value.element}.{value.unit.uid}.{period.id}" if isinstance(period, Period) and value.element else ""


def indicator_detail(request: HttpRequest, code: str) -> HttpResponse:
    """What an indicator counts over what, by which source, over which data elements, and who relies on it."""
    measure = _definition(code)
    elements = elements_by_concept(measure)
    scope = limit_to_scope(OrgUnit.objects.all(), request.user)  # type: ignore[arg-type]
    effect = rival_effect(request.GET, scope, measure)
    return render(
        request,
        "indicators/pages/indicator_detail.html",
        {
            "definition": measure,
            "unit_name": unit_name(measure.unit),
            "formula": formula(measure, term_names(measure, elements)),
            "elements": elements,
            "trend": _trend(scope, measure),
            "rivals": [rule for rule in rivals(code) if rule.code != code],
            "family": rivals(code)[0].code,
            **effect,
            "uses": uses_of(code),
            "printed": published_figures([code]).order_by("period", "printed_place"),
        },
        status=400 if "form" in effect and effect["form"].errors else 200,
    )


def _trend(scope: QuerySet[OrgUnit], measure: Definition) -> dict[str, Any] | None:
    """The latest quarters of the top place that the person may meet and that has numbers; None without any."""
    for place in scope.order_by("level", "pk")[:3]:
        last = last_period(measure.concepts, [place], Frequency.QUARTER)
        if last:
            break
    else:
        return None
    quarters = list(between(last.shift(1 - 4 * YEARS_SHOWN), last))
    found = readings(measure.code, [place], quarters)
    values = [found[place.pk, quarter] for quarter in quarters]
    points = [(period_text(q), reading.value) for q, reading in zip(quarters, values, strict=True)]
    drawing = line_chart(
        [Series(place.name, points, demonstration=any(reading.demonstration for reading in values))],
        title=_("%(indicator)s by quarter, %(place)s") % {"indicator": measure.short, "place": place.name},
        unit=unit_name(measure.unit),
        source=measure.source,
        reference=100 if is_coverage(measure) else None,
        reference_label="100 %",
    )
    return {
        "place": place,
        "last": last,
        "chart": drawing,
        "words": trend_words(values, "quarter"),
        "views": [
            (series_url(measure, place, quarters, "trend"), _("See the trend")),
            (series_url(measure, place, quarters, "control"), _("Control chart")),
        ],
    }


def _definition(code: str) -> Definition:
    try:
        return definition(code)
    except KeyError:
        raise Http404(code) from None


def _period(text: str) -> Period:
    try:
        return Period.parse_added_up(text)
    except BadPeriod:
        raise Http404(text) from None
