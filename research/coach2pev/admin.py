"""Checklists are reference data. Visits stand here for repair by a superuser only: administrators do not meet them."""

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from indicators.accounts.models import User
from research.coach2pev.measures.actions import publish_measures
from research.coach2pev.measures.queries import months_of
from research.coach2pev.models import Checklist, ChecklistAnswer, ChecklistItem, SupervisionVisit
from research.coach2pev.visits.rows import by_code, stored_answers, write_scores
from research.coach2pev.visits.sheets import sheet_of


class ItemInline(admin.TabularInline):
    model = ChecklistItem
    extra = 0


@admin.register(Checklist)
class ChecklistAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["name", "key", "version", "example", "state", "demonstration"]
    list_filter = ["state", "example"]
    search_fields = ["key", "name_fr", "name_en", "items__text_fr", "items__text_en"]
    inlines = [ItemInline]


class AnswerInline(admin.TabularInline):
    model = ChecklistAnswer
    extra = 0


@admin.register(SupervisionVisit)
class SupervisionVisitAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["site", "state", "planned_on", "done_on", "demonstration"]
    list_filter = ["state", "demonstration"]
    list_select_related = ["site"]
    search_fields = ["site__name", "agreed"]
    autocomplete_fields = ["site", "checklist"]
    date_hierarchy = "done_on"
    inlines = [AnswerInline]

    def save_model(self, request: HttpRequest, obj: SupervisionVisit, form: Any, change: bool) -> None:
        stored = SupervisionVisit.objects.filter(pk=obj.pk).first() if change else None
        form.months_before = months_of(stored) if stored else set()
        obj.version += bool(change)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        visit: SupervisionVisit = form.instance
        sheet = sheet_of(visit.checklist) if visit.checklist else None
        write_scores(visit, sheet, by_code(sheet, stored_answers(visit)) if sheet else {})
        publish_measures(form.months_before | months_of(form.instance), by=cast(User, request.user))

    def delete_model(self, request: HttpRequest, obj: SupervisionVisit) -> None:
        months = months_of(obj)
        super().delete_model(request, obj)
        publish_measures(months, by=cast(User, request.user))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[SupervisionVisit]) -> None:
        months = {month for visit in queryset for month in months_of(visit)}
        super().delete_queryset(request, queryset)
        publish_measures(months, by=cast(User, request.user))
