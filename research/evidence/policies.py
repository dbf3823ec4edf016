"""Who reads and writes findings. What was approved is for everyone with an account; what is not yet, for the team that
writes; a draft for its author alone."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext as _

from indicators.accounts.permissions import anybodys, may
from research.evidence.models import Finding, FindingUse

State = Finding.State


def can_read_findings(user: Any) -> bool:
    """Whether the person may open the pages of findings at all: everyone with an active account."""
    return bool(may(user, "finding.read"))


def can_write(user: Any) -> bool:
    """Whether the person writes findings, links evidence, and logs uses: researchers and leads."""
    return bool(may(user, "finding.write"))


def check_write(user: Any) -> None:
    if not can_write(user):
        raise PermissionDenied(_("Researchers and evaluation leads write findings."))


def can_review(user: Any) -> bool:
    """Whether the person approves and returns findings: leads, and never their own (`research/review.py`)."""
    return bool(may(user, "finding.review"))


def what_is_readable(user: Any) -> Q:
    """The condition on findings; matches nothing for strangers."""
    if not can_read_findings(user):
        return Q(pk__in=[])
    readable = Q(state=State.APPROVED)
    if can_write(user):
        readable |= Q(state__in=[State.SUBMITTED, State.RETURNED, State.WITHDRAWN]) | Q(created_by=user)
    return readable


def can_edit(user: Any, finding: Finding) -> bool:
    """Its author, and leads once it is no draft any more; what was withdrawn is opened again first."""
    if not can_write(user) or finding.state == State.WITHDRAWN:
        return False
    return finding.created_by_id == user.pk or (anybodys(user, "finding.edit") and finding.state != State.DRAFT)


def check_edit(user: Any, finding: Finding) -> None:
    if not can_edit(user, finding):
        raise PermissionDenied(_("Only its author or an evaluation lead changes a finding."))


def can_edit_use(user: Any, use: FindingUse) -> bool:
    """Whoever logged the use, and leads."""
    return bool(may(user, "use.edit")) and (use.created_by_id == user.pk or anybodys(user, "use.edit"))


def check_edit_use(user: Any, use: FindingUse) -> None:
    if not can_edit_use(user, use):
        raise PermissionDenied(_("Who logged it or an evaluation lead corrects it."))
