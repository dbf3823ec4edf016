from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from research.observations.models import Observation


@admin.register(Observation)
class ObservationAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    """For repair by a superuser; no role has a permission here. Notes are logged and edited on their own pages."""

    list_display = ["site", "observed_on", "evaluation_question", "sensitivity", "created_by", "demonstration"]
    list_filter = ["sensitivity", "evaluation_question__evaluation", "demonstration"]
    list_select_related = ["site", "evaluation_question__evaluation", "created_by"]
    date_hierarchy = "observed_on"
    search_fields = ["site__name", "seen", "quote"]
    autocomplete_fields = ["site", "learning_question"]
    readonly_fields = ["client_uuid", "version", "created_by", "created_at", "updated_at", "demonstration"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Observation, form: Any, change: bool) -> None:
        # Whoever has the note open in a page of theirs is told that it has changed.
        obj.version += 1
        super().save_model(request, obj, form, change)
