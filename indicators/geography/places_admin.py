"""Where units lie, and the names of files that wait for a person to say which unit they mean."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from simple_history.admin import SimpleHistoryAdmin

from indicators.accounts.models import User
from indicators.geography.models import NameSetAside, OrgUnitAlias, UnitBoundary
from indicators.geography.name_actions import assign, ignore, reopen


@admin.register(UnitBoundary)
class UnitBoundaryAdmin(admin.ModelAdmin):
    """Read, or removed; a better one comes with a file."""

    list_display = ["unit", "kind", "source", "file_name", "changed_at", "demonstration"]
    list_select_related = ["unit", "source"]
    list_filter = ["demonstration", "source"]
    search_fields = ["unit__name", "unit__uid", "unit__code", "file_name"]
    fields = ["unit", "kind", "source", "file_name", "changed_at", "demonstration"]
    readonly_fields = ["unit", "kind", "source", "file_name", "changed_at", "demonstration"]

    @admin.display(description=_("kind"))
    def kind(self, row: UnitBoundary) -> str:
        return str(_("point") if row.geometry["type"] == "Point" else _("outline"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class NameSetAsideForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        """A name means one unit."""
        clean = super().clean() or self.cleaned_data
        unit = clean.get("unit")
        taken = OrgUnitAlias.objects.filter(normalised=self.instance.normalised).select_related("unit").first()
        if unit and taken and taken.unit_id != unit.pk:
            known = {"name": taken.name, "unit": taken.unit}
            self.add_error("unit", ValidationError(_("“%(name)s” is an alias of %(unit)s already."), params=known))
        return clean

    def _get_validation_exclusions(self) -> set[str]:
        """State and unit go together, and the action sets both."""
        return super()._get_validation_exclusions() | {"unit"}  # type: ignore[misc]


@admin.register(NameSetAside)
class NameSetAsideAdmin(SimpleHistoryAdmin):
    """A person chooses the unit; that writes an alias, so the next import finds it. Or says to leave the name out."""

    form = NameSetAsideForm
    list_display = ["name", "purpose", "reason", "state", "unit", "count", "origin", "first_seen", "last_seen"]
    list_filter = ["state", "purpose", "reason"]
    list_select_related = ["unit"]
    search_fields = ["name", "normalised", "origin", "unit__name"]
    autocomplete_fields = ["unit"]
    fields = ["name", "purpose", "reason", "origin", "count", "first_seen", "last_seen", "state", "unit"]
    readonly_fields = ["name", "purpose", "reason", "origin", "count", "first_seen", "last_seen", "state"]
    actions = ["leave_out", "let_wait"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: NameSetAside, form: Any, change: bool) -> None:
        assert isinstance(request.user, User)
        stored = NameSetAside.objects.get(pk=obj.pk)
        if obj.unit is not None:
            assign(name=stored, unit=obj.unit, by=request.user)

    @admin.action(description=_("Leave the names out"))
    def leave_out(self, request: HttpRequest, queryset: QuerySet[NameSetAside]) -> None:
        assert isinstance(request.user, User)
        count = ignore(names=list(queryset), by=request.user)
        words = ngettext("%(count)d name will be left out.", "%(count)d names will be left out.", count)
        self.message_user(request, words % {"count": count})

    @admin.action(description=_("Let the names wait again"))
    def let_wait(self, request: HttpRequest, queryset: QuerySet[NameSetAside]) -> None:
        assert isinstance(request.user, User)
        count = reopen(names=list(queryset), by=request.user)
        words = ngettext("%(count)d name waits again.", "%(count)d names wait again.", count)
        self.message_user(request, words % {"count": count})
