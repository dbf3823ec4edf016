from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from indicators.accounts.models import User
from indicators.geography import actions
from indicators.geography.models import FormerParent, OrgUnit, OrgUnitAlias, OrgUnitGroup, OrgUnitGroupMembership
from indicators.geography.move_actions import correction_problems, history_problems, move_problems, move_unit
from indicators.rollup.actions import refresh_soon
from indicators.rollup.admin import ReadOnlyAdmin
from indicators.rollup.models import RefreshJob
from indicators.rollup.reference_edits import RefreshingAdmin


class AliasInline(admin.TabularInline):
    model = OrgUnitAlias
    extra = 0
    autocomplete_fields = ["source"]


class FormerParentFormSet(BaseInlineFormSet):
    def clean(self) -> None:
        """The past as it would be after saving: no day twice, no unit below itself in any month."""
        super().clean()
        if any(form.errors for form in self.forms) or not self.has_changed():
            return
        if self.instance.pk and self.instance.parent_id != OrgUnit.objects.get(pk=self.instance.pk).parent_id:
            raise ValidationError(_("Save the new parent first, and change the former ones afterwards."))
        rows = [
            (form.cleaned_data["parent"], form.cleaned_data["until"])
            for form in self.forms
            if form.cleaned_data.get("parent") and not form.cleaned_data.get("DELETE")
        ]
        if found := history_problems(self.instance, rows):
            raise ValidationError(found)


class FormerParentInline(admin.TabularInline):
    model = FormerParent
    formset = FormerParentFormSet
    fk_name = "unit"
    extra = 0
    autocomplete_fields = ["parent"]


_FIELDS = {"parent": "parent", "on": "moved_on"}


class OrgUnitForm(forms.ModelForm):
    moved_on = forms.DateField(
        label=_("Moved on"),
        required=False,
        widget=AdminDateWidget,
        help_text=_(
            "With another parent: the first day below it. Numbers before that day stay with the former parent."
        ),
    )
    correction = forms.BooleanField(
        label=_("The parent was wrong"),
        required=False,
        help_text=_("With another parent: the unit did not move, it has always stood below this one."),
    )

    def clean(self) -> dict[str, Any]:
        """Another parent needs a word on the past: since when, or always."""
        clean = super().clean() or self.cleaned_data
        if not self.instance.pk or "parent" not in clean or "parent" not in self.changed_data:
            return clean
        if bool(clean.get("moved_on")) == clean["correction"]:
            if "moved_on" not in self.errors:
                self.add_error(
                    "moved_on",
                    _("Say from which day the unit stands below its new parent, or that the old one was wrong."),
                )
            return clean
        stored, parent, day = OrgUnit.objects.get(pk=self.instance.pk), clean["parent"], clean["moved_on"]
        if day and parent is None:
            self.add_error("parent", _("A unit cannot move to the top of the tree; it can only be corrected."))
        elif found := move_problems(stored, parent, day) if day else correction_problems(stored, parent):
            self.add_error(None, ValidationError({_FIELDS[name]: sentences for name, sentences in found.items()}))
        return clean

    def clean_parent(self) -> OrgUnit | None:
        """A unit may not stand below itself: the tree would lose its root."""
        parent: OrgUnit | None = self.cleaned_data["parent"]
        if parent and self.instance.path and parent.path.startswith(self.instance.path):
            raise ValidationError(_("%(parent)s lies below this unit."), params={"parent": parent})
        return parent


@admin.register(OrgUnit)
class OrgUnitAdmin(RefreshingAdmin):
    form = OrgUnitForm
    refresh_scope: str = RefreshJob.Scope.EVERYTHING  # another parent moves everything that was reported below
    list_display = ["name", "code", "level", "parent", "opening_date", "closed_date", "demonstration"]
    list_filter = ["level", "demonstration"]
    list_select_related = ["parent"]
    search_fields = ["name", "code", "uid", "aliases__name"]
    autocomplete_fields = ["parent", "source"]
    readonly_fields = ["level", "path", "demonstration"]
    fields = [
        "uid", "code", "name", "parent", "moved_on", "correction", "opening_date", "closed_date", "source",
        "level", "path", "demonstration",
    ]  # fmt: skip
    inlines = [AliasInline, FormerParentInline]

    def save_model(self, request: HttpRequest, obj: OrgUnit, form: Any, change: bool) -> None:
        day = form.cleaned_data.get("moved_on")
        if change and day and obj.parent and "parent" in form.changed_data:
            assert isinstance(request.user, User)
            move_unit(unit=obj, parent=obj.parent, on=day, by=request.user)
        else:
            actions.save_unit(obj)
        refresh_soon(scope=self.refresh_scope)


@admin.register(FormerParent)
class FormerParentAdmin(ReadOnlyAdmin):
    """The register of moves; a unit's own page is where they are entered and corrected."""

    list_display = ["unit", "parent", "until", "parent_now", "demonstration"]
    list_select_related = ["unit__parent", "parent"]
    search_fields = ["unit__name", "unit__uid", "parent__name"]
    date_hierarchy = "until"

    @admin.display(description=_("parent today"))
    def parent_now(self, row: FormerParent) -> OrgUnit | None:
        return row.unit.parent


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
