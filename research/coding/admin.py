"""For repair by a superuser; codebooks are written on their own pages, passages and memos on theirs."""

from django.contrib import admin
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from research.coding.models import Codebook, CodingTask


@admin.register(Codebook)
class CodebookAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["key", "edition", "name_fr", "state", "shipped", "demonstration"]
    list_filter = ["state", "shipped", "demonstration"]
    search_fields = ["key", "name_fr", "name_en", "codes__name_fr", "codes__name_en"]
    readonly_fields = ["client_uuid", "version", "created_by", "created_at", "updated_at", "demonstration", "guid"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(CodingTask)
class CodingTaskAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    """No text stands here; who is done is said by the coder."""

    list_display = ["observation", "codebook", "coder", "done_at", "demonstration"]
    list_filter = ["codebook", "demonstration"]
    list_select_related = ["observation__site", "codebook", "coder"]
    search_fields = ["observation__site__name", "coder__username"]
    readonly_fields = ["observation", "codebook", "coder", "done_at", "done_in_version", "client_uuid", "version"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
