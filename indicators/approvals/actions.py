"""The only writer of approvals and of exceptions to what they close."""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from indicators.accounts.models import User
from indicators.approvals.kinds import Subject, find
from indicators.approvals.models import Approval, LockException
from indicators.approvals.policies import can_open, what_they_are
from indicators.approvals.states import TO, State, Step, may_step

LONGEST_REASON = 1000
MOST_DAYS = 31
_WHO_AND_WHEN = {
    Step.SUBMIT: ("submitted_by", "submitted_at"),
    Step.VERIFY: ("verified_by", "verified_at"),
    Step.APPROVE: ("approved_by", "approved_at"),
    Step.PUBLISH: ("published_by", "published_at"),
}


class ChangedMeanwhile(ValidationError):
    """What the person looked at is not what is stored now."""


@transaction.atomic
def take_step(subject: Subject, step: Step, *, by: User, seen: str, reason: str = "") -> Approval:
    """Takes the step and returns the approval. `seen`: the fingerprint of what the person had before their eyes.

    Raises ChangedMeanwhile where the record is another by now, PermissionDenied where the person may not take this
    step from this state, ValidationError (`reason`) where a return has none.
    """
    row = Approval.objects.select_for_update().filter(kind=subject.kind, key=subject.key).first()
    if row is None:
        row, new = Approval.objects.get_or_create(
            kind=subject.kind, key=subject.key,
            defaults={
                "unit": subject.unit, "period": subject.period, "element_id": subject.element,
                "state": State.OPEN.value, "content": subject.content, "demonstration": subject.demonstration,
            },
        )  # fmt: skip
        if not new:  # somebody else made it a moment ago
            row = Approval.objects.select_for_update().get(pk=row.pk)
    # Looked at again now that the approval is held: whoever edits holds it too (`locks.check_open`), so nobody can be
    # in the middle of a change.
    now = find(subject.kind, subject.key, by)
    if now is None or seen != now.content:
        raise ChangedMeanwhile(_("This was changed since you opened the page. Look at it once more."))
    subject = now
    changed = changed_since(row, subject)
    if not may_step(step, row.state, what_they_are(by, subject, row), changed=changed):
        raise PermissionDenied(_("This step is not possible for you in this state."))
    reason = reason.strip()
    if step is Step.RETURN and not reason:
        raise ValidationError({"reason": _("Say why: its author reads it.")})
    if len(reason) > LONGEST_REASON:
        raise ValidationError({"reason": _("At most 1,000 characters.")})
    row.state, row.reason, row.content = TO[step].value, reason, subject.content
    if step in _WHO_AND_WHEN:
        person, moment = _WHO_AND_WHEN[step]
        setattr(row, person, by)
        setattr(row, moment, timezone.now())
    row._history_user, row._change_reason = by, step.value  # type: ignore[attr-defined]
    row.save()
    return row


@transaction.atomic
def open_until(approval: Approval, *, by: User, until: date, reason: str) -> LockException:
    """Opens a closed record until the end of that day, at most a month. Raises PermissionDenied for others than leads
    and for what is not closed, ValidationError by field."""
    stored = Approval.objects.select_for_update().get(pk=approval.pk)
    if not can_open(by) or not stored.closed:
        raise PermissionDenied(_("This step is not possible for you in this state."))
    today, reason = timezone.localdate(), reason.strip()
    found: dict[str, str] = {}
    if not today <= until <= today + timedelta(days=MOST_DAYS):
        found["until"] = _("Choose a day from today on, at most %(days)s days ahead.") % {"days": MOST_DAYS}
    if not reason:
        found["reason"] = _("Say why: it is kept and read.")
    elif len(reason) > LONGEST_REASON:
        found["reason"] = _("At most 1,000 characters.")
    if found:
        raise ValidationError(found)
    row = LockException(approval=stored, until=until, reason=reason, given_by=by, demonstration=stored.demonstration)
    row._history_user = by  # type: ignore[attr-defined]
    row.save()
    return row


def changed_since(row: Approval | None, subject: Subject) -> bool:
    """Whether the record differs from what was looked at in the last step."""
    return row is not None and row.state != State.OPEN and row.content != subject.content
