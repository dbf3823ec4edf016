"""Who sees the refreshes, and who may ask for one."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from indicators.accounts.permissions import may


def can_see_refreshes(user: Any) -> bool:
    return bool(may(user, "refresh.read"))


def check_see_refreshes(user: Any) -> None:
    if not can_see_refreshes(user):
        raise PermissionDenied(_("Researchers, evaluation leads and administrators see the recalculations."))


def can_ask_for_refresh(user: Any) -> bool:
    """Entries and imports ask by themselves; a person asks where something looks wrong."""
    return bool(may(user, "refresh.ask"))


def check_ask_for_refresh(user: Any) -> None:
    if not can_ask_for_refresh(user):
        raise PermissionDenied(_("Evaluation leads and administrators ask for a recalculation."))
