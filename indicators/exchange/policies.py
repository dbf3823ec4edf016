"""Who may see what came in."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from indicators.accounts.models import User
from indicators.accounts.roles import Role


def can_see_imports(user: User | AnonymousUser) -> bool:
    """Researchers, leads and administrators: the list names files and accounts."""
    return isinstance(user, User) and user.has_role(Role.RESEARCHER, Role.LEAD, Role.ADMINISTRATOR)


def check_see_imports(user: User | AnonymousUser) -> None:
    if not can_see_imports(user):
        raise PermissionDenied
