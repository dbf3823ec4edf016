"""To look at by a superuser; plans are written, locked and run on their own pages, and runs are changed by nobody."""

from django.contrib import admin
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from research.linkage.plans.models import AnalysisPlan, AnalysisRun, PlanVersion


@admin.register(AnalysisPlan)
class AnalysisPlanAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["title", "learning_question", "evaluation", "created_by", "demonstration"]
    list_filter = ["evaluation", "demonstration"]
    list_select_related = ["learning_question", "evaluation", "created_by"]
    search_fields = ["title_fr", "title_en"]
    autocomplete_fields = ["learning_question"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


class _Kept(admin.ModelAdmin):
    """Shown, never changed: a result or a locked plan that could be mended here would prove nothing."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(PlanVersion)
class PlanVersionAdmin(_Kept):
    list_display = ["plan", "number", "method", "outcome", "locked_at", "locked_by", "demonstration"]
    list_filter = ["method", "demonstration"]
    list_select_related = ["plan", "locked_by"]
    search_fields = ["plan__title_fr", "plan__title_en", "outcome"]


@admin.register(AnalysisRun)
class AnalysisRunAdmin(_Kept):
    list_display = ["version", "state", "origin", "asked_by", "asked_at", "finished_at", "attempts", "error"]
    list_filter = ["state", "origin", "demonstration"]
    list_select_related = ["version__plan", "asked_by"]
    search_fields = ["version__plan__title_fr", "version__plan__title_en"]
