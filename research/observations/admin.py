from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from research.observations.models import Attachment, Observation, Quote


class QuoteInline(admin.StackedInline):
    model = Quote
    extra = 0
    readonly_fields = ["order", "demonstration"]


class AttachmentInline(admin.TabularInline):
    """What is kept; files come and go on the observation's page."""

    model = Attachment
    extra = 0
    fields = ["name", "kind", "content_type", "size", "caption", "created_by"]
    readonly_fields = ["name", "kind", "content_type", "size", "caption", "created_by"]
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Observation)
class ObservationAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    """For repair by a superuser; no role has a permission here. Notes are logged and edited on their own pages."""

    list_display = ["site", "observed_on", "evaluation_question", "state", "sensitivity", "created_by", "demonstration"]
    list_filter = ["state", "sensitivity", "evaluation_question__evaluation", "demonstration"]
    list_select_related = ["site", "evaluation_question__evaluation", "created_by"]
    inlines = [QuoteInline, AttachmentInline]
    date_hierarchy = "observed_on"
    search_fields = ["site__name", "seen", "quotes__text"]
    autocomplete_fields = ["site", "learning_question"]
    readonly_fields = [
        "state",
        "state_reason",
        "approved_version",
        "reviewed_by",
        "client_uuid",
        "version",
        "created_by",
        "created_at",
        "updated_at",
        "demonstration",
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Observation, form: Any, change: bool) -> None:
        # Whoever has the note open in a page of theirs is told that it has changed.
        obj.version += 1
        super().save_model(request, obj, form, change)
