"""What the address asks for: place, indicator, months, layers."""

from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from indicators.pages.queries import last_period
from indicators.periods import BadPeriod, Frequency, Period
from indicators.registry.definitions import Definition, definitions
from research.linkage.display.places import Place, first_place, place_of

LAYERS: dict[str, Any] = {
    "outcome": _("indicator"), "zero_dose": _("zero-dose children"), "exposure": _("stages of exposure"),
    "visits": _("supervision visits"), "scores": _("scores of the visits"), "actions": _("improvement actions"),
    "stock": _("stock-outs"), "events": _("dated events"), "quotes": _("quotes"),
}  # fmt: skip
DEFAULT, LONGEST, USUAL = "dtp1_coverage", 120, 24


class Asked(NamedTuple):
    place: Place
    measure: Definition
    first: Period
    last: Period
    layers: frozenset[str]


def asked(request: HttpRequest) -> Asked | None:
    """What cannot be read falls back on what is usual: an address from a mail must open something. None where the
    person meets no place at all; a place that they may not meet is not there (raises KeyError)."""
    key = request.GET.get("place", "")
    place = place_of(key, request.user) if key else first_place(request.user)
    if place is None:
        if key:
            raise KeyError(key)
        return None
    known = definitions()
    measure = known.get(request.GET.get("indicator", DEFAULT)) or known[DEFAULT]
    last = _month(request.GET.get("to", "")) or _latest(measure, place)
    first = _month(request.GET.get("from", "")) or last.shift(1 - USUAL)
    if first > last:
        first, last = last, first
    first = max(first, last.shift(1 - LONGEST))
    chosen = frozenset(request.GET.getlist("layer")) & LAYERS.keys()
    layers = chosen if "shown" in request.GET else frozenset(LAYERS)
    return Asked(place, measure, first, last, layers)


def _month(text: str) -> Period | None:
    """`2025-03` of the browser's own field, or `202503`."""
    try:
        month = Period.parse(text.replace("-", "")[:6])
    except (BadPeriod, ValueError):
        return None
    return month if month.frequency == Frequency.MONTH and 1990 <= month.year <= 2100 else None


def _latest(measure: Definition, place: Place) -> Period:
    found = last_period(measure.concepts, place.of, Frequency.MONTH) if place.of else None
    return found or Period.month_of(timezone.localdate())
