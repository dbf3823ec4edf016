from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from indicators.registry.models import DataElement, OptionCombo


@admin.register(DataElement)
class DataElementAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["name", "code", "uid", "concept", "value_type", "aggregation", "source"]
    list_filter = ["concept", "value_type", "aggregation"]
    list_select_related = ["source"]
    search_fields = ["name_fr", "name_en", "code", "uid", "concept"]
    autocomplete_fields = ["source"]


@admin.register(OptionCombo)
class OptionComboAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["name", "code", "uid"]
    search_fields = ["name", "code", "uid"]
