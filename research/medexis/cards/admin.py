"""Reasons of movements are reference data; lots stand here for repair by a superuser."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from research.medexis.models import Lot, MovementReason


@admin.register(MovementReason)
class MovementReasonAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["name", "key", "kind", "column", "active", "order"]
    list_filter = ["kind", "column", "active"]
    search_fields = ["key", "name_fr", "name_en"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """What a reason does to stock is fixed once it stands on a card: balances were reckoned with it."""
        return ["kind", "column"] if obj and obj.lines.exists() else []


@admin.register(Lot)
class LotAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["code", "product", "expires_on", "demonstration"]
    list_filter = ["product", "demonstration"]
    list_select_related = ["product"]
    search_fields = ["code"]
    autocomplete_fields = ["product"]
    date_hierarchy = "expires_on"
