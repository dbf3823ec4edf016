"""Who reads and writes analyses. A draft is for the team that writes; what is locked, and its results, for everyone who
may meet all of its places."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from indicators.accounts.permissions import anybodys, may
from research.linkage.plans.models import AnalysisPlan, PlanVersion


def can_read(user: Any) -> bool:
    """Whether the person may open the pages of analyses at all: everyone with an active account."""
    return bool(may(user, "analysis.read"))


def can_write(user: Any) -> bool:
    """Whether the person writes plans and has them run: researchers and leads."""
    return bool(may(user, "analysis.write"))


def check_write(user: Any) -> None:
    if not can_write(user):
        raise PermissionDenied(_("Researchers and evaluation leads write plans of analyses and have them run."))


def can_edit(user: Any, row: AnalysisPlan | PlanVersion) -> bool:
    """A plan, or a draft of a version: its author, and leads. What is locked is changed by nobody."""
    if not can_write(user) or (isinstance(row, PlanVersion) and row.locked):
        return False
    return row.created_by_id == user.pk or anybodys(user, "analysis.edit")


def check_edit(user: Any, row: AnalysisPlan | PlanVersion) -> None:
    check_write(user)
    if isinstance(row, PlanVersion) and row.locked:
        raise PermissionDenied(_("This version is locked: write a new one instead."))
    if not can_edit(user, row):
        raise PermissionDenied(_("Only its author or an evaluation lead changes this plan."))


def can_void(user: Any) -> bool:
    """Whether the person declares a result void: leads only."""
    return bool(may(user, "analysis.void"))


def check_void(user: Any) -> None:
    if not can_void(user):
        raise PermissionDenied(_("Evaluation leads declare a result void."))
