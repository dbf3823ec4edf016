from django.contrib import admin

from indicators.exchange.models import ImportRun
from indicators.rollup.admin import ReadOnlyAdmin
from indicators.values.models import Batch


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = ["file_name", "at", "by", "read", "created", "updated", "unchanged", "deleted", "rejected"]
    list_select_related = ["by"]
    search_fields = ["file_name", "sha256"]
    date_hierarchy = "at"


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    list_display = ["label", "origin", "at", "by", "source", "demonstration"]
    list_filter = ["origin", "demonstration"]
    list_select_related = ["by", "source"]
    search_fields = ["label"]
    date_hierarchy = "at"
