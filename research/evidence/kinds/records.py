"""Visits, improvement actions, stock-outs and stock reports as evidence, read by whoever reads their own pages."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from indicators.geography.scopes import limit_to_scope
from indicators.pages.formats import month_text
from indicators.periods import Period
from research.coach2pev.models import ImprovementAction, SectionScore, SupervisionVisit
from research.coach2pev.policies import can_read as can_read_visits
from research.evidence.kinds.item import Item, hidden, shortened
from research.medexis.models import StockLine, StockOutEpisode, StockReport
from research.medexis.policies import can_read as can_read_stock


def visits(keys: Collection[str], user: Any) -> dict[str, Item]:
    rows = SupervisionVisit.objects.select_related("site").filter(pk__in=keys)
    readable, scores = _readable(rows, user, can_read_visits), defaultdict(list)
    for visit, code, points, possible in SectionScore.objects.filter(visit__in=rows).values_list(
        "visit", "section__code", "points", "possible"
    ):
        scores[visit].append([code or "", str(points), str(possible)])  # without a section: the whole visit
    return {str(row.pk): _shown(_visit(row, sorted(scores[row.pk])), row.pk, readable) for row in rows}


def actions(keys: Collection[str], user: Any) -> dict[str, Item]:
    rows = ImprovementAction.objects.select_related("site", "item").filter(pk__in=keys)
    readable = _readable(rows, user, can_read_visits)
    return {str(row.pk): _shown(_action(row), row.pk, readable) for row in rows}


def stock_reports(keys: Collection[str], user: Any) -> dict[str, Item]:
    rows = StockReport.objects.select_related("site").filter(pk__in=keys)
    readable, lines = _readable(rows, user, can_read_stock), defaultdict(list)
    for line in StockLine.objects.filter(report__in=rows).order_by("product_id").values():
        lines[line["report_id"]].append([str(value) for name, value in line.items() if name not in {"id", "file_id"}])
    return {str(row.pk): _shown(_report(row, lines[row.pk]), row.pk, readable) for row in rows}


def stock_outs(keys: Collection[str], user: Any) -> dict[str, Item]:
    """By site, product and first day: episodes are made anew from their sources, and keep these three."""
    asked = Q(pk__in=[])
    for key in keys:
        site, product, start = key.split("/")
        asked |= Q(site=int(site), product__key=product, start=date.fromisoformat(start))
    rows = StockOutEpisode.objects.select_related("site", "product").filter(asked)
    readable = _readable(rows, user, can_read_stock)
    found = {}
    for row in rows:
        key = f"{row.site_id}/{row.product.key}/{row.start.isoformat()}"
        found[key] = _shown(_stock_out(row, key), row.pk, readable)
    return found


def _readable(rows: Any, user: Any, may_read: Any) -> set[int] | None:
    if user is None:
        return None
    return (
        set(limit_to_scope(rows, user, unit="site").order_by().values_list("pk", flat=True))
        if may_read(user)
        else set()
    )


def _shown(item: Item, pk: int, readable: set[int] | None) -> Item:
    return item if readable is None or pk in readable else hidden(item)


def _visit(row: SupervisionVisit, scores: list[list[str]]) -> Item:
    day = row.done_on or row.planned_on
    label = f"{row.site.name}, {date_format(day)}" if day else row.site.name
    seen = {"state": row.state, "day": day.isoformat() if day else None, "scores": scores, "minutes": row.minutes}
    seen["words"] = shortened(row.goal, row.reality, row.options, row.agreed)
    return Item(
        "visit", str(row.pk), label, row.get_state_display(), reverse("visit-detail", args=[row.pk]), seen,
        row.state == SupervisionVisit.State.CANCELLED, demonstration=row.demonstration,
    )  # fmt: skip


def _action(row: ImprovementAction) -> Item:
    seen = {"state": row.state, "text": shortened(row.text), "failed_again": row.failed_again}
    return Item(
        "action", str(row.pk), f"{row.site.name} – {row.words[:100]}", row.get_state_display(),
        reverse("action-detail", args=[row.pk]), seen, row.state == "dropped", demonstration=row.demonstration,
    )  # fmt: skip


def _report(row: StockReport, lines: list[list[str]]) -> Item:
    month = month_text(Period.from_code(row.period))
    return Item(
        "stock_report", str(row.pk), f"{row.site.name}, {month}", _("Stock report"),
        reverse("stock-detail", args=[row.pk]), {"lines": shortened(*lines)}, demonstration=row.demonstration,
    )  # fmt: skip


def _stock_out(row: StockOutEpisode, key: str) -> Item:
    last = date_format(row.end) if row.end else _("still out")
    seen = {"end": row.end.isoformat() if row.end else None, "days": row.days, "basis": row.basis}
    return Item(
        "stock_out", key, f"{row.site.name} – {row.product}", f"{date_format(row.start)} – {last}",
        reverse("stock-out-episode", args=[row.pk]), seen, demonstration=bool(getattr(row, "demonstration", False)),
    )  # fmt: skip
