"""Who may have access tokens, and with what."""

from typing import Any

from django.core.exceptions import PermissionDenied

from indicators.accounts.models import ApiToken, User
from indicators.accounts.roles import Role


def can_have_tokens(user: Any) -> bool:
    """Whoever is signed in: a token reads no more than the person."""
    return isinstance(user, User) and user.is_active


def can_have_writing_tokens(user: Any) -> bool:
    """Those who may take files in or log observations. What a request may write, its own address decides."""
    return isinstance(user, User) and user.has_role(Role.CLERK, Role.RESEARCHER, Role.LEAD, Role.ADMINISTRATOR)


def can_revoke(user: Any, token: ApiToken) -> bool:
    """The person themselves, and administrators."""
    return (
        isinstance(user, User)
        and user.is_active
        and (token.user_id == user.pk or user.is_superuser or user.has_role(Role.ADMINISTRATOR))
    )


def check_have_tokens(user: Any) -> None:
    if not can_have_tokens(user):
        raise PermissionDenied


def check_revoke(user: Any, token: ApiToken) -> None:
    if not can_revoke(user, token):
        raise PermissionDenied
