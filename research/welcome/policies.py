"""Who is told what is still to be set up, and how much of it is their business."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from indicators.accounts.permissions import may
from indicators.accounts.policies import can_read_set_up

__all__ = ["can_read_set_up", "can_set_up", "check_read_set_up"]


def check_read_set_up(user: Any) -> None:
    if not can_read_set_up(user):
        raise PermissionDenied(_("Evaluation leads and administrators set up the tracker."))


def can_set_up(user: Any) -> bool:
    """Whether what is done on the server is their business: study, places, letters, backup."""
    return bool(may(user, "system.set_up"))
