"""Who may see the servers, and who may pull from them."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from indicators.accounts.models import User
from indicators.accounts.permissions import may


def can_see_servers(user: User | AnonymousUser) -> bool:
    """Whoever sees the imports."""
    return bool(may(user, "dhis2.read"))


def can_pull(user: User | AnonymousUser) -> bool:
    """Leads and administrators: a pull changes numbers everywhere."""
    return bool(may(user, "dhis2.pull"))


def check_see_servers(user: User | AnonymousUser) -> None:
    if not can_see_servers(user):
        raise PermissionDenied


def check_pull(user: User | AnonymousUser) -> None:
    if not can_pull(user):
        raise PermissionDenied
