from typing import Any

from django.core.exceptions import PermissionDenied

from indicators.accounts.permissions import may


def can_read_journal(user: Any) -> bool:
    """Everybody's entries. They hold no text of a note: leads and administrators may read them all."""
    return bool(may(user, "journal.read_all"))


def check_read_journal(user: Any) -> None:
    if not can_read_journal(user):
        raise PermissionDenied
