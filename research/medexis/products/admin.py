"""Products are reference data; what leads say of them stands here for repair."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from indicators.accounts.models import User
from research.medexis.measures.later import publish_later
from research.medexis.models import Offer, Product, ProductCode, ProductUse, StockNorm, VaccineAssumption


class CodeInline(admin.TabularInline):
    model = ProductCode
    extra = 0


class UseInline(admin.TabularInline):
    model = ProductUse
    extra = 0


@admin.register(Product)
class ProductAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["name", "key", "kind", "doses_per_vial", "tracer", "active", "order"]
    list_filter = ["active", "tracer", "kind"]
    search_fields = ["key", "name_fr", "name_en", "codes__code"]
    autocomplete_fields = ["diluent"]
    inlines = [UseInline, CodeInline]


@admin.register(StockNorm)
class StockNormAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["product", "unit", "minimum", "maximum", "interval", "demonstration"]
    list_filter = ["product", "demonstration"]
    list_select_related = ["product", "unit"]
    search_fields = ["product__name_fr", "product__name_en", "unit__name"]
    autocomplete_fields = ["product", "unit"]

    def save_model(self, request: HttpRequest, obj: StockNorm, form: Any, change: bool) -> None:
        before = StockNorm.objects.filter(pk=obj.pk).first()
        super().save_model(request, obj, form, change)
        for norm in (before, obj):
            _publish(request, norm)

    def delete_model(self, request: HttpRequest, obj: StockNorm) -> None:
        _publish(request, obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[StockNorm]) -> None:
        for norm in queryset:
            _publish(request, norm)
        super().delete_queryset(request, queryset)


def _publish(request: HttpRequest, norm: StockNorm | None) -> None:
    """The measures below the norm's place are made anew, by a worker."""
    if norm and norm.product.tracer:
        publish_later(product=norm.product, unit=norm.unit, by=cast(User, request.user))


@admin.register(Offer)
class OfferAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["site", "product", "since", "offered", "demonstration"]
    list_filter = ["product", "offered", "demonstration"]
    list_select_related = ["site", "product"]
    search_fields = ["site__name", "basis"]
    autocomplete_fields = ["site", "product"]


@admin.register(VaccineAssumption)
class VaccineAssumptionAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["site", "since", "answer", "demonstration"]
    list_filter = ["answer", "demonstration"]
    list_select_related = ["site"]
    search_fields = ["site__name", "basis"]
    autocomplete_fields = ["site"]
