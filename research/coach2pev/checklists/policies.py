"""Checklists are read by whoever meets visits, and made by evaluation leads."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.accounts.roles import Role


def can_build(user: Any) -> bool:
    return isinstance(user, User) and user.has_role(Role.LEAD)


def check_build(user: Any) -> None:
    if not can_build(user):
        raise PermissionDenied(_("Evaluation leads make checklists."))
