"""Who takes which step: entering is the record's own room's; verifying is researchers' and leads', the rest leads'."""

from typing import Any

from django.core.exceptions import PermissionDenied

from indicators.accounts.permissions import may
from indicators.approvals.kinds import Subject
from indicators.approvals.models import Approval
from indicators.approvals.states import Who


def can_read(user: Any) -> bool:
    """Whether the person may open these pages at all: those who enter, verify or approve."""
    return bool(may(user, "approval.read"))


def check_read(user: Any) -> None:
    if not can_read(user):
        raise PermissionDenied


def can_open(user: Any) -> bool:
    """Whether the person opens what is closed, for some days and with a reason."""
    return bool(may(user, "approval.open"))


def what_they_are(user: Any, subject: Subject, approval: Approval | None) -> Who:
    author = user.pk in subject.authors or (approval is not None and approval.submitted_by_id == user.pk)
    return Who(
        enters=subject.may_enter,
        verifies=bool(may(user, "approval.verify")),
        approves=bool(may(user, "approval.approve")),
        author=author,
        verified_it=approval is not None and approval.verified_by_id == user.pk,
    )
