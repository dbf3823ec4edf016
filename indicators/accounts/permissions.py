"""What one person may do, by the table. Every policy asks here, and none names a role itself."""

from typing import Any

from indicators.accounts.matrix import ACCOUNT, EVERYBODY, MATRIX, REPAIR, Cell, cell
from indicators.accounts.models import User


def may(user: Any, action: str) -> Cell:
    """How far the person's right to `action` reaches; false where they have none.

    Strangers and closed accounts have what everybody has. Raises KeyError for an action that is not in the table.
    """
    if not isinstance(user, User) or not user.is_active:
        return MATRIX[action][EVERYBODY]
    found = cell(action, [EVERYBODY, ACCOUNT, *(role.value for role in user.roles)])
    return found | Cell.ALL if user.is_superuser and action in REPAIR else found


def anybodys(user: Any, action: str) -> bool:
    """Whether the right reaches beyond the person's own and beyond their districts."""
    return Cell.ALL in may(user, action)
