"""The joint display: numbers, visits, stock-outs, events and words of a place on one axis of time."""

import csv
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from indicators.exchange.files.inert import inert
from indicators.pages.formats import month_text, period_text
from indicators.periods import Period, between
from indicators.registry.definitions import definition, definitions
from research.linkage.annotations.policies import can_annotate
from research.linkage.display import lanes, reads
from research.linkage.display.asked import LAYERS, Asked, asked
from research.linkage.display.places import choices
from research.models import ExposureStage

# What the marks of a lane say by their look: classes of the drawing, in the order in which they are told.
MARKS = {
    **{f"stage-{stage}": label for stage, label in ExposureStage.Stage.choices},
    "action": gettext_lazy("improvement action"),
    "action-late": gettext_lazy("overdue improvement action"),
    "stock": gettext_lazy("stock-out, known to the day"),
    "stock-month": gettext_lazy("stock-out, to be looked at"),
}
NEAR = (6, 12, 24, 60)
"""Lengths in months that links offer."""


class Row(NamedTuple):
    """A mark as a line of the table."""

    first: date
    last: date | None
    layer: str
    what: str
    flag: str
    url: str
    demonstration: bool


class Shown(NamedTuple):
    wanted: list[lanes.Wanted]
    bands: list[lanes.Event]
    hidden: dict[str, int]
    rows: list[Row]


@require_GET
@never_cache
def joint_display(request: HttpRequest) -> HttpResponse:
    """`?place=` (a unit's primary key, or `<evaluation>-exposed|others`), `?indicator=`, `?from=` and `?to=` (months),
    `?layer=` as often as wanted beside `?shown=1`."""
    ask = _asked(request)
    if ask is None:
        return render(request, "research/linkage/joint_display.html", {"ask": None})
    shown = _shown(request, ask)
    axis = lanes.Axis(ask.first, ask.last)
    drawn = lanes.display(axis, shown.wanted, shown.bands, timezone.localdate())
    kinds = {bar.event.kind for lane in drawn.lanes for bar in lane.bars}
    context: dict[str, Any] = {
        "ask": ask, "drawn": drawn, "rows": shown.rows,
        "legend": [(kind, kind.startswith("stage"), text) for kind, text in MARKS.items() if kind in kinds],
        "names": {tick.text: period_text(Period.parse(tick.text)) for tick in drawn.ticks},
        "ticks": [(tick.place, _short(Period.parse(tick.text))) for tick in drawn.ticks],
        "hidden": [(LAYERS[layer], count) for layer, count in shown.hidden.items() if count],
        "places": choices(request.user), "measures": _measures(), "layers": LAYERS.items(),
        "span": f"{month_text(ask.first)} – {month_text(ask.last)}",
        "nearer": _zooms(ask), "query": _query(ask), "may_annotate": can_annotate(request.user),
        "demonstration": any(row.demonstration for row in shown.rows),
    }  # fmt: skip
    return render(request, "research/linkage/joint_display.html", context)


@require_GET
@never_cache
def joint_display_csv(request: HttpRequest) -> HttpResponse:
    """The same marks as a table: what is not shown to the person is not in it."""
    ask = _asked(request)
    if ask is None:
        raise Http404
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="capev-{ask.first.id}-{ask.last.id}.csv"'
    answer.write("\ufeff")
    writer = csv.writer(answer)
    writer.writerow([_("from"), _("to"), _("layer"), _("what"), _("to be looked at"), _("demonstration")])
    for row in _shown(request, ask).rows:
        made_up = _("yes") if row.demonstration else ""
        until = row.last.isoformat() if row.last else ""
        writer.writerow([row.first.isoformat(), until, row.layer, inert(row.what), inert(row.flag), made_up])
    return answer


def _asked(request: HttpRequest) -> Asked | None:
    try:
        return asked(request)
    except KeyError:
        raise Http404 from None


