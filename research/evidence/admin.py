"""For repair by a superuser; findings are written, reviewed and linked on their own pages."""

from django.contrib import admin
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from research.evidence.models import Doubt, EvidenceLink, Finding, FindingAssumption, FindingUse, RivalExplanation


class RivalInline(admin.StackedInline):
    model = RivalExplanation
    extra = 0


class AssumptionInline(admin.StackedInline):
    model = FindingAssumption
    extra = 0


class LinkInline(admin.TabularInline):
    model = EvidenceLink
    extra = 0
    can_delete = False
    fields = ["side", "kind", "key", "note", "looked_at"]
    readonly_fields = ["side", "kind", "key", "note", "looked_at"]

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Finding)
class FindingAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["statement", "learning_question", "state", "confidence", "stale_since", "demonstration"]
    list_filter = ["state", "confidence", "evaluation", "demonstration"]
    list_select_related = ["learning_question"]
    search_fields = ["statement_fr", "statement_en", "explanation_fr", "explanation_en"]
    autocomplete_fields = ["learning_question", "part", "disseminations"]
    readonly_fields = ["state", "state_reason", "approved_version", "reviewed_by", "stale_since", "created_by"]
    inlines = [RivalInline, AssumptionInline, LinkInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(FindingUse)
class FindingUseAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["used_by", "used_on", "decision", "finding", "demonstration"]
    list_filter = ["demonstration"]
    list_select_related = ["finding"]
    search_fields = ["used_by", "decision_fr", "decision_en", "result_fr", "result_en"]
    autocomplete_fields = ["finding", "use_case"]


@admin.register(Doubt)
class DoubtAdmin(admin.ModelAdmin):
    list_display = ["finding", "reason", "link", "noticed_at", "settled_at", "settled_by"]
    list_filter = ["reason"]
    list_select_related = ["finding", "link", "settled_by"]
    search_fields = ["settled_note"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
