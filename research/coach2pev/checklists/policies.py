"""Checklists are read by whoever meets visits, and made by evaluation leads."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from indicators.accounts.permissions import may


def can_build(user: Any) -> bool:
    return bool(may(user, "checklist.build"))


def check_build(user: Any) -> None:
    if not can_build(user):
        raise PermissionDenied(_("Evaluation leads make checklists."))
