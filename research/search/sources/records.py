"""Visits, improvement actions, stock-outs and orders: what was written on them."""

from django.urls import reverse

from research.coach2pev.models import ActionComment, ImprovementAction, SupervisionVisit
from research.medexis.models import StockOrder, StockOut
from research.search.found import Found, Kind, Level, Source, texts


def _visit(row: SupervisionVisit) -> Found | None:
    body = texts(row.goal, row.reality, row.options, row.agreed, row.cancelled_reason)
    name, address = row.site.name, reverse("visit-detail", args=[row.pk])
    day = row.done_on or row.planned_on
    return Found(name, name, address, body, Level.RECORDS, row.site_id, day=day, demonstration=row.demonstration)


def _action(row: ImprovementAction) -> Found:
    proposed = (row.item.action_fr, row.item.action_en, row.item.text_fr, row.item.text_en) if row.item else ()
    said = [comment.text for comment in row.comments.all()]
    body = texts(row.text, *proposed, *said, row.closing_note, row.dropped_reason)
    name, address = row.site.name, reverse("action-detail", args=[row.pk])
    return Found(name, name, address, body, Level.RECORDS, row.site_id, day=row.due_on, demonstration=row.demonstration)


def _stock_out(row: StockOut) -> Found:
    body = texts(row.product.name_fr, row.product.name_en, row.get_cause_display(), row.note)
    name, address = row.site.name, reverse("stock-out-edit", args=[row.pk])
    return Found(name, name, address, body, Level.RECORDS, row.site_id, day=row.start, demonstration=row.demonstration)


def _order(row: StockOrder) -> Found | None:
    if not (row.note or row.number):
        return None
    name, address = row.site.name, reverse("order-detail", args=[row.pk])
    return Found(
        name, name, address, texts(row.number, row.note), Level.RECORDS, row.site_id, day=row.ordered_on,
        demonstration=row.demonstration,
    )  # fmt: skip


SOURCES = (
    Source(SupervisionVisit, Kind.VISIT, lambda: SupervisionVisit.objects.select_related("site"), _visit),
    Source(
        ImprovementAction, Kind.ACTION,
        lambda: ImprovementAction.objects.select_related("site", "item").prefetch_related("comments"), _action,
        parts=((ActionComment, "action_id"),),
    ),
    Source(StockOut, Kind.STOCK, lambda: StockOut.objects.select_related("site", "product"), _stock_out, "stock-out/"),
    Source(StockOrder, Kind.STOCK, lambda: StockOrder.objects.select_related("site"), _order, "order/"),
)  # fmt: skip
