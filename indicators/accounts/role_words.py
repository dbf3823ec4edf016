"""What the roles are called on a page."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from indicators.accounts.models import User
from indicators.accounts.roles import Role

WORDS: dict[str, Any] = {
    Role.VIEWER: _("partner: reads progress and numbers"),
    Role.CLERK: _("data clerk: enters visits and stock of their districts"),
    Role.RESEARCHER: _("researcher: logs observations and findings"),
    Role.LEAD: _("evaluation lead: edits everything of the study"),
    Role.ADMINISTRATOR: _("administrator: accounts and reference data, no notes"),
}


def role_words(names: Iterable[str]) -> list[str]:
    """The roles among the names, as sentences, in the order of `Role`."""
    there = set(names)
    return [str(WORDS[role]) for role in Role if role.value in there]


def held_by_nobody() -> list[str]:
    """The roles, as sentences, that no active account has. One query."""
    held = User.objects.filter(is_active=True, groups__isnull=False).values_list("groups__name", flat=True)
    return role_words({role.value for role in Role} - set(held))
