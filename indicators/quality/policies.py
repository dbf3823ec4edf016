"""Who may look for doubtful numbers: everybody with a role; clerks meet their own districts."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from indicators.accounts.models import User
from indicators.accounts.permissions import may


def can_see_quality(user: User | AnonymousUser) -> bool:
    return bool(may(user, "quality.read"))


def check_see_quality(user: User | AnonymousUser) -> None:
    if not can_see_quality(user):
        raise PermissionDenied
