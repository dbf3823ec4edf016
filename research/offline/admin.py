from typing import Any

from django.contrib import admin

from research.offline.models import OfflineReceipt


@admin.register(OfflineReceipt)
class OfflineReceiptAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """To find a receipt that somebody reads out on the telephone. Nothing is written here."""

    list_display = ["pk", "page", "account", "prepared_at", "received_at", "url"]
    list_filter = ["page", "received_at"]
    search_fields = ["=pk", "envelope", "account__username"]
    list_select_related = ["account"]

    def has_add_permission(self, request: Any) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False
