"""Who reads and writes theories of change: as findings. What counts as adopted, evaluation leads decide."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.accounts.permissions import may


def can_read(user: Any) -> bool:
    """Whether the person may open theories of change at all: everyone with an active account."""
    return bool(may(user, "theory.read"))


def check_read(user: Any) -> None:
    if not can_read(user):
        raise PermissionDenied


def can_write(user: Any) -> bool:
    """Whether the person writes theories of change, or proposes parts of them."""
    return bool(may(user, "theory.write"))


def check_write(user: Any) -> None:
    """Researchers and leads. Raises PermissionDenied for others."""
    if not can_write(user):
        raise PermissionDenied(_("Researchers and evaluation leads write theories of change."))


def can_adopt(user: Any) -> bool:
    """Whether what the person writes counts as adopted, and whether they adopt what others proposed: leads."""
    return bool(may(user, "theory.adopt"))


def check_adopt(user: User) -> None:
    if not can_adopt(user):
        raise PermissionDenied(_("Evaluation leads adopt what is proposed."))
