from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from indicators.geography import actions
from indicators.geography.models import OrgUnit, OrgUnitAlias, OrgUnitGroup, OrgUnitGroupMembership


class AliasInline(admin.TabularInline):
    model = OrgUnitAlias
    extra = 0
    autocomplete_fields = ["source"]


@admin.register(OrgUnit)
class OrgUnitAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["name", "code", "level", "parent", "opening_date", "closed_date", "demonstration"]
    list_filter = ["level", "demonstration"]
    list_select_related = ["parent"]
    search_fields = ["name", "code", "uid", "aliases__name"]
    autocomplete_fields = ["parent", "source"]
    readonly_fields = ["level", "path", "demonstration"]
    inlines = [AliasInline]

    def save_model(self, request: HttpRequest, obj: OrgUnit, form: Any, change: bool) -> None:
        actions.save_unit(obj)


@admin.register(OrgUnitAlias)
class OrgUnitAliasAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["name", "unit", "source", "demonstration"]
    list_select_related = ["unit", "source"]
    search_fields = ["name", "normalised", "unit__name"]
    autocomplete_fields = ["unit", "source"]


class MembershipInline(admin.TabularInline):
    model = OrgUnitGroupMembership
    extra = 0
    autocomplete_fields = ["unit"]


@admin.register(OrgUnitGroup)
class OrgUnitGroupAdmin(SimpleHistoryAdmin):  # type: ignore[type-arg]
    list_display = ["key", "name", "source", "demonstration"]
    search_fields = ["key", "name_fr", "name_en"]
    autocomplete_fields = ["source"]
    inlines = [MembershipInline]
