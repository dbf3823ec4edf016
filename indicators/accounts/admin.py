from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from simple_history.admin import SimpleHistoryAdmin

from indicators.accounts.models import ApiToken, User
from indicators.accounts.token_actions import revoke


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


@admin.register(ApiToken)
class AccessTokenAdmin(admin.ModelAdmin):
    """Whose programs read here; tokens can be revoked, and are made only by the person themselves."""

    list_display = ["name", "user", "start", "may_write", "created_at", "last_used_at", "expires_at", "revoked_at"]
    list_filter = ["may_write", "revoked_at"]
    search_fields = ["name", "user__username", "start"]
    list_select_related = ["user"]
    actions = ["revoke_tokens"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        return False

    @admin.action(description=_("Revoke the chosen tokens"), permissions=["view"])
    def revoke_tokens(self, request: HttpRequest, tokens: QuerySet[ApiToken]) -> None:
        chosen = list(tokens.filter(revoked_at=None).select_related("user"))
        for token in chosen:
            revoke(token, by=request.user)  # type: ignore[arg-type]
        told = ngettext("%(count)s token is revoked.", "%(count)s tokens are revoked.", len(chosen))
        self.message_user(request, told % {"count": len(chosen)}, messages.SUCCESS)
