"""Who may have access tokens, and with what."""

from typing import Any

from django.core.exceptions import PermissionDenied

from indicators.accounts.models import ApiToken
from indicators.accounts.permissions import anybodys, may


def can_have_tokens(user: Any) -> bool:
    """Whoever is signed in: a token reads no more than the person."""
    return bool(may(user, "token.own"))


def can_have_writing_tokens(user: Any) -> bool:
    """Those who may take files in or log observations. What a request may write, its own address decides."""
    return bool(may(user, "token.write"))


def can_revoke(user: Any, token: ApiToken) -> bool:
    """The person themselves, and administrators."""
    return bool(may(user, "token.revoke")) and (token.user_id == user.pk or anybodys(user, "token.revoke"))


def check_have_tokens(user: Any) -> None:
    if not can_have_tokens(user):
        raise PermissionDenied


def check_revoke(user: Any, token: ApiToken) -> None:
    if not can_revoke(user, token):
        raise PermissionDenied


def can_propose_accounts(user: Any) -> bool:
    return bool(may(user, "account.propose"))


def can_send_invitations(user: Any) -> bool:
    """Roles are given by administrators only."""
    return bool(may(user, "account.invite"))


def check_propose_accounts(user: Any) -> None:
    if not can_propose_accounts(user):
        raise PermissionDenied


def check_send_invitations(user: Any) -> None:
    if not can_send_invitations(user):
        raise PermissionDenied


def can_read_set_up(user: Any) -> bool:
    """Whether the person is told what the installation still needs: leads, administrators, the first person of all."""
    return bool(may(user, "system.read_set_up"))
