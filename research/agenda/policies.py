"""Who reads and who writes the plan of the learning agenda. Pages of the agenda are for everyone with an account."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from indicators.accounts.permissions import may


def can_plan(user: Any) -> bool:
    """Whether the person writes activities, decisions, resources and disseminations: evaluation leads."""
    return bool(may(user, "agenda.plan"))


def check_plan(user: Any) -> None:
    if not can_plan(user):
        raise PermissionDenied(_("Evaluation leads write the plan of the learning agenda."))


def can_read_documents(user: Any) -> bool:
    """Whether the person opens files kept with the plan: whoever works on the study, partners included."""
    return bool(may(user, "agenda.read_documents"))
