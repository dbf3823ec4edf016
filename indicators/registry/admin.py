from typing import Any

from django.contrib import admin
from django.db.models import Count, ManyToManyField, QuerySet
from django.forms import ModelMultipleChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from indicators.registry.data_set_actions import count_reports
from indicators.registry.models import Constant, DataElement, DataSet, DataSetAssignment, ImportedIndicator, OptionCombo
from indicators.registry.refusal_words import reason
from indicators.rollup.imported import refusals
from indicators.rollup.models import RefreshJob
from indicators.rollup.operand_actions import keep_operands
from indicators.rollup.reference_edits import RefreshingAdmin


@admin.register(DataElement)
class DataElementAdmin(RefreshingAdmin):
    refresh_scope = RefreshJob.Scope.EVERYTHING  # another aggregation type decides whether it is summed at all
    list_display = ["name", "code", "uid", "concept", "value_type", "aggregation", "derivation", "source"]
    list_filter = ["concept", "value_type", "aggregation", "derivation"]
    list_select_related = ["source"]
    search_fields = ["name_fr", "name_en", "code", "uid", "concept"]
    autocomplete_fields = ["source"]
    exclude = ["derivation", "operand_of", "operand_option", "operand_attribute", "data_set"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What is derived follows from its element, its data set and the imported indicators."""
        return super().has_change_permission(request, obj) and not (obj and obj.derivation)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.derivation)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        keep_operands(by=request.user)  # type: ignore[arg-type]


@admin.register(OptionCombo)
class OptionComboAdmin(SimpleHistoryAdmin):
    list_display = ["name", "code", "uid"]
    search_fields = ["name", "code", "uid"]


@admin.register(Constant)
class ConstantAdmin(SimpleHistoryAdmin):
    """Imported beside indicators; what a constant is worth is read when they are."""

    list_display = ["name", "uid", "value", "source"]
    list_filter = ["source"]
    list_select_related = ["source"]
    search_fields = ["name_fr", "name_en", "uid"]
    autocomplete_fields = ["source"]


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

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        keep_operands(by=request.user)  # type: ignore[arg-type]

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        super().delete_queryset(request, queryset)
        keep_operands(by=request.user)  # type: ignore[arg-type]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The page's rows are judged together: at most seven queries, whatever their number."""
        page = super().get_changelist_instance(request)
        page.result_list = list(page.result_list)  # type: ignore[assignment]
        why = refusals(page.result_list)
        for row in page.result_list:
            row.refusal = why.get(row.uid)
        return page

    @admin.display(description=_("not computed because"), empty_value="")
    def not_computed_because(self, row: Any) -> str | None:
        return reason(row.refusal) if row.refusal else None


@admin.register(DataSet)
class DataSetAdmin(RefreshingAdmin):
    """The period type decides whether reports are counted, so it stays; a set no longer used ends with its units."""

    refresh_scope = RefreshJob.Scope.EVERYTHING
    list_display = ["name", "code", "uid", "frequency", "timely_days", "units_asked", "source"]
    list_filter = ["frequency", "source"]
    list_select_related = ["source"]
    search_fields = ["name_fr", "name_en", "code", "uid"]
    autocomplete_fields = ["source"]
    filter_horizontal = ["elements"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DataSet]:
        return super().get_queryset(request).annotate(asked=Count("assignments"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["uid", "frequency"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> ModelMultipleChoiceField:
        kwargs["queryset"] = DataElement.objects.filter(derivation=DataElement.Derivation.REPORTED)
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[return-value]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        count_reports(form.instance)

    @admin.display(description=_("units asked"), ordering="asked")
    def units_asked(self, row: Any) -> int:
        return row.asked


@admin.register(DataSetAssignment)
class DataSetAssignmentAdmin(RefreshingAdmin):
    """One unit and one data set: a data set may be asked of thousands, too many for one form."""

    refresh_scope = RefreshJob.Scope.EVERYTHING
    list_display = ["data_set", "unit", "start", "end"]
    list_filter = ["data_set"]
    list_select_related = ["data_set", "unit"]
    search_fields = ["unit__name", "unit__code", "unit__uid"]
    autocomplete_fields = ["data_set", "unit"]
