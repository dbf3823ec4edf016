from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from indicators.rollup.models import RefreshJob


class ReadOnlyAdmin(admin.ModelAdmin):
    """Shown to those who may see it, changed by nobody: these rows are written by the programme itself."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(RefreshJob)
class RefreshJobAdmin(ReadOnlyAdmin):
    list_display = [
        "asked_at", "scope", "unit", "first", "last", "state", "attempts", "started_at", "finished_at", "cells",
    ]  # fmt: skip
    list_select_related = ["unit"]
    list_filter = ["state", "scope"]
    date_hierarchy = "asked_at"
