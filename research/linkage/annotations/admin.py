from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from research.linkage.annotations.models import DatedAnnotation


@admin.register(DatedAnnotation)
class DatedAnnotationAdmin(SimpleHistoryAdmin):
    """Events that are not restricted: a technical account reads no sensitive text."""

    list_display = ["kind", "unit", "starts_on", "ends_on", "title_fr"]
    list_filter = ["kind"]
    search_fields = ["title_fr", "title_en"]
    autocomplete_fields = ["unit"]
    exclude = ["restricted", "created_by"]

    def get_queryset(self, request):  # type: ignore[no-untyped-def]
        return super().get_queryset(request).filter(restricted=False)
