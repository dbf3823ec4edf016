from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from indicators.sources.models import Source


@admin.register(Source)
class SourceAdmin(SimpleHistoryAdmin):
    list_display = ["key", "title", "publisher", "published"]
    list_filter = ["publisher"]
    search_fields = ["key", "title_fr", "title_en", "publisher"]
