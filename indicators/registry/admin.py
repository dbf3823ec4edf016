from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from indicators.registry.models import DataElement, ImportedIndicator, OptionCombo
from indicators.registry.refusal_words import reason
from indicators.rollup.imported import refusals
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


@admin.register(ImportedIndicator)
class ImportedIndicatorAdmin(SimpleHistoryAdmin):
    """Imported, not written here: only the source may be set. The list says which ones cannot be computed, and why."""

    list_display = ["name", "code", "uid", "factor", "annualised", "not_computed_because", "source"]
    list_filter = ["annualised", "source"]
    list_select_related = ["source"]
    search_fields = ["name_fr", "name_en", "code", "uid"]
    readonly_fields = ["uid", "code", "name_fr", "name_en", "numerator", "denominator", "factor", "annualised"]
    autocomplete_fields = ["source"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The page's rows are judged together: two queries, whatever their number."""
        page = super().get_changelist_instance(request)
        page.result_list = list(page.result_list)  # type: ignore[assignment]
        why = refusals(page.result_list)
        for row in page.result_list:
            row.refusal = why.get(row.uid)
        return page

    @admin.display(description=_("not computed because"), empty_value="")
    def not_computed_because(self, row: Any) -> str | None:
        return reason(row.refusal) if row.refusal else None
