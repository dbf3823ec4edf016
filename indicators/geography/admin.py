from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from indicators.geography import actions
from indicators.geography.models import OrgUnit, OrgUnitAlias, OrgUnitGroup, OrgUnitGroupMembership
from indicators.rollup.actions import refresh_soon
from indicators.rollup.models import RefreshJob
from indicators.rollup.reference_edits import RefreshingAdmin


class AliasInline(admin.TabularInline):
    model = OrgUnitAlias
    extra = 0
    autocomplete_fields = ["source"]


class OrgUnitForm(forms.ModelForm):
    def clean_parent(self) -> OrgUnit | None:
        """A unit may not stand below itself: the tree would lose its root."""
        parent: OrgUnit | None = self.cleaned_data["parent"]
        if parent and self.instance.path and parent.path.startswith(self.instance.path):
            raise ValidationError(_("%(parent)s lies below this unit."), params={"parent": parent})
        return parent


@admin.register(OrgUnit)
class OrgUnitAdmin(RefreshingAdmin):
    form = OrgUnitForm
    refresh_scope = RefreshJob.Scope.EVERYTHING  # another parent moves everything that was reported below
    list_display = ["name", "code", "level", "parent", "opening_date", "closed_date", "demonstration"]
    list_filter = ["level", "demonstration"]
    list_select_related = ["parent"]
    search_fields = ["name", "code", "uid", "aliases__name"]
    autocomplete_fields = ["parent", "source"]
    readonly_fields = ["level", "path", "demonstration"]
    inlines = [AliasInline]

    def save_model(self, request: HttpRequest, obj: OrgUnit, form: Any, change: bool) -> None:
        actions.save_unit(obj)
        refresh_soon(scope=self.refresh_scope)


@admin.register(OrgUnitAlias)
class OrgUnitAliasAdmin(SimpleHistoryAdmin):
    list_display = ["name", "unit", "source", "demonstration"]
    list_select_related = ["unit", "source"]
    search_fields = ["name", "normalised", "unit__name"]
    autocomplete_fields = ["unit", "source"]


class MembershipInline(admin.TabularInline):
    model = OrgUnitGroupMembership
    extra = 0
    autocomplete_fields = ["unit"]


@admin.register(OrgUnitGroup)
class OrgUnitGroupAdmin(SimpleHistoryAdmin):
    list_display = ["key", "name", "source", "demonstration"]
    search_fields = ["key", "name_fr", "name_en"]
    autocomplete_fields = ["source"]
    inlines = [MembershipInline]
