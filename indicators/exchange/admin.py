from typing import Any

from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from indicators.exchange.models import ColumnMapping, ImportRun, WaitingRecord
from indicators.rollup.admin import ReadOnlyAdmin
from indicators.values.models import Batch


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    """The register of imports. They are moved on by the pages, never here."""

    list_display = ["file_name", "state", "kind", "at", "by", *(
        "read", "created", "updated", "unchanged", "deleted", "rejected", "waiting"
    )]  # fmt: skip
    list_select_related = ["by"]
    list_filter = ["state", "kind"]
    search_fields = ["file_name", "sha256"]
    date_hierarchy = "at"

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).defer("report")


@admin.register(WaitingRecord)
class WaitingRecordAdmin(ReadOnlyAdmin):
    """Records of committed files whose unit nobody knows. Give the name its unit among the names set aside."""

    list_display = ["name", "run", "number", "problem", "batch"]
    list_select_related = ["run", "batch"]
    list_filter = ["problem"]
    search_fields = ["name", "run__file_name"]


@admin.register(ColumnMapping)
class ColumnMappingAdmin(SimpleHistoryAdmin):
    list_display = ["name", "by", "created_at"]
    list_select_related = ["by"]
    search_fields = ["name"]
    readonly_fields = ["spec", "by", "created_at"]

    def has_add_permission(self, request: Any) -> bool:
        """Made on the pages, where the columns can be seen."""
        return False


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    list_display = ["label", "origin", "at", "by", "source", "demonstration"]
    list_filter = ["origin", "demonstration"]
    list_select_related = ["by", "source"]
    search_fields = ["label"]
    date_hierarchy = "at"
