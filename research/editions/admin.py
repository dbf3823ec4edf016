"""To look at by a superuser: what was told is mended nowhere, and files are made by workers."""

from django.contrib import admin
from django.http import HttpRequest

from research.editions.models import Edition, EditionFile, Section


class _Kept(admin.ModelAdmin):  # type: ignore[type-arg]
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Edition)
class EditionAdmin(_Kept):
    list_display = ["title", "state", "drawn_at", "reviewed_at", "published_at", "demonstration"]
    list_filter = ["state", "demonstration"]
    search_fields = ["title_fr", "title_en", "sha256"]


@admin.register(Section)
class SectionAdmin(_Kept):
    list_display = ["edition", "kind", "version", "updated_at", "demonstration"]
    list_filter = ["kind", "demonstration"]
    list_select_related = ["edition"]
    search_fields = ["words_fr", "words_en"]


@admin.register(EditionFile)
class EditionFileAdmin(_Kept):
    list_display = ["edition", "format", "language", "state", "size", "demonstration"]
    list_filter = ["format", "language", "state", "demonstration"]
    list_select_related = ["edition"]
    search_fields = ["sha256"]
