"""Products are reference data; what leads say of them stands here for repair."""

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

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
