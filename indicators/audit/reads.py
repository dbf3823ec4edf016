"""Keeps that somebody opened something restricted."""

from indicators.accounts.models import User
from indicators.audit.models import ReadRecord


def keep_read(user: User, *, subject: str, key: object, reason: str = "") -> ReadRecord:
    """One row, in the transaction of the caller. `subject` is the model's label, `key` the row's."""
    return ReadRecord.objects.create(who=user.pk, subject=subject, subject_key=str(key), reason=reason[:500])
