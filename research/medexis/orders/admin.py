"""Orders stand here for repair by a superuser only."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from indicators.accounts.models import User
from research.medexis.measures.actions import publish_measures
from research.medexis.models import OrderLine, StockOrder
from research.medexis.orders.actions import lines_of, months_received


class LineInline(admin.TabularInline):
    model = OrderLine
    extra = 0
    autocomplete_fields = ["product"]


@admin.register(StockOrder)
class StockOrderAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["site", "ordered_on", "number", "demonstration"]
    list_filter = ["demonstration"]
    list_select_related = ["site"]
    search_fields = ["site__name", "number"]
    autocomplete_fields = ["site"]
    date_hierarchy = "ordered_on"
    inlines = [LineInline]

    def save_model(self, request: HttpRequest, obj: StockOrder, form: Any, change: bool) -> None:
        form.months_before = _months(StockOrder.objects.filter(pk=obj.pk))
        obj.version += bool(change)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        months = form.months_before | _months(StockOrder.objects.filter(pk=form.instance.pk))
        publish_measures(months, by=cast(User, request.user))

    def delete_model(self, request: HttpRequest, obj: StockOrder) -> None:
        months = _months(StockOrder.objects.filter(pk=obj.pk))
        super().delete_model(request, obj)
        publish_measures(months, by=cast(User, request.user))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[StockOrder]) -> None:
        months = _months(queryset)
        super().delete_queryset(request, queryset)
        publish_measures(months, by=cast(User, request.user))


def _months(orders: QuerySet[StockOrder]) -> set[Any]:
    return {pair for order in orders for pair in months_received(order.site_id, lines_of(order))}