def _shown(request: HttpRequest, ask: Asked) -> Shown:
    months, user, today = list(between(ask.first, ask.last)), request.user, timezone.localdate()
    days = (ask.first.start, min(ask.last.end, today) if ask.first.start <= today else ask.last.end)
    wanted: list[lanes.Wanted] = []
    hidden: dict[str, int] = {}
    rows: list[Row] = []

    def add(layer: str, found: reads.Found) -> None:
        wanted.append(lanes.Wanted(layer, str(LAYERS[layer]), events=found.events))
        told(layer, found)

    def told(layer: str, found: reads.Found) -> None:
        hidden[layer] = found.hidden
        rows.extend(
            Row(one.first, one.last, str(LAYERS[layer]), one.what, one.flag, one.url, one.demonstration)
            for one in found.events
        )

    def plot(layer: str, title: str, values: list[lanes.Value], reference: float | None) -> None:
        wanted.append(lanes.Wanted(layer, title, values=values, reference=reference))
        rows.extend(
            Row(one.period.start, one.period.end, title, one.text, one.flag, one.url, one.demonstration)
            for one in values
            if one.value is not None
        )

    if "outcome" in ask.layers:
        full = 100.0 if ask.measure.unit == "percent" else None
        plot("outcome", ask.measure.short, reads.series(ask.measure, ask.place, months), full)
    if "zero_dose" in ask.layers and ask.measure.code != "zero_dose":
        zero_dose = definition("zero_dose")
        plot("zero_dose", zero_dose.short, reads.series(zero_dose, ask.place, months), None)
    if "exposure" in ask.layers:
        add("exposure", reads.exposure(ask.place, *days))
    if "visits" in ask.layers:
        add("visits", reads.visits(ask.place, *days, user))
    if "scores" in ask.layers and (values := reads.scores(ask.place, months, user)):
        plot("scores", str(LAYERS["scores"]), values, 100.0)
    if "actions" in ask.layers:
        add("actions", reads.actions(ask.place, *days, user, today))
    if "stock" in ask.layers:
        add("stock", reads.stock_outs(ask.place, *days, user))
    if "quotes" in ask.layers:
        add("quotes", reads.quotes(ask.place, *days, user))
    bands: list[lanes.Event] = []
    if "events" in ask.layers:
        found = reads.annotations(ask.place, ask.first.start, ask.last.end, user)
        bands = found.events
        told("events", found)
    return Shown(wanted, bands, hidden, sorted(rows, key=lambda row: (row.first, row.layer, row.what)))


def _measures() -> list[tuple[str, str]]:
    return sorted(((code, str(one.name)) for code, one in definitions().items()), key=lambda pair: pair[1].casefold())


def _query(ask: Asked, first: Period | None = None, last: Period | None = None) -> str:
    """The address of the same view, or of other months."""
    asked_for: list[tuple[str, str]] = [
        ("place", ask.place.key), ("indicator", ask.measure.code),
        ("from", f"{(first or ask.first).start:%Y-%m}"), ("to", f"{(last or ask.last).start:%Y-%m}"), ("shown", "1"),
    ]  # fmt: skip
    return urlencode([*asked_for, *(("layer", layer) for layer in LAYERS if layer in ask.layers)])


def _zooms(ask: Asked) -> list[tuple[str, str]]:
    """(text, address) of other stretches of time: earlier, later, and the usual lengths up to the last month."""
    length = len(list(between(ask.first, ask.last)))
    step = max(1, length // 2)
    moved = [
        (_("← earlier"), _query(ask, ask.first.shift(-step), ask.last.shift(-step))),
        (_("later →"), _query(ask, ask.first.shift(step), ask.last.shift(step))),
    ]
    lengths = [(_("%(n)s months") % {"n": n}, _query(ask, ask.last.shift(1 - n))) for n in NEAR if n != length]
    return [moved[0], *lengths, moved[1]]


def _short(month: Period) -> str:
    return str(month.year) if month.number == 1 else period_text(month)
