"""Stock reports and stock-outs stand here for repair by a superuser only."""

from collections.abc import Iterable
from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from indicators.accounts.models import User
from indicators.periods import Period
from research.medexis.measures.actions import publish_measures
from research.medexis.models import StockLine, StockOut, StockReport
from research.medexis.stock_outs.actions import months_touched


class LineInline(admin.TabularInline):
    model = StockLine
    extra = 0
    autocomplete_fields = ["product"]


@admin.register(StockReport)
class StockReportAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["site", "period", "received_on", "demonstration"]
    list_filter = ["demonstration"]
    list_select_related = ["site"]
    search_fields = ["site__name"]
    autocomplete_fields = ["site"]
    inlines = [LineInline]

    def save_model(self, request: HttpRequest, obj: StockReport, form: Any, change: bool) -> None:
        form.months_before = _months(StockReport.objects.filter(pk=obj.pk))
        obj.version += bool(change)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        publish_measures([*form.months_before, *_months([form.instance])], by=cast(User, request.user))

    def delete_model(self, request: HttpRequest, obj: StockReport) -> None:
        months = _months([obj])
        super().delete_model(request, obj)
        publish_measures(months, by=cast(User, request.user))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[StockReport]) -> None:
        months = _months(queryset)
        super().delete_queryset(request, queryset)
        publish_measures(months, by=cast(User, request.user))


def _months(reports: Iterable[StockReport]) -> list[tuple[int, Period]]:
    return [(report.site_id, Period.from_code(report.period)) for report in reports]


@admin.register(StockOut)
class StockOutAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["site", "product", "start", "end", "demonstration"]
    list_filter = ["product", "demonstration"]
    list_select_related = ["site", "product"]
    search_fields = ["site__name", "note"]
    autocomplete_fields = ["site", "product"]
    date_hierarchy = "start"

    def save_model(self, request: HttpRequest, obj: StockOut, form: Any, change: bool) -> None:
        before = _touched(StockOut.objects.filter(pk=obj.pk))
        obj.version += bool(change)
        super().save_model(request, obj, form, change)
        publish_measures(before | months_touched(obj), by=cast(User, request.user))

    def delete_model(self, request: HttpRequest, obj: StockOut) -> None:
        months = months_touched(obj)
        super().delete_model(request, obj)
        publish_measures(months, by=cast(User, request.user))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[StockOut]) -> None:
        months = _touched(queryset)
        super().delete_queryset(request, queryset)
        publish_measures(months, by=cast(User, request.user))


def _touched(stock_outs: Iterable[StockOut]) -> set[tuple[int, Period]]:
    return {month for row in stock_outs for month in months_touched(row)}
