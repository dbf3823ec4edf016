from django.contrib import admin
from simple_history.admin import SimpleHistoryAdmin

from indicators.registry.models import DataElement, OptionCombo
from indicators.rollup.models import RefreshJob
from indicators.rollup.reference_edits import RefreshingAdmin


@admin.register(DataElement)
class DataElementAdmin(RefreshingAdmin):
    refresh_scope = RefreshJob.Scope.EVERYTHING  # another aggregation type decides whether it is summed at all
    list_display = ["name", "code", "uid", "concept", "value_type", "aggregation", "source"]
    list_filter = ["concept", "value_type", "aggregation"]
    list_select_related = ["source"]
    search_fields = ["name_fr", "name_en", "code", "uid", "concept"]
    autocomplete_fields = ["source"]


@admin.register(OptionCombo)
class OptionComboAdmin(SimpleHistoryAdmin):
    list_display = ["name", "code", "uid"]
    search_fields = ["name", "code", "uid"]
