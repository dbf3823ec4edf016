from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from indicators.accounts.models import User


@admin.register(User)
class AccountAdmin(SimpleHistoryAdmin, UserAdmin):
    """Accounts, their roles (groups) and districts. Only a superuser makes superusers or gives single permissions."""

    list_display = ["username", "email", "role_names", "language", "is_active", "last_login"]
    list_filter = ["groups", "is_active", "language"]
    search_fields = ["username", "first_name", "last_name", "email"]
    autocomplete_fields = ["districts"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "email", "language"]}),
        (_("What they may do"), {"fields": ["is_active", "is_staff", "groups", "districts"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["username", "password1", "password2", "language", "groups", "districts"]})]
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = ["groups"]

    @admin.display(description=_("roles"))
    def role_names(self, user: User) -> str:
        return ", ".join(sorted(user.roles))

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Nobody gives roles or districts to themselves."""
        fixed = super().get_readonly_fields(request, obj)
        own = obj is not None and obj.pk == request.user.pk and not request.user.is_superuser
        return [*fixed, "groups", "districts", "is_staff", "is_active"] if own else fixed

    def get_queryset(self, request: HttpRequest) -> Any:
        accounts = super().get_queryset(request)
        # A technical administrator must not be able to take over a superuser's account by resetting its password.
        return accounts if request.user.is_superuser else accounts.filter(is_superuser=False)
